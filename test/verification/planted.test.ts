/**
 * Whatever differs between the two tables is found and named, and nothing else, on many rows, a million on one server, that are written to all
 * the while: before cutover (the copy is wrong) and after it (the old table, or the live one, is).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test } from "vitest";
import { run } from "../../src/cli/main.ts";
import { toExecutor } from "../../src/executor.ts";
import { findTable } from "../../src/find-table.ts";
import { type VerifyReport, verifyTable } from "../../src/verification/verify.ts";
import { Conversion } from "../support/convert.ts";
import { compareWithLedgers, type Isolation, TransactionWriter } from "../support/transactions.ts";
import { captureTerminal } from "../unit/cli/capture.ts";
import { HOSTILE_SETTINGS } from "./cases.ts";
import { ddl, type Expected, mend, plant } from "./planted.ts";

let conversion: Conversion | undefined;
let stopWriting: (() => Promise<TransactionWriter[]>) | undefined;
afterEach(async () => {
  await stopWriting?.();
  await conversion?.drop();
  stopWriting = conversion = undefined;
});

/** Clients that write whole transactions, and one that drains, until they are stopped. */
async function write(c: Conversion): Promise<void> {
  const isolations: Isolation[] = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"];
  const writers = await Promise.all(
    isolations.map(async (i, n) => new TransactionWriter(await c.connect(), n + 1, i, 7)),
  );
  const drain = await c.connect();
  let stopped = false;
  const draining = (async () => {
    while (!stopped) if ((await c.step(drain)) !== "worked") await sleep(5);
  })();
  for (const writer of writers) writer.start();
  stopWriting = async () => {
    stopWriting = undefined;
    stopped = true;
    await Promise.all([draining, ...writers.map((writer) => writer.stop())]);
    return writers;
  };
}

const lines = (
  differences: readonly { partition: string; difference: string; identity: object; columns: readonly string[] }[],
) =>
  differences
    .map(({ partition, difference, identity, columns }) =>
      [partition, difference, ...Object.entries(identity).sort().flat(), ...columns].join(" "),
    )
    .sort();

/** The runtime's report, from a session of its own. */
async function verify(c: Conversion, settings: string[] = []): Promise<VerifyReport> {
  const executor = toExecutor(await c.connect(settings));
  return verifyTable(executor, await findTable(executor, "Model"));
}

async function verifyByCommand(c: Conversion, flags: string[] = []): Promise<{ code: number; report: VerifyReport }> {
  const { terminal, written } = captureTerminal();
  const code = await run(["verify", "Model", "--json", "--url", c.url, ...flags], terminal);
  return { code, report: JSON.parse(written.out) };
}

async function expectNamed(c: Conversion, other: string, expected: readonly Expected[]): Promise<void> {
  // One value that is stored in two ways and is no difference.
  const stored = await c.query(
    `SELECT pg_column_compression(c_long) FROM ${c.name} WHERE id = 110
     UNION SELECT pg_column_compression(c_long) FROM ${other} WHERE id = 110`,
  );
  expect(stored).toHaveLength(2);
  const differing = [...new Set(expected.map(({ partition }) => partition))].sort();
  const command = await verifyByCommand(c);
  expect(command.code).toBe(1);
  for (const report of [await verify(c), await verify(c, HOSTILE_SETTINGS), command.report]) {
    expect(lines(report.differences)).toEqual(lines(expected));
    const found = report.partitions.filter(({ matches }) => !matches).map(({ name }) => name);
    expect(found.sort()).toEqual(differing);
    expect(report).toMatchObject({ ok: false, truncated: false });
  }
}

for (const [index, server] of inject("servers").entries()) {
  const rows = index === 0 ? 1_000_000 : 100_000; // a million on one of them says what a million says

  describe(server.name, () => {
    test("every planted difference is named, and nothing else", { timeout: 600_000 }, async () => {
      conversion = await Conversion.create(server, ddl(rows), {
        table: "events",
        key: "at",
        uniques: [["id"], ["code"]],
        batchSize: 50_000,
      });
      const c = conversion;
      await c.setup();
      await c.work(2);
      await write(c);
      expect(await verify(c)).toMatchObject({ ok: true, differences: [] });

      const planted = await plant(c, c.shadow, c.shadow);
      await expectNamed(c, c.shadow, planted);
      await expect(c.cutover()).rejects.toThrow(/its partitioned copy differ; the swap is refused/);
      // All but a row that stands where the partition's own constraint forbids it.
      const { code, report } = await verifyByCommand(c, ["--repair"]);
      expect(code).toBe(1);
      expect(lines(report.differences)).toEqual(
        lines(planted.filter(({ identity, difference }) => identity.id === "109" && difference === "extra")),
      );
      expect(report.repaired).toBeGreaterThanOrEqual(planted.length);
      await mend(c);
      expect(await verifyByCommand(c)).toMatchObject({ code: 0, report: { ok: true, differences: [] } });

      await c.cutover();
      await expectNamed(c, c.old, await plant(c, c.old, c.name));

      const writers = (await stopWriting?.()) ?? [];
      expect(writers.flatMap(({ errors }) => errors)).toEqual([]);
      expect(await compareWithLedgers(c.client, writers)).toEqual([]);
      expect(Math.min(...writers.map(({ transactions }) => transactions))).toBeGreaterThan(20);
    });
  });
}
