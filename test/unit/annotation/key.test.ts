import { describe, expect, it } from "vitest";
import { accepted, event, refusals } from "./refusals.ts";

const key = (field: string): string => event("@partition(k)", `  id BigInt @id\n  ${field}\n`);

describe("the key", () => {
  it.each([
    ["timestamptz", "k DateTime @db.Timestamptz(6)"],
    ["timestamptz", "k DateTime @default(now()) @db.Timestamptz"],
    ["timestamp", "k DateTime"],
    ["timestamp", "k DateTime @db.Timestamp(0)"],
    ["date", "k DateTime @db.Date"],
    ["uuid7", "k String @default(uuid(7)) @db.Uuid"],
    ["uuid7", 'k String @default(dbgenerated("uuidv7()")) @db.Uuid'],
    ["ulid", "k String @default(ulid())"],
    ["ulid", "k String @default(ulid()) @db.Char(26)"],
    ["ulid", "k String @default(ulid()) @db.VarChar"],
    ["ulid", "k String @default(ulid()) @db.VarChar(30)"],
  ])("is of kind %s: %s", async (kind, field) => {
    expect((await accepted(key(field)))[0]?.spec).toMatchObject({ key: "k", kind, interval: "1 month" });
  });

  it.each(["k Int", "k BigInt", "k Int @db.SmallInt", "k BigInt @default(autoincrement())"])(
    "is of kind integer: %s",
    async (field) => {
      const [resolved] = await accepted(key(field).replace("(k)", "(k, 100)"));
      expect(resolved?.spec).toMatchObject({ kind: "integer", interval: "100" });
    },
  );

  it.each([
    "k DateTime?",
    "k DateTime[]",
    "k DateTime @db.Time(3)",
    "k DateTime @db.Timetz",
    "k DateTime @ignore",
    'k Unsupported("tstzrange")',
    "k Boolean",
    "k Decimal @db.Decimal(20, 0)",
    "k Int @db.Oid",
    "k Json",
    "k String",
    "k String @default(cuid())",
    "k String @default(nanoid())",
    "k String @default(uuid())",
    "k String @default(uuid(7))",
    "k String @default(uuid()) @db.Uuid",
    "k String @default(uuid(4)) @db.Uuid",
    'k String @default(dbgenerated("gen_random_uuid()")) @db.Uuid',
    "k String @db.Uuid",
    "k String @default(ulid()) @db.VarChar(20)",
    "k String @default(ulid()) @db.Char(36)",
    "k String @default(ulid()) @db.Xml",
  ])("is refused: %s", async (field) => {
    expect(await refusals(key(field))).toMatchSnapshot();
  });

  it("is refused as a relation or an enum", async () => {
    const rest =
      "model Kid {\n  id Int @id\n  e BigInt\n  event Event @relation(fields: [e], references: [id])\n}\nenum State {\n  ON\n}\n";
    const body = "  id BigInt @id\n  kids Kid[]\n  state State\n  at DateTime\n";
    expect(await refusals(event("@partition(kids)", body) + rest)).toMatchSnapshot();
    expect(await refusals(event("@partition(state)", body) + rest)).toMatchSnapshot();
  });

  it("is a field of the model, by its own name", async () => {
    const body = '  id BigInt @id\n  createdAt DateTime @map("created_at")\n';
    expect((await accepted(event("@partition(createdAt)", body)))[0]?.spec.key).toBe("created_at");
    expect(await refusals(event("@partition(created_at)", body))).toMatchSnapshot();
    expect(await refusals(event("@partition(creatdAt)", body))).toMatchSnapshot();
    expect(await refusals(event("@partition(somethingElse)", body))).toMatchSnapshot();
  });

  it("that is a date takes whole days only", async () => {
    const body = "  id BigInt @id\n  on DateTime @db.Date\n";
    const annotation = '@partition(on, hourly, start: "2024-01-01T10:00:00Z")';
    expect(await refusals(event(annotation, body))).toMatchSnapshot();
    expect(await accepted(event('@partition(on, daily, start: "2024-01-01T02:00:00+02:00")', body))).toHaveLength(1);
  });
});
