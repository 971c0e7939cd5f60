/** The torture (see main.ts) in short: a conversion there, back and there again, under load, on each server. */
import { describe, expect, inject, test } from "vitest";
import { judge } from "./judge.ts";
import { shortPlan } from "./plan.ts";
import { playRound } from "./round.ts";

const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1_000_000));

for (const server of inject("servers")) {
  describe(server.name, () => {
    for (const truncates of [false, true]) {
      const title = truncates ? "TRUNCATE while loading, draining and following back" : "VACUUM FULL while loading";
      test(`no row is lost and no client fails: kills, maintenance, ${title}`, { timeout: 300_000 }, async () => {
        console.log(`${server.name}: TEST_SEED=${seed}`);
        const round = await playRound(server, shortPlan(seed, truncates), 3000);
        expect(judge([round]).findings).toEqual([]);
        expect(round.conversion.phases.map(({ name }) => name)).toEqual(
          [
            "before",
            "setup",
            "after setup",
            "backfill",
            "cutover",
            "after cutover",
            "rollback",
            "after rollback",
          ].concat(["cutover", "after cutover"]),
        );
        for (const count of Object.values(round.conversion.transactions)) expect(count).toBeGreaterThan(10);
      });
    }
  });
}
