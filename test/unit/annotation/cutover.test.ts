import internals from "@prisma/internals";
import { describe, expect, it } from "vitest";
import { datasource } from "../model/generate-with.ts";
import { accepted, refusals } from "./refusals.ts";

const transaction = (
  stage: string,
  keys = ["@id", "@unique", ""],
): string => `/// @partition(timestamp, stage: ${stage})
model EventTransaction {
  id             BigInt   ${keys[0]} @default(autoincrement()) @map("event_id")
  timestamp      DateTime @map("time_stamp")
  idempotencyKey String   ${keys[1]} @map("idempotency_key")
${keys[2]}  @@map("event_transactions")
}
`;

describe("keys without the partition key", () => {
  it("are told at setup, with what has to change", async () => {
    const [resolved] = await accepted(transaction("setup"));
    expect(resolved?.advice).toEqual([
      "@@id([id, timestamp]) instead of `@id` on `id`",
      "@@unique([idempotencyKey, timestamp]) instead of `@unique` on `idempotencyKey`",
    ]);
    expect(resolved?.spec.uniques).toEqual([
      { kind: "id", name: "event_transactions_pkey", columns: ["event_id"] },
      { kind: "unique", name: "event_transactions_idempotency_key_key", columns: ["idempotency_key"] },
    ]);
    expect(resolved?.cutoverUniques).toEqual([
      { kind: "id", name: "event_transactions_pkey", columns: ["event_id", "time_stamp"] },
      {
        kind: "unique",
        name: "event_transactions_idempotency_key_time_stamp_key",
        columns: ["idempotency_key", "time_stamp"],
      },
    ]);
  });

  it.each(["cutover", "cleanup"])("are refused at %s", async (stage) => {
    expect(await refusals(transaction(stage))).toMatchSnapshot();
  });

  it("are what was predicted once the advice is followed", async () => {
    const followed = ["", "", "  @@id([id, timestamp])\n  @@unique([idempotencyKey, timestamp])\n"];
    const [before] = await accepted(transaction("setup"));
    const [after] = await accepted(transaction("cutover", followed));
    expect(after?.spec.uniques).toEqual(before?.cutoverUniques);
    expect(after?.cutoverUniques).toEqual(after?.spec.uniques);
    expect(after?.spec.identity).toEqual(["event_id", "time_stamp"]);
    expect(after?.advice).toEqual([]);
  });

  const written: [string, string[]][] = [
    [
      '@@id([id, tenant], name: "row", map: "events_primary")',
      ['@@id([id, tenant, at], name: "row", map: "events_primary")'],
    ],
    ["@@unique(fields: [ tenant , name(sort: Desc) ])", ["@@unique(fields: [tenant , name(sort: Desc), at])"]],
    ['@@unique([name], map: "n(]")', ['@@unique([name, at], map: "n(]")']],
    ["@@unique([at, name])\n  @@unique([name])", []],
  ];

  it.each(written)("keep what else %s says", async (attribute, wanted) => {
    const id = attribute.startsWith("@@id") ? "" : "@id @default(ulid())";
    const model = (keys: string) =>
      `model Event {\n  id String ${id}\n  tenant Int\n  name String @db.Text\n  at DateTime\n  ${keys}\n}\n`;
    const [resolved] = await accepted(`/// @partition(at)\n${model(attribute)}`);
    const lines = resolved?.advice.filter((line) => id === "" || !line.startsWith("@@id([id, at])")) ?? [];
    expect(lines.map((line) => line.split(" instead of ")[0])).toEqual(
      wanted.length > 0 ? wanted : ["no `@@unique([name])`: the unique with `at` takes its place"],
    );
    // Prisma accepts what the advice says.
    for (const line of wanted) await internals.getDMMF({ datamodel: datasource + model(line) });
  });

  it("on fields keep map and sort", async () => {
    const model =
      '/// @partition(at)\nmodel Event {\n  id Int @id(map: "p")\n  a Int @unique(sort: Desc, map: "u")\n  at DateTime\n}\n';
    const [resolved] = await accepted(model);
    expect(resolved?.advice.map((line) => line.split(" instead of ")[0])).toEqual([
      '@@id([id, at], map: "p")',
      '@@unique([a(sort: Desc), at], map: "u")',
    ]);
    expect(resolved?.cutoverUniques.map((unique) => unique.name)).toEqual(["p", "u"]);
  });

  it("that become one are one", async () => {
    const [resolved] = await accepted(
      "/// @partition(at)\nmodel Event {\n  id Int @id\n  a Int @unique\n  at DateTime\n  @@unique([at, a])\n}\n",
    );
    expect(resolved?.cutoverUniques.map((unique) => unique.name)).toEqual(["Event_pkey", "Event_at_a_key"]);
  });

  it("get names of at most 63 bytes", async () => {
    const name = "é".repeat(24);
    const [resolved] = await accepted(
      `/// @partition(at)\nmodel Event {\n  id Int @id\n  a Int @unique @map("${name}")\n  at DateTime @map("created_at")\n}\n`,
    );
    expect(resolved?.cutoverUniques[1]?.name).toBe(`Event_${name}_crea_key`);
  });

  it("identify a row where there is no primary key", async () => {
    const body = "  a Int? @unique\n  b Int @unique\n  c Int\n  at DateTime\n  @@unique([c, at])\n";
    const [resolved] = await accepted(`/// @partition(at)\nmodel Event {\n${body}}\n`);
    expect(resolved?.spec.identity).toEqual(["b"]);
  });
});

describe("a key that is in the id", () => {
  it.each([
    ["uuid7", "id String @id @default(uuid(7)) @db.Uuid"],
    ["ulid", "id String @id @default(ulid())"],
  ])("%s: nothing changes, incoming relations stay", async (kind, id) => {
    const type = id.includes("@db.Uuid") ? "String @db.Uuid" : "String";
    const kid = `model Kid {\n  id Int @id\n  e ${type}\n  event Event @relation(fields: [e], references: [id])\n  tags Event[] @relation("tags")\n}\n`;
    const model = `/// @partition(id, stage: cutover)\nmodel Event {\n  ${id}\n  kids Kid[]\n  tagged Kid[] @relation("tags")\n}\n${kid}`;
    const [resolved] = await accepted(model);
    expect(resolved).toMatchObject({ spec: { kind, stage: "cutover" }, advice: [] });
    expect(resolved?.cutoverUniques).toEqual(resolved?.spec.uniques);
  });

  it("other uniques still need it", async () => {
    const model =
      "/// @partition(id, stage: cutover)\nmodel Event {\n  id String @id @default(ulid())\n  email String @unique\n}\n";
    expect(await refusals(model)).toMatchSnapshot();
  });
});

/** A relation that was changed as the advice says. */
const FOLLOWED = `model Kid {
  id      Int      @id
  eventId Int
  eventAt DateTime
  event   Event    @relation(fields: [eventId, eventAt], references: [id, at])
}
`;
const RELATED = (stage: string, kid: string) => `/// @partition(at, stage: ${stage})
model Event {
  id   Int
  at   DateTime
  kids Kid[]
  @@id([id, at])
}

${kid}`;

describe("relations that reference the model without the key", () => {
  const models = (stage: string): string => `/// @partition(at, stage: ${stage})
model Event {
  id       Int      @id
  at       DateTime
  parentId Int?
  parent   Event?   @relation("tree", fields: [parentId], references: [id])
  children Event[]  @relation("tree")
  kids     Kid[]
  tags     Tag[]
  secrets  Secret[] @ignore
}

model Kid {
  id      Int   @id
  eventId Int
  event   Event @relation(fields: [eventId], references: [id])
}

model Tag {
  id     Int     @id
  events Event[]
}

model Secret {
  id      Int   @id
  eventId Int
  event   Event @relation(fields: [eventId], references: [id])
  @@ignore
}
`;

  it("are told at setup", async () => {
    const [resolved] = await accepted(models("setup"));
    expect(resolved?.advice).toMatchSnapshot();
  });

  it("are refused at cutover", async () => {
    expect(await refusals(models("cutover"))).toMatchSnapshot();
  });

  it("are fine once they reference the whole key", async () => {
    expect(await accepted(RELATED("cutover", FOLLOWED))).toHaveLength(1);
  });

  it.each([
    ["a relation", ["eventId Int", "Event", "Kid[]"], "eventAt DateTime @db.Timestamptz(3)", ""],
    ["an optional one", ["eventId Int?", "Event?", "Kid[]"], "eventAt DateTime? @db.Timestamptz(3)", ""],
    [
      "a one-to-one relation",
      ["eventId Int @unique", "Event", "Kid?"],
      "eventAt DateTime @db.Timestamptz(3)",
      "@@unique([eventId, eventAt])",
    ],
    [
      "a one-to-one relation by its id",
      ["eventId Int @id", "Event", "Kid?"],
      "eventAt DateTime @db.Timestamptz(3)",
      "@@unique([eventId, eventAt])",
    ],
    [
      "a relation beside a field of that name",
      ["eventId Int\n  eventAt Int", "Event", "Kid[]"],
      "eventRefAt DateTime @db.Timestamptz(3)",
      "",
    ],
  ] as const)("say of %s what Prisma and the cutover accept", async (_, [fk, type, back], declaration, unique) => {
    const kid = (field: string, relation: string, more: string) => `model Kid {
  ${/@id/.test(fk) ? "" : "id Int @id"}
  ${fk}
  ${field}
  event ${type} ${relation}
  ${more}
}
`;
    const plain = '@relation("k", fields: [eventId], references: [id], onDelete: Cascade, map: "kid_fk")';
    const models = (stage: string, keys: [string, string], rest: string) => `/// @partition(at, stage: ${stage})
model Event {
  id   Int      ${keys[0]}
  at   DateTime @db.Timestamptz(3)
  kids ${back}  @relation("k")
  ${keys[1]}
}

${rest}`;
    const [resolved] = await accepted(models("setup", ["@id", ""], kid("", plain, "")));
    const [, line = ""] = resolved?.advice ?? [];
    expect(line).toContain("`Kid.event` references `[id]` of `Event`, without the partition key `at`. Add");
    const quoted =
      line
        .slice(line.indexOf(" Add "))
        .match(/`[^`]+`/g)
        ?.map((text) => text.slice(1, -1)) ?? [];
    const name = declaration.split(" ")[0];
    const whole = `@relation("k", fields: [eventId, ${name}], references: [id, at], onDelete: Cascade, map: "kid_fk")`;
    expect(quoted).toEqual([declaration, "at", ...(unique ? [unique] : []), "Kid", whole]);
    const followed = kid(declaration, whole, unique);
    expect(await accepted(models("cutover", ["", "@@id([id, at])"], followed))).toHaveLength(1);
    // Each part of it is needed.
    if (unique) {
      const without = models("cutover", ["", "@@id([id, at])"], kid(declaration, whole, ""));
      await expect(accepted(without)).rejects.toThrow(/must use unique fields/);
    }
  });
});

describe("one-to-one relations whose foreign key the model holds", () => {
  const models = (stage: string, keys: [string, string], back: string) => `/// @partition(at, stage: ${stage})
model Event {
  id        Int     @default(autoincrement()) ${keys[0]}
  at        DateTime
  receiptId Int?    ${keys[0] && "@unique"}
  receipt   Receipt? @relation(fields: [receiptId], references: [id])
  ${keys[1]}
}

model Receipt {
  id    Int @id
  ${back}
}
`;
  const list = "write `Receipt.event` as a list, `event Event[]`";

  it("become one-to-many, as the advice says and Prisma demands", async () => {
    const [resolved] = await accepted(models("setup", ["@id", ""], "event Event?"));
    expect(resolved?.advice).toEqual([
      "@@id([id, at]) instead of `@id` on `id`",
      `@@unique([receiptId, at]) instead of \`@unique\` on \`receiptId\`; ${list}`,
    ]);
    const keys: [string, string] = ["", "@@id([id, at])\n  @@unique([receiptId, at])"];
    const [followed] = await accepted(models("cutover", keys, "event Event[]"));
    expect(followed?.spec.uniques).toEqual(resolved?.cutoverUniques);
    await expect(accepted(models("cutover", keys, "event Event?"))).rejects.toThrow(/must use unique fields/);
  });

  it("are named at cutover, too", async () => {
    const found = await refusals(models("cutover", ["@id", ""], "event Event?"));
    expect(found.map((line) => line.split(" | ").at(-1))).toEqual([
      "remove `@id` on `id` and add `@@id([id, at])`.",
      `remove \`@unique\` on \`receiptId\` and add \`@@unique([receiptId, at])\`; ${list}.`,
    ]);
  });

  it("over the primary key are among them, and a list is not", async () => {
    const shared = (back: string) =>
      `/// @partition(at)\nmodel Event {\n  id Int @id\n  at DateTime\n  r Receipt @relation("x", fields: [id], references: [id])\n}\nmodel Receipt {\n  id Int @id\n  event Event${back} @relation(name: "x")\n}\n`;
    const [one] = await accepted(shared("?"));
    expect(one?.advice).toEqual([`@@id([id, at]) instead of \`@id\` on \`id\`; ${list}`]);
    const [many] = await accepted(shared("[]"));
    expect(many?.advice).toEqual(["@@id([id, at]) instead of `@id` on `id`"]);
  });
});
