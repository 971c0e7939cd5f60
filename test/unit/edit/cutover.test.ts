import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertMovable } from "../../../generator/plan/stage-change.ts";
import { atCutover, exampleSchema } from "../../support/example.ts";
import { packageRoot } from "../../support/package-root.ts";
import { edited, type Files, models, specOf, subjectOf, thereAndBack } from "./edited.ts";

/** What a cutover makes of one file, which the rollback after it makes what it was. */
async function cutOver(text: string): Promise<string> {
  const { there, back } = await thereAndBack(models(text));
  expect(back["schema.prisma"]).toBe(text);
  return there["schema.prisma"] as string;
}

describe("the worked example", () => {
  const body = (schema: string): Files =>
    models(schema.slice(schema.indexOf("/// One billable event")).replace(/^ *@@schema.*\n/m, ""));

  it("becomes what prisma/schema.prisma is, and goes back to what it was, byte for byte", async () => {
    const { there, back } = await thereAndBack(body(exampleSchema()), "EventTransaction");
    const example = readFileSync(join(packageRoot, "prisma", "schema.prisma"), "utf8");
    expect(there).toEqual(body(example));
    expect(there).toEqual(body(atCutover(exampleSchema())));
    expect(back).toEqual(body(exampleSchema()));
  });
});

describe("the annotation", () => {
  const model = "model Event {\n  id String @id @default(uuid(7)) @db.Uuid\n}\n";

  it.each([
    ["positional", "/// @partition(id, monthly, 12)\n", "/// @partition(id, monthly, 12, stage: cutover)\n"],
    [
      "named",
      '/// @partition(key: id, retention: "2 years")\n',
      '/// @partition(key: id, retention: "2 years", stage: cutover)\n',
    ],
    [
      "with a list last",
      '/// @partition(id, schedule: ["* * * * *", "0 0 * * *"])\n',
      '/// @partition(id, schedule: ["* * * * *", "0 0 * * *"], stage: cutover)\n',
    ],
    [
      "stage named",
      "/// @partition(id, stage: setup, premake: 3)\n",
      "/// @partition(id, stage: cutover, premake: 3)\n",
    ],
    [
      "between prose",
      "/// Was: @partition, now @partition( id ) — see below é\u{1f600}\n/// More.\n",
      "/// Was: @partition, now @partition( id, stage: cutover ) — see below é\u{1f600}\n/// More.\n",
    ],
    [
      "over several lines",
      "/// @partition(\n///   key: id,\n///   premake: 3,\n/// )\n",
      "/// @partition(\n///   key: id,\n///   premake: 3, stage: cutover,\n/// )\n",
    ],
    [
      "in a block comment",
      "/*\n * What came in.\n * @partition(id,\n *   premake: 3)\n */\n",
      "/*\n * What came in.\n * @partition(id,\n *   premake: 3, stage: cutover)\n */\n",
    ],
    [
      "in CRLF",
      "/// @partition(id,\r\n/// premake: 3)\r\n",
      "/// @partition(id,\r\n/// premake: 3, stage: cutover)\r\n",
    ],
  ])("%s", async (_, before, after) => {
    expect(await cutOver(before + model)).toBe(after + model);
  });

  it("alone changes where the key is the id, relations stay", async () => {
    const rest = `model Event {
  id   String @id @default(ulid())
  kids Kid[]
}

model Kid {
  id      Int    @id
  eventId String
  event   Event  @relation(fields: [eventId], references: [id])
}
`;
    expect(await cutOver(`/// @partition(id)\n${rest}`)).toBe(`/// @partition(id, stage: cutover)\n${rest}`);
  });

  it("goes back by `stage: setup` where `stage` does not come last, and on to cleanup", async () => {
    const at = (stage: string) => models(`/// @partition(id, stage: ${stage}, premake: 3)\n${model}`);
    expect(await edited("cutover", at("setup"), "Event")).toEqual(at("cutover"));
    expect(await edited("rollback", at("cutover"), "Event")).toEqual(at("setup"));
    expect(await edited("cleanup", at("cutover"), "Event")).toEqual(at("cleanup"));
  });
});

describe("keys on fields", () => {
  it("go, and lines come below the fields where there are none", async () => {
    const before = `/// @partition(at)
model Event {
  // Comes first.
  id    Int      @id @default(autoincrement()) // ours
  email String   @unique
  name  String
  at    DateTime @default(now()) @db.Timestamptz(6) /// when
}
`;
    expect(await cutOver(before)).toBe(`/// @partition(at, stage: cutover)
model Event {
  // Comes first.
  id    Int      @default(autoincrement()) // ours
  email String
  name  String
  at    DateTime @default(now()) @db.Timestamptz(6) /// when

  @@id([id, at])
  @@unique([email, at])
}
`);
  });

  it("keep what their attribute says, native types and enums", async () => {
    const before = `enum Status {
  OPEN
  DONE
}

/// @partition(at)
model Event {
  id     String   @id(map: "events_primary") @db.Uuid
  status Status   @unique(sort: Desc, map: "one_each")
  at     DateTime @db.Date
  amount Decimal? @unique @db.Decimal(10, 2)

  @@map("events")
}
`;
    expect(await cutOver(before)).toBe(`enum Status {
  OPEN
  DONE
}

/// @partition(at, stage: cutover)
model Event {
  id     String   @db.Uuid
  status Status
  at     DateTime @db.Date
  amount Decimal? @db.Decimal(10, 2)

  @@id([id, at], map: "events_primary")
  @@unique([status(sort: Desc), at], map: "one_each")
  @@unique([amount, at])
  @@map("events")
}
`);
  });

  it("in a file of CRLF lines and tabs, whose last line is not ended", async () => {
    const before =
      "/// @partition(at)\r\nmodel Event {\r\n\tid Int @id\r\n\ta String @unique // é\u{1f600}\r\n\tat DateTime\r\n}";
    expect(await cutOver(before)).toBe(
      "/// @partition(at, stage: cutover)\r\nmodel Event {\r\n\tid Int\r\n\ta String // é\u{1f600}\r\n\tat DateTime\r\n\r\n\t@@id([id, at])\r\n\t@@unique([a, at])\r\n}",
    );
  });

  it("lines come above the first block attribute and its comment", async () => {
    const before = `/// @partition(at)
model Event {
  id Int      @id
  at DateTime

  // For the lists.
  // All of them.
  @@index([at])
  /* And the name. */
  @@map("events")
}
`;
    expect(await cutOver(before)).toContain(`  at DateTime

  @@id([id, at])
  // For the lists.
  // All of them.
  @@index([at])
`);
  });
});

describe("keys in lines", () => {
  it.each([
    ["composite", '@@id([id, tenant], name: "row", map: "p")', '@@id([id, tenant, at], name: "row", map: "p")'],
    [
      "spaced and named",
      "@@unique(fields: [ id , tenant(sort: Desc) ])",
      "@@unique(fields: [ id , tenant(sort: Desc), at ])",
    ],
    ["with a comment beside it", "@@id([id, tenant]) // both", "@@id([id, tenant, at]) // both"],
    [
      "unique as well",
      '@@id([id, tenant])\n  @@unique([tenant, name], map: "u(]")',
      '@@id([id, tenant, at])\n  @@unique([tenant, name, at], map: "u(]")',
    ],
    ["that hold the key already", "@@id([at, id])", "@@id([at, id])"],
  ])("%s", async (_, before, after) => {
    const text = (stage: string, lines: string) =>
      `/// @partition(at${stage})\nmodel Event {\n  id Int\n  tenant Int\n  name String\n  at DateTime\n\n  ${lines}\n}\n`;
    expect(await cutOver(text("", before))).toBe(text(", stage: cutover", after));
  });

  it("of one field come back on the field, unless the client has a name for them", async () => {
    const text = (keys: string) =>
      `/// @partition(at)\nmodel Event {\n  id   Int\n  code String\n  at   DateTime @db.Timestamptz(6)\n\n  ${keys}\n}\n`;
    const { there, back } = await thereAndBack(models(text('@@id([id])\n  @@unique([code], name: "byCode")')));
    expect(there["schema.prisma"]).toContain('@@id([id, at])\n  @@unique([code, at], name: "byCode")\n');
    expect(back["schema.prisma"]).toBe(
      text('@@unique([code], name: "byCode")').replace("  id   Int\n", "  id   Int      @id\n"),
    );
  });

  it("that only repeat one with the key go", async () => {
    const text =
      "/// @partition(at)\nmodel Event {\n  id Int @id\n  a  Int\n  at DateTime\n\n  @@unique([a]) // once\n  @@unique([at, a])\n}\n";
    const after = await edited("cutover", models(text), "Event");
    expect(after["schema.prisma"]).toBe(
      "/// @partition(at, stage: cutover)\nmodel Event {\n  id Int\n  a  Int\n  at DateTime\n\n  @@id([id, at])\n  // once\n  @@unique([at, a])\n}\n",
    );
  });
});

describe("relations", () => {
  it("one-to-one become lists, in whatever file, and come back", async () => {
    const files: Files = {
      "event.prisma":
        '/// @partition(at)\nmodel Event {\n  id        Int      @id\n  at        DateTime\n  receiptId Int?     @unique\n  receipt   Receipt? @relation("r", fields: [receiptId], references: [id])\n}\n',
      "sub/receipt.prisma":
        'model Receipt {\r\n  id    Int    @id\r\n  event Event? @relation("r") // the one\r\n}\r\n',
    };
    const { there, back } = await thereAndBack(files);
    expect(there["sub/receipt.prisma"]).toBe(files["sub/receipt.prisma"]?.replace("Event?", "Event[]"));
    expect(there["event.prisma"]).toContain("@@unique([receiptId, at])");
    expect(back).toEqual(files);
  });

  it("that must carry the key are refused, with the whole advice", async () => {
    const text =
      "/// @partition(at)\nmodel Event {\n  id Int @id\n  at DateTime\n  kids Kid[]\n}\nmodel Kid {\n  id Int @id\n  eventId Int\n  event Event @relation(fields: [eventId], references: [id])\n}\n";
    const refused = edited("cutover", models(text), "Event");
    await expect(refused).rejects.toMatchObject({ code: "PLAN_MODEL_NOT_READY" });
    await expect(refused).rejects.toThrow("@@id([id, at]) instead of `@id` on `id`\n  `Kid.event` references `[id]`");
    await expect(refused).rejects.toThrow("Add `eventAt DateTime`");
  });

  it("that carry it keep the model from going back", async () => {
    const setup = "/// @partition(at)\nmodel Event {\n  id Int @id\n  at DateTime\n}\n";
    const swapped =
      "/// @partition(at, stage: cutover)\nmodel Event {\n  id Int\n  at DateTime\n  kids Kid[]\n  @@id([id, at])\n}\nmodel Kid {\n  id Int @id\n  eventId Int\n  eventAt DateTime\n  event Event @relation(fields: [eventId, eventAt], references: [id, at])\n}\n";
    const refused = edited("rollback", models(swapped), "Event", await specOf(models(setup), "Event"));
    await expect(refused).rejects.toThrow("`Kid.event` references `[id, at]`");
  });
});

it("a model that no migration has set up is not cut over: the keys of its table are not on record", async () => {
  const subject = await subjectOf(
    models("/// @partition(at)\nmodel Event {\n  id Int @id\n  at DateTime\n}\n"),
    "Event",
  );
  expect(() => assertMovable("cutover", subject, null)).toThrow("no migration has set it up yet");
});
