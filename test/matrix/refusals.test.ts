/** Every key kind on every type of column that is not its own, and what no key kind can have: refused at setup, by name. */
import { afterEach, describe, expect, inject, test } from "vitest";
import type { KeyKind } from "../../generator/spec.ts";
import { Conversion } from "../support/convert.ts";

const types: Readonly<Record<KeyKind, readonly string[]>> = {
  timestamptz: ["timestamptz", "timestamptz(3)"],
  timestamp: ["timestamp", "timestamp(3)"],
  date: ["date"],
  integer: ["smallint", "integer", "bigint"],
  uuid7: ["uuid"],
  ulid: ["text", "varchar(26)", "char(26)"],
};
const others = [
  "numeric(9, 0)",
  "double precision",
  "timetz",
  "interval",
  "boolean",
  "bytea",
  "jsonb",
  "inet",
  "app.mood",
  "app.whole",
];
const kinds = Object.keys(types) as KeyKind[];
const intervalOf = (kind: KeyKind) => (kind === "integer" ? "1000" : "1 month");

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  describe(server.name, () => {
    for (const kind of kinds) {
      test(`${kind}: a column of another type`, async () => {
        const columns = [...Object.values(types).flat(), ...others].filter((type) => !types[kind].includes(type));
        conversion = await Conversion.create(
          server,
          "CREATE TYPE app.mood AS ENUM ('ok'); CREATE DOMAIN app.whole AS integer",
          { table: "t", key: "k", kind, interval: intervalOf(kind), uniques: [["id"]] },
        );
        for (const type of columns) {
          await conversion.query(`CREATE TABLE app.t (id bigint PRIMARY KEY, k ${type} NOT NULL)`);
          await expect(conversion.setup(), type).rejects.toThrow(/column k is .* here, which is no \w+ key/);
          await conversion.query("DROP TABLE app.t");
        }
        expect(await conversion.query("TABLE prisma_partition.tables")).toEqual([]);
      });

      test(`${kind}: a column that may be null, an exclusion constraint`, async () => {
        const type = types[kind][0];
        conversion = await Conversion.create(server, `CREATE TABLE app.t (id bigint PRIMARY KEY, k ${type})`, {
          table: "t",
          key: "k",
          kind,
          interval: intervalOf(kind),
          uniques: [["id"]],
        });
        await expect(conversion.setup()).rejects.toThrow(/column k may be null/);
        await conversion.query(
          "ALTER TABLE app.t ALTER k SET NOT NULL, ADD CONSTRAINT apart EXCLUDE USING gist (int8range(id, id + 1) WITH &&)",
        );
        await expect(conversion.setup()).rejects.toThrow(/constraint apart keeps rows from overlapping/);
        await conversion.query("ALTER TABLE app.t DROP CONSTRAINT apart");
        await conversion.convert();
      });
    }

    test("uuid7: random ids", async () => {
      conversion = await Conversion.create(
        server,
        "CREATE TABLE app.t (id uuid PRIMARY KEY); INSERT INTO app.t SELECT gen_random_uuid() FROM generate_series(1, 9)",
        { table: "t", key: "id", kind: "uuid7", uniques: [["id"]] },
      );
      await expect(conversion.setup()).rejects.toThrow(/not of version 7/);
    });

    test("ulid: other text", async () => {
      conversion = await Conversion.create(
        server,
        "CREATE TABLE app.t (id text PRIMARY KEY); INSERT INTO app.t SELECT 'c' || md5(n::text) FROM generate_series(1, 9) n",
        { table: "t", key: "id", kind: "ulid", uniques: [["id"]] },
      );
      await expect(conversion.setup()).rejects.toThrow(/no upper-case ULID/);
    });
  });
}
