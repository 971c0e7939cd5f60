/** The backend is terminated, or its statement cancelled, in the middle of every step. */
import { afterEach, expect, inject, test } from "vitest";
import { beforeCutover, cutover, drain, follow, Ordeal, rollback, type Stage } from "../support/ordeal.ts";

let ordeal: Ordeal | undefined;
afterEach(async () => {
  await ordeal?.end();
  ordeal = undefined;
});

const interruptions = [
  { title: "terminated", sql: "pg_terminate_backend", code: "57P01" },
  { title: "cancelled", sql: "pg_cancel_backend", code: "57014" },
];

for (const server of inject("servers")) {
  for (const { title, sql, code } of interruptions) {
    test(`${server.name}: ${title} in the middle of every step`, async () => {
      ordeal = await Ordeal.create(server);
      const o = ordeal;
      const interrupt = async (stage: Stage) => {
        await o.reach(stage);
        const outcome = await o.interrupt(stage, (pid) => o.conversion.query(`SELECT ${sql}(${pid})`));
        expect(outcome, stage.name).toMatchObject({ code });
      };
      for (const stage of beforeCutover) await interrupt(stage);
      await interrupt(cutover);
      expect(await o.stage()).toBe("setup");
      await o.conversion.cutover();
      await interrupt(follow);
      await interrupt(rollback);
      expect(await o.stage()).toBe("cutover");
      await o.conversion.rollback();
      await interrupt(drain);
      await o.conversion.cutover();
      await o.expectNothingLost();
    });
  }
}
