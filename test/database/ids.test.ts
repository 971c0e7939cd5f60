/** Ids that are said to sort by time, and do not. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { type Refusal, refusedThenMended } from "../support/refused.ts";

const uuids = `CREATE TABLE app.t (id uuid PRIMARY KEY);
  INSERT INTO app.t SELECT (lpad(to_hex(1780000000000 + n * 86400000::bigint), 12, '0') || '7abc8' || lpad(n::text, 15, '0'))::uuid FROM generate_series(1, 50) n`;
const ulids = (type: string) => `CREATE TABLE app.t (id ${type} PRIMARY KEY);
  INSERT INTO app.t SELECT prisma_partition.axis_to_bound('ulid', (timestamptz '2026-01-01' + n * interval '1 day')::text) FROM generate_series(1, 50) n`;
const uuid7: TableSpec = { table: "t", key: "id", kind: "uuid7", uniques: [["id"]] };
const ulid: TableSpec = { ...uuid7, kind: "ulid" };
const random = "INSERT INTO app.t SELECT gen_random_uuid() FROM generate_series(1, 3)";

const refusals: Refusal[] = [
  {
    title: "random UUIDs",
    ddl: `${uuids}; ${random}; ${random}`,
    table: uuid7,
    message:
      /key column id holds UUIDs that are not of version 7: ('[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]+'(, )?){5} and more; partition by/,
  },
  {
    title: "one UUID of no version",
    ddl: `${uuids}; INSERT INTO app.t VALUES ('00000000-0000-0000-0000-000000000000')`,
    table: uuid7,
    message: /not of version 7: '00000000-0000-0000-0000-000000000000'; partition by/,
  },
  {
    title: "ULIDs in small letters",
    ddl: `${ulids("text")}; INSERT INTO app.t VALUES ('01jz5g1k8q5t7v9x2b4d6f8h0m')`,
    table: ulid,
    message: /text that is no upper-case ULID: '01jz5g1k8q5t7v9x2b4d6f8h0m'; partition by/,
  },
  {
    title: "text that is no ULID",
    ddl: `${ulids("text")}; INSERT INTO app.t VALUES (''), ('81JZ5G1K8Q5T7V9X2B4D6F8H0M'), ('01JZ5G1K8Q5T7V9X2B4D6F8H0U'), ('01JZ5G1K8Q5T-V9X2B4D6F8H0M'), ('Größe, it''s')`,
    table: ulid,
    message: /no upper-case ULID: ('([^']|'')*'(, )?){5}; partition by/,
  },
  {
    title: "a collation that puts a digit behind the letters",
    since: 16, // rules
    ddl: `CREATE COLLATION app.letters (provider = icu, locale = 'und', rules = '&Z < 9'); ${ulids("varchar(26) COLLATE app.letters")}`,
    table: ulid,
    message: /key column id has collation app\.letters, under which ULIDs do not sort by time/,
  },
];

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});
const opened = (created: Conversion) => {
  conversion = created;
};

for (const server of inject("servers")) {
  describe(server.name, () => {
    for (const one of refusals) {
      if (Number(server.name.split("-")[1]) < (one.since ?? 0)) continue; // the server has no such thing
      test(`refused: ${one.title}`, async () => {
        await refusedThenMended(server, one, opened);
        await conversion?.work();
        await conversion?.cutover();
        expect(await conversion?.differences()).toEqual([]);
      });
    }

    for (const [title, ddl, table] of [
      ["uuid7", uuids, uuid7],
      ["ulid, text", ulids("text"), ulid],
      ["ulid, char", ulids("char(26)"), ulid],
      ["ulid, char of more than it needs", ulids("char(40)"), ulid],
    ] as const) {
      test(`accepted: ${title}`, async () => {
        conversion = await Conversion.create(server, ddl, table);
        await conversion.convert();
        expect(await conversion.differences()).toEqual([]);
      });
    }

    test("they are looked for again at cutover", async () => {
      conversion = await Conversion.create(server, uuids, uuid7);
      await conversion.setup();
      await conversion.work();
      await conversion.query(random);
      await expect(conversion.cutover()).rejects.toMatchObject({
        detail: expect.stringMatching(/holds UUIDs that are not of version 7: '[^,]+, '[^,]+, '[^,]+'; partition by/),
      });
    });

    test("the scan holds nobody up: ACCESS SHARE", async () => {
      conversion = await Conversion.create(server, uuids, uuid7);
      const writer = await conversion.connect();
      await writer.query("BEGIN; LOCK TABLE app.t IN EXCLUSIVE MODE");
      expect(
        await conversion.query("SELECT * FROM prisma_partition.refuse_ids('app.t'::regclass, 'id', 'uuid7')"),
      ).toEqual([]);
      expect(
        await conversion.value(
          "SELECT prisma_partition.refusal('app.t'::regclass, 'id', 'uuid7', '{id}', '[{\"columns\": [\"id\"]}]')",
        ),
      ).toBeNull();
    });
  });
}
