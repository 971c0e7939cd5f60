/**
 * Each part of what makes the conversion right, taken out in turn: the very interleaving that it is there for must then
 * lose a row, and be seen to. With it, nothing is lost.
 */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import { capture } from "./mutations/capture.ts";
import { drain } from "./mutations/drain.ts";
import { load } from "./mutations/load.ts";
import { differences } from "./mutations/scenario.ts";
import { swaps } from "./mutations/swap.ts";

const scenarios = [...capture, ...load, ...drain, ...swaps];

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  describe(server.name, () => {
    for (const { title, fromTheStart = false, mutate, prepare, run, lost } of scenarios) {
      const start = async (mutated: boolean) => {
        conversion = await Conversion.create(
          server,
          `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL, v integer NOT NULL,
             amount numeric DEFAULT 1.0, UNIQUE (code, at));
           INSERT INTO app.events SELECT n, now() - n * interval '1 day', 'seed ' || n, n FROM generate_series(1, 400) n`,
          { table: "events", key: "at", uniques: [["id"], ["code", "at"]], batchSize: 100 },
        );
        if (!fromTheStart) await conversion.setup();
        await prepare?.(conversion);
        if (mutated) await mutate(conversion);
        return conversion;
      };

      test(title, async () => {
        await run(await start(false));
      });

      test(`${title}: lost without it`, async () => {
        const c = await start(true);
        const error = await run(c).then(
          () => undefined,
          (reason) => reason,
        );
        expect(String(error)).toMatch(lost);
        // The package sees it as well, and does not cut over.
        if (lost === differences) await expect(c.cutover()).rejects.toThrow(/its partitioned copy differ/);
      });
    }
  });
}
