/** Whether the database holds what the clients committed, and both tables the same. Nobody writes meanwhile. */
import type { Conversion } from "../support/convert.ts";
import { PILLARS, type SharedRows } from "./shared-rows.ts";
import type { Statistics } from "./statistics.ts";
import type { Workload } from "./workload.ts";

/** So many are named, of each kind. */
const NAMED = 10;

interface Found {
  id: string;
  at: string;
  code: string;
  v: string;
  account: string | null;
}

/** @param seeds the ids of rows that nobody has written since they were there */
export async function compareWithLedgers(
  conversion: Conversion,
  workload: Workload,
  shared: SharedRows,
  seeds: ReadonlySet<number>,
  statistics: Statistics,
): Promise<void> {
  const rows = await conversion.query<Found>(
    `SELECT id::text, (extract(epoch FROM at) * 1000)::bigint::text AS at, code, v::text, account_id::text AS account FROM app.events`,
  );
  const found = new Map<number, string[]>();
  const line = (at: string | number, code: string, v: string | number, account: string | number | null) =>
    `${at} ${code} ${v} ${account}`;
  for (const { id, at, code, v, account } of rows) {
    found.set(Number(id), [...(found.get(Number(id)) ?? []), line(at, code, v, account)]);
  }
  const wrong: string[] = [];
  const expect = (id: number, description: string, matches: (actual: string) => boolean) => {
    const actual = found.get(id) ?? [];
    if (actual.length !== 1 || !matches(actual[0] ?? "")) {
      wrong.push(`row ${id} is [${actual.join("], [")}], written was ${description}`);
    }
    found.delete(id);
  };
  for (const { ledger } of workload.clients) {
    for (const [id, { at, code, v, account }] of ledger.rows) {
      const written = line(at, code, v, account);
      expect(id, written, (actual) => actual === written);
    }
  }
  for (const [id, v] of shared.committed) {
    expect(id, `v = ${v}`, (actual) => actual.endsWith(` shared ${id} ${v} null`));
  }
  for (let id = PILLARS.first; id <= PILLARS.last; id++) {
    expect(id, "a pillar", (actual) => actual.endsWith(` pillar ${id} ${id} null`));
  }
  for (const id of seeds) expect(id, "a seed", (actual) => actual.includes(` seed ${id - 100_000} `));
  for (const [id, actual] of found) wrong.push(`row ${id} is [${actual.join("], [")}], but nobody left it there`);
  for (const text of wrong.slice(0, NAMED)) statistics.find("ledger", text);
  if (wrong.length > NAMED) statistics.find("ledger", `… and ${wrong.length - NAMED} more`);
}

/** The tables of both sides, row by row as text; and the package's own verify must say the same. */
export async function compareTables(conversion: Conversion, other: string, statistics: Statistics): Promise<void> {
  const different = await conversion.differences(conversion.name, other);
  for (const { row } of different.slice(0, NAMED)) statistics.find("copy", `${row} (< ${conversion.name}, > ${other})`);
  const verified = await conversion.query(
    "SELECT v::text AS row FROM prisma_partition.tables t, prisma_partition.verify(t.id) v WHERE NOT v.matches",
  );
  if (different.length === 0 && verified.length > 0) {
    statistics.find("copy", `verify finds differences that are not there: ${JSON.stringify(verified[0])}`);
  }
  const error = await conversion.value<string | null>("SELECT last_error FROM prisma_partition.tables");
  if (error && !/SQLSTATE (40001|40P01|55P03)/.test(error)) statistics.find("runner", `last_error: ${error}`);
}
