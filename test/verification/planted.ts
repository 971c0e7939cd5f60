/**
 * A table under conversion with differences planted in it behind the back of change capture, and what verify must say of
 * them, no more and no less. Rows below 1000 are the planted ones; live writers have others (from ten million on).
 */
import type { Conversion } from "../support/convert.ts";
import { CASES, TYPES } from "./cases.ts";

export const ddl = (rows: number): string => `
  ${TYPES}
  CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL UNIQUE, v integer NOT NULL,
    ${CASES.map(({ column, type }) => `${column} ${type}`).join(", ")},
    c_generated text GENERATED ALWAYS AS (upper(c_text)) STORED, c_long text);
  ALTER TABLE app.events ALTER c_long SET STORAGE EXTERNAL;
  INSERT INTO app.events SELECT n, date_trunc('hour', now()) - n % 700 * interval '1 day', 'seed ' || n, n FROM generate_series(1, ${rows}) n;
  ${CASES.map(({ column, good }, index) => `UPDATE app.events SET ${column} = ${good} WHERE id = ${index + 1};`).join("\n")}
  UPDATE app.events SET c_text = id WHERE id IN (104, 105);
  UPDATE app.events SET at = '9999-06-01' WHERE id IN (106, 108);
  UPDATE app.events SET at = 'infinity' WHERE id = 107;
  UPDATE app.events SET c_long = repeat('long ', 1000) WHERE id = 110;
  ALTER TABLE app.events ALTER c_long SET STORAGE EXTENDED; -- it is compressed when it is copied
  ANALYZE app.events;`;

export interface Expected {
  readonly partition: string;
  readonly identity: { readonly id: string; readonly at: string };
  readonly difference: "missing" | "extra" | "changed";
  readonly columns: readonly string[];
}

/** Writes without being logged, in one transaction. */
export function silently(c: Conversion, sql: string): Promise<unknown> {
  return c.query(`BEGIN; SET LOCAL prisma_partition.draining = 'on'; ${sql}; COMMIT`);
}

interface Place {
  readonly id: string;
  readonly at: string;
  readonly partition: string;
}

/**
 * Plants into `other`, the table that follows: the partitioned copy before cutover, the old table afterwards. Where that
 * cannot hold the mistake (a wrong partition, a second row of one id), into `partitioned`, the live one then.
 */
export async function plant(c: Conversion, other: string, partitioned: string): Promise<Expected[]> {
  const live = other !== partitioned;
  const places = await c.query<Place>(
    `SELECT id::text, to_jsonb(at AT TIME ZONE 'UTC') #>> '{}' || CASE WHEN isfinite(at) THEN '+00:00' ELSE '' END AS at, tableoid::regclass::text AS partition
     FROM ${partitioned} WHERE id < 1000`,
  );
  const place = (id: number) => places.find((one) => one.id === String(id)) as Place;
  const expect = (
    difference: Expected["difference"],
    id: number,
    columns: readonly string[] = [],
    at = place(id),
  ): Expected => ({
    partition: at.partition,
    identity: { id: String(id), at: at.at },
    difference,
    columns,
  });
  /** A microsecond later than that row, in the same partition. */
  const beside = (id: number): Place => ({ ...place(id), at: place(id).at.replace("+00:00", ".000001+00:00") });
  const columns = await c.value<string>(`prisma_partition.column_list('${partitioned}'::regclass)`);
  /** lz4, where the server was built with it. */
  const compression = await c.value<string>(
    "SELECT enumvals[cardinality(enumvals)] FROM pg_settings WHERE name = 'default_toast_compression'",
  );

  await silently(
    c,
    `${CASES.map(({ column, bad }, index) => `UPDATE ${other} SET ${column} = ${bad} WHERE id = ${index + 1};`).join("\n")}
     DELETE FROM ${other} WHERE id IN (101, 108);
     INSERT INTO ${other} (id, at, code, v) VALUES (5000000, '${beside(20).at}', 'nobody wrote this', 1);
     UPDATE ${other} SET at = '${beside(30).at}' WHERE id = 102;
     INSERT INTO ${partitioned} (id, at, code, v) VALUES (103, '${beside(40).at}', 'nor this', 1);
     UPDATE ${other} SET c_text = 209 - id WHERE id IN (104, 105);
     UPDATE ${other} SET v = -1 WHERE id IN (106, 107);
     ${live ? "" : `SET LOCAL default_toast_compression = ${compression}; UPDATE ${other} SET c_long = c_long || '' WHERE id = 110;`}
     CREATE TEMP TABLE wrong ON COMMIT DROP AS SELECT ${columns} FROM ${partitioned} WHERE id = 109;
     DELETE FROM ${partitioned} WHERE id = 109;
     UPDATE pg_class SET relispartition = false WHERE oid = '${place(300).partition}'::regclass;
     INSERT INTO ${place(300).partition} (${columns}) SELECT * FROM pg_temp.wrong;
     UPDATE pg_class SET relispartition = true WHERE oid = '${place(300).partition}'::regclass`,
  );
  return [
    ...CASES.map(({ column, also = [] }, index) => expect("changed", index + 1, [column, ...also])),
    expect("missing", 101),
    expect("missing", 102),
    expect("extra", 102, [], beside(30)),
    expect(live ? "missing" : "extra", 103, [], beside(40)),
    expect("changed", 104, ["c_text", "c_generated"]),
    expect("changed", 105, ["c_text", "c_generated"]),
    expect("changed", 106, ["v"]),
    expect("changed", 107, ["v"]),
    expect("missing", 108),
    expect(live ? "extra" : "missing", 109),
    expect(live ? "missing" : "extra", 109, [], { ...place(109), partition: place(300).partition }),
    expect("extra", 5_000_000, [], beside(20)),
  ];
}

/** Makes the copy what it was. */
export async function mend(c: Conversion): Promise<void> {
  const columns = await c.value<string>("prisma_partition.column_list('app.events'::regclass)");
  await silently(
    c,
    `DELETE FROM ${c.shadow} WHERE id < 1000 OR id = 5000000; INSERT INTO ${c.shadow} (${columns}) SELECT ${columns} FROM ${c.name} WHERE id < 1000`,
  );
}
