/** Each difference by itself: the hash of a partition must change for it alone, whatever the session has set. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { type Executor, toExecutor } from "../../src/executor.ts";
import { findTable } from "../../src/find-table.ts";
import type { Difference } from "../../src/verification/differences.ts";
import { verifyTable } from "../../src/verification/verify.ts";
import { Conversion } from "../support/convert.ts";
import { CASES, HOSTILE_SETTINGS } from "./cases.ts";
import { ddl, silently } from "./planted.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

async function named(executor: Executor): Promise<(readonly (string | null | undefined)[])[]> {
  const { ok, differences } = await verifyTable(executor, await findTable(executor, "Model"));
  expect(ok).toBe(differences.length === 0);
  return differences
    .map(({ identity, difference, columns }: Difference) => [identity.id, difference, ...columns])
    .sort(([a], [b]) => Number(a) - Number(b));
}

for (const server of inject("servers")) {
  describe.each([
    ["default settings", []],
    ["hostile settings", HOSTILE_SETTINGS],
  ])(`${server.name}, %s`, (_, settings) => {
    test("is found and named, on either side of the cutover", async () => {
      conversion = await Conversion.create(server, ddl(700), {
        table: "events",
        key: "at",
        uniques: [["id"], ["code"]],
        batchSize: 5000,
      });
      const c = conversion;
      await c.setup();
      await c.work();
      const executor = toExecutor(await c.connect(settings));
      for (const other of [c.shadow, c.old]) {
        if (other === c.old) await c.cutover();
        await c.work();
        for (const [index, { column, good, bad, also = [] }] of CASES.entries()) {
          await silently(c, `UPDATE ${other} SET ${column} = ${bad} WHERE id = ${index + 1}`);
          expect(await named(executor)).toEqual([[String(index + 1), "changed", column, ...also]]);
          await silently(c, `UPDATE ${other} SET ${column} = ${good} WHERE id = ${index + 1}`);
        }
        // Two rows that swap a value, and two columns: sums over them would (more or less often) be the same.
        for (let id = 120; id < 140; id += 2) {
          const pair = `${id}, ${id + 1}`;
          await silently(c, `UPDATE ${other} SET v = ${2 * id + 1} - v WHERE id IN (${pair})`);
          expect(await named(executor)).toEqual([
            [String(id), "changed", "v"],
            [String(id + 1), "changed", "v"],
          ]);
          await silently(c, `UPDATE ${other} SET v = id WHERE id IN (${pair})`);
        }
        await silently(c, `UPDATE ${other} SET c_blank = c_empty, c_empty = c_blank WHERE id = 4`);
        expect(await named(executor)).toEqual([["4", "changed", "c_empty", "c_blank"]]);
        await silently(c, `UPDATE ${other} SET c_blank = c_empty, c_empty = c_blank WHERE id = 4`);
        // One row for another: the count is the same.
        await silently(c, `UPDATE ${other} SET id = 5000000 WHERE id = 200`);
        expect(await named(executor)).toEqual([
          ["200", "missing"],
          ["5000000", "extra"],
        ]);
        await silently(c, `UPDATE ${other} SET id = 200 WHERE id = 5000000`);
        expect(await named(executor)).toEqual([]);
      }
    });
  });
}
