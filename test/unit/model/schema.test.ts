import { symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Model, readSchema, type Span } from "../../../generator/model/index.ts";
import { generateOne, generateWith, generatorBlock } from "./generate-with.ts";

const textOf = ({ file, start, end }: Span): string => file.text.slice(start, end);
const placeOf = ({ file, start }: Span): string => Object.values(file.positionAt(start)).join(":");

async function readOne(models: string, settings = ""): Promise<Model[]> {
  return [...readSchema(await generateOne(models, settings)).models];
}

describe("readSchema", () => {
  it("reads tables, columns, types and keys under their database names", async () => {
    const source = 'datasource db {\n  provider = "postgresql"\n  schemas  = ["billing"]\n}\n';
    const options = await generateOne(
      `/// Money.
model Entry {
  id      BigInt   @default(autoincrement()) @map("entry_id")
  at      DateTime @map("booked_at") @db.Timestamptz(6)
  uid     String   @unique(map: "entry_uid") @default(uuid(7)) @map("u_id") @db.Uuid
  note    String?  @unique
  tags    String[]
  state   State
  secret  Int      @ignore @map("s_e")
  doc     Unsupported("xml")?
  @@id([id, at], name: "row", map: "entries_primary")
  @@unique([uid, secret])
  @@unique(fields: [note(sort: Desc), at], map: "note (at)") // @@unique([tags])
  @@map("entries")
  @@schema("billing")
}

enum State {
  OPEN
  @@schema("billing")
}
`,
      "",
      source,
    );
    const { models, provider } = readSchema(options);
    const model = models[0] as Model;
    expect(provider).toBe("postgresql");
    expect(model).toMatchObject({ name: "Entry", schema: "billing", table: "entries", isView: false });
    expect(model.fields.map((field) => [field.name, field.column, field.kind, field.isRequired, field.isList])).toEqual(
      [
        ["id", "entry_id", "scalar", true, false],
        ["at", "booked_at", "scalar", true, false],
        ["uid", "u_id", "scalar", true, false],
        ["note", "note", "scalar", false, false],
        ["tags", "tags", "scalar", true, true],
        ["state", "state", "enum", true, false],
        ["secret", "s_e", "ignored", true, false],
        ["doc", "doc", "unsupported", false, false],
      ],
    );
    expect(model.fields[1]?.nativeType).toEqual({ name: "Timestamptz", arguments: ["6"] });
    expect(model.fields[2]?.default).toEqual({ name: "uuid", arguments: [7] });
    expect(model.primaryKey).toMatchObject({ name: "entries_primary", columns: ["entry_id", "booked_at"] });
    expect(model.uniques.map((key) => [key.name, key.columns, key.identifies, key.isOnField])).toEqual([
      ["entry_uid", ["u_id"], true, true],
      ["entries_note_key", ["note"], false, true],
      ["entries_u_id_s_e_key", ["u_id", "s_e"], true, false],
      ["note (at)", ["note", "booked_at"], false, false],
    ]);
    expect(placeOf(model.span)).toBe("9:7");
    expect(placeOf((model.fields[2] as Model["fields"][0]).span)).toBe("12:3");
    expect(model.uniques.map((key) => [textOf(key.span), placeOf(key.span)])).toEqual([
      ['@unique(map: "entry_uid")', "12:20"],
      ["@unique", "13:20"],
      ["@@unique([uid, secret])", "19:3"],
      ['@@unique(fields: [note(sort: Desc), at], map: "note (at)")', "20:3"],
    ]);
  });

  it("knows partial uniques, which identify no row", async () => {
    const [model] = await readOne(
      'model A {\n  id Int @id\n  b  Int @unique(where: raw("b > 0"))\n  c  Int\n  @@unique([c], where: raw("c > (0)"), map: "p")\n}\n',
      '  previewFeatures = ["partialIndexes"]\n',
    );
    expect(model?.uniques.map((key) => [key.name, key.identifies])).toEqual([
      ["A_b_key", false],
      ["p", false],
    ]);
  });

  it("collects incoming relations, hidden and implicit ones too", async () => {
    const models = await readOne(`model A {
  id       Int    @id
  code     Int    @unique
  parentId Int?
  parent   A?     @relation("tree", fields: [parentId], references: [id], map: "x")
  kids     A[]    @relation("tree")
  bs       B[]
  cs       C[]
  ds       D[]    @ignore
}

model B {
  id Int @id
  aCode Int
  a  A   @relation(fields: [aCode], references: [code])
}

model C {
  id Int @id
  as A[]
}

model D {
  id Int @id
  aId Int
  a  A   @relation(fields: [aId], references: [id])
  @@ignore
}
`);
    expect(models.map((model) => model.name)).toEqual(["A", "B", "C"]);
    const incoming = models[0]?.incoming.map((relation) => [
      `${relation.model}.${relation.field}`,
      relation.fields.join(),
      relation.references.join(),
      relation.attribute === null,
      placeOf(relation.span),
    ]);
    expect(incoming).toEqual([
      ["A.parent", "parentId", "id", false, "11:19"],
      ["B.a", "aCode", "code", false, "21:10"],
      ["D.a", "aId", "id", false, "32:10"],
      ["C.as", "", "id", true, "26:3"],
    ]);
  });

  it("reads a folder with sub-folders and links, and no other files", async () => {
    const options = await generateWith({
      "main.prisma": `${generatorBlock()}datasource db {\n  provider = "postgresql"\n}\n`,
      "models/b.prisma": "model B {\n  id Int @id\n  a  A[]\n}\n",
      "models/a.prisma":
        "model A {\n  id  Int @id\n  bId Int\n  b   B   @relation(fields: [bId], references: [id])\n}\n",
    });
    symlinkSync(options.schemaPath, join(options.schemaPath, "models", "loop"));
    symlinkSync("nowhere", join(options.schemaPath, "models", "dead.prisma"));
    const { models, texts } = readSchema(options);
    expect(texts.map((text) => text.file.path.slice(options.schemaPath.length))).toEqual([
      "/main.prisma",
      "/models/a.prisma",
      "/models/b.prisma",
    ]);
    expect(models[1]?.incoming[0]?.span.file.path).toBe(join(options.schemaPath, "models/a.prisma"));
  });

  it("says so when the files are not those that Prisma read", async () => {
    const options = await generateOne("model A {\n  id Int @id\n}\n");
    const other = await generateOne("model B {\n  id Int @id\n}\n");
    const mixed = { ...options, schemaPath: dirname(other.schemaPath) };
    expect(() => readSchema(mixed)).toThrow(/Model A is not in .* generate again/);
  });

  it("sees declarations as Prisma's parser does", async () => {
    const models = await readOne(`/* a } { "
 model Not {
*/ model A{ // open {
	id Int @id ( map : "p)k" ) /* tail
	} */
  /* }
}
*/
  s  String @default("// no ) comment { \\" }") @ unique
  /* end */ } model B {
  id Int @id
}
`);
    expect(models.map((model) => model.name)).toEqual(["A", "B"]);
    expect(models[0]?.primaryKey).toMatchObject({ name: "p)k", fields: ["id"] });
    expect(models[0]?.fields.map((field) => field.name)).toEqual(["id", "s"]);
    expect(placeOf((models[0] as Model).uniques[0]?.span as Span)).toBe("15:48");
    expect(placeOf((models[1] as Model).span)).toBe("16:21");
  });

  it.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("counts lines that end with %s", async (_, end) => {
    const text = `${generatorBlock()}datasource db {\n  provider = "postgresql"\n}\nmodel A {\n\tid Int @id\n}\n`;
    const { models } = readSchema(await generateWith({ "schema.prisma": text.replaceAll("\n", end) }));
    expect(placeOf((models[0] as Model).span)).toBe("7:7");
    expect(placeOf((models[0] as Model).primaryKey?.span as Span)).toBe("8:9");
    expect(models[0]?.span.file.line(8)).toBe("\tid Int @id");
  });
});
