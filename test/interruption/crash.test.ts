/**
 * The whole server stops at once (`-m immediate`: SIGQUIT, no checkpoint) in the middle of every step, and starts again on
 * what is on its disk. The writers reconnect, the runner is started again.
 */
import { afterEach, expect, inject, test } from "vitest";
import { beforeCutover, cutover, drain, follow, Ordeal, rollback, type Stage } from "../support/ordeal.ts";
import { type Cluster, DURABLE, SERVER_NAMES, startServer } from "../support/servers/index.ts";

let cluster: Cluster | undefined;
let ordeal: Ordeal | undefined;
afterEach(async () => {
  await ordeal?.end().catch(() => {});
  await cluster?.stop();
  ordeal = undefined;
  cluster = undefined;
});

const names = SERVER_NAMES.filter((name) => inject("servers").some((server) => server.name === name));

test.each(names)("%s: an immediate stop in the middle of every step", async (name) => {
  const server = await startServer(name, { settings: DURABLE });
  cluster = server;
  ordeal = await Ordeal.create(server);
  const o = ordeal;
  const crash = async (stage: Stage) => {
    await o.reach(stage);
    const outcome = await o.interrupt(stage, async () => {
      await server.crash();
      await server.restart();
      await o.conversion.reconnect();
    });
    expect(outcome.code, stage.name).not.toBe("it finished");
  };
  for (const stage of beforeCutover) await crash(stage);
  await crash(cutover);
  expect(await o.stage()).toBe("setup");
  await o.conversion.cutover();
  await crash(follow);
  await crash(rollback);
  expect(await o.stage()).toBe("cutover");
  await o.conversion.rollback();
  await crash(drain);
  await o.conversion.cutover();
  await o.expectNothingLost();
  const crashes = beforeCutover.length + 4;
  for (const writer of o.writers) expect(writer.reconnects).toBeGreaterThan(crashes);
});
