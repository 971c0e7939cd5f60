/**
 * Every kind of table, pair by pair: each cell is filled, set up, loaded, indexed, cut over, taken back and cut over
 * again under writes that change every column, the id and the key, and ends as the writer's own ledger says, equal to
 * the old table to the last character, with all that could be said of it in the catalog.
 *
 * The servers share the cells, to keep `npm test` short; `npm run matrix` takes every cell through all of them.
 */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import { describeTable } from "../support/describe-table.ts";
import { cellOf, historyDdl } from "./cell.ts";
import { allowed, dimensions } from "./dimensions.ts";
import { Ledger } from "./ledger.ts";
import { type Assignment, pairwise } from "./pairwise.ts";
import { capabilities } from "./servers.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

const title = (cell: Assignment) =>
  Object.entries(cell)
    .map(([name, value]) => `${name}: ${value}`)
    .join("; ");

/** Uniques gain the key; all else stays. (What each becomes is asserted where uniques are tested one by one.) */
async function description(c: Conversion, table: string): Promise<string[]> {
  const lines = await describeTable(c.client, table);
  return lines.filter(
    (line) =>
      !/^constraint .* (PRIMARY KEY|UNIQUE)|^index .* CREATE UNIQUE INDEX|^referenced by|^rows are indexed by/.test(
        line,
      ),
  );
}

function changes(before: readonly string[], after: readonly string[]): string {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ].join("\n");
}

/** What one table has and the other lacks, as the package itself sees it. */
const unlike =
  "SELECT to_jsonb(p) AS property FROM prisma_partition.parity(1) p WHERE coalesce(to_jsonb(p) ->> 'state', 'differs') IN ('missing', 'differs', 'extra')";

async function same(c: Conversion, ledger: Ledger, left: string, right: string): Promise<void> {
  await c.work();
  expect(await ledger.differences()).toEqual([]);
  expect(await c.differences(left, right)).toEqual([]);
}

for (const [index, server] of inject("servers").entries()) {
  const { kinds, has } = await capabilities(server);
  const all = dimensions(Object.keys(kinds), has);
  const cells = pairwise(all, allowed);

  describe(server.name, () => {
    test("every value occurs, and the cells are few", () => {
      for (const [name, values] of Object.entries(all)) {
        expect([...new Set(cells.map((cell) => cell[name]))].sort()).toEqual([...values].sort());
      }
      expect(cells.length).toBeLessThan(250);
    });

    for (const [number, values] of cells.entries()) {
      if (!process.env.MATRIX && number % inject("servers").length !== index) continue;
      test(`${number}: ${title(values)}`, async () => {
        const cell = cellOf(values, kinds);
        const extensions = ["citext", "hstore"].filter((name) => has.has(name));
        const ddl = [...extensions.map((name) => `CREATE EXTENSION ${name} SCHEMA public`), cell.ddl].join(";\n");
        conversion = await Conversion.create(server, ddl, cell.spec);
        const c = conversion;
        const ledger = new Ledger(await c.connect(), cell);
        await ledger.open();
        for (const statement of historyDdl(values.history as string, c.name).split(";")) await c.query(statement);
        const before = await description(c, c.name);

        ledger.start();
        await c.setup();
        await c.step();
        await ledger.round();
        if (cell.alter) {
          await c.query(`BEGIN; ${cell.alter(c.name)}; ${cell.alter(c.shadow)}; COMMIT`);
        }
        await c.work(2);
        await ledger.round();
        await c.cutover();
        await ledger.round();
        await ledger.stop();
        await same(c, ledger, c.name, c.old);
        expect(await c.query(unlike)).toEqual([]);
        if (!cell.alter) expect(changes(before, await description(c, c.name))).toBe("");

        ledger.start();
        await c.rollback();
        await ledger.round();
        await ledger.stop();
        await same(c, ledger, c.name, c.shadow);
        expect(await c.query(unlike)).toEqual([]);
        if (!cell.alter) expect(changes(before, await description(c, c.name))).toBe("");
        ledger.start();
        await c.cutover();
        await ledger.stop();
        await same(c, ledger, c.name, c.old);
        if (!cell.alter) expect(changes(before, await description(c, c.name))).toBe("");

        // Ids go on, none twice, also when the old table is gone.
        await ledger.add(7);
        await same(c, ledger, c.name, c.old);
        const identity = cell.identity.map((name) => `x.${name}`).join(", ");
        const ids = `SELECT ROW(${identity})::text FROM ${c.name} x`;
        expect(await c.query(`SELECT * FROM (${ids}) d(id) GROUP BY id HAVING count(*) > 1`)).toEqual([]);
        expect(await c.query("SELECT * FROM prisma_partition.verify(1) WHERE NOT matches")).toEqual([]);
        await c.query(`DROP TABLE ${c.old}`);
        if (cell.last) await c.query(cell.last);
      });
    }
  });
}
