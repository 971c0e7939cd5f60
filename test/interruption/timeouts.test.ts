/** statement_timeout and lock_timeout that are set for everybody, on the database. */
import type pg from "pg";
import { afterEach, expect, inject, test } from "vitest";
import { startCli } from "../support/cli-process.ts";
import { cutover, index, load, Ordeal, rollback, type Stage } from "../support/ordeal.ts";

let ordeal: Ordeal | undefined;
afterEach(async () => {
  await ordeal?.end();
  ordeal = undefined;
});

const work = "CALL prisma_partition.work('app', 'events')";

/** Runs it on a connection of its own, which never gets past the stage's place; returns the error it ended with. */
async function cutOff(o: Ordeal, { place }: Pick<Stage, "place">, run: (client: pg.Client) => Promise<unknown>) {
  const client = await o.conversion.connect();
  await o.hold.at(place);
  const code = await run(client).then(
    () => "it finished",
    (error: pg.DatabaseError) => error.code,
  );
  await o.hold.release();
  await o.expectKept();
  return code;
}

async function limit(o: Ordeal, setting: string, value: string): Promise<void> {
  await o.conversion.query(`ALTER DATABASE "${o.conversion.database.name}" SET ${setting} = '${value}'`);
}

for (const server of inject("servers")) {
  test(`${server.name}: statement_timeout`, async () => {
    ordeal = await Ordeal.create(server);
    const o = ordeal;
    await o.reach(load);
    await limit(o, "statement_timeout", "200ms");

    // Nobody hears of it when a job fails: it is noted. `work` itself ends as if it had been told to.
    expect(await cutOff(o, load, (client) => client.query(work))).toBe("it finished");
    expect(await o.lastError()).toMatch(
      /^canceling statement due to statement timeout \(SQLSTATE 57014\).*ALTER ROLE postgres IN DATABASE \w+ SET statement_timeout = 0$/,
    );
    expect(
      await o.conversion.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 1347440721"),
    ).toEqual([]);

    // The command line does not mind.
    await o.hold.at(load.place);
    const cli = startCli(["backfill", "Model", "--url", o.conversion.url]);
    const pid = await o.hold.reached();
    await o.conversion.query("SELECT pg_sleep(0.5)");
    expect(await o.conversion.value(`SELECT state FROM pg_stat_activity WHERE pid = ${pid}`)).toBe("active");
    await o.hold.release();
    expect(await cli.ended).toMatchObject({ code: 0 });
    await o.expectKept();
    expect(await o.lastError()).toBe(null);

    // A migration that is cut off has changed nothing.
    expect(await cutOff(o, cutover, (client) => o.conversion.cutover(client))).toBe("57014");
    expect(await o.stage()).toBe("setup");
    await o.conversion.cutover();
    expect(await cutOff(o, rollback, (client) => o.conversion.rollback(client))).toBe("57014");
    expect(await o.stage()).toBe("cutover");
    await o.expectNothingLost();
  });

  test(`${server.name}: lock_timeout`, async () => {
    ordeal = await Ordeal.create(server);
    const o = ordeal;
    await o.reach(index);
    await limit(o, "lock_timeout", "100ms");
    const place = { locked: "app_partitioned.events" } as const;
    expect(await cutOff(o, { place }, (client) => client.query(work))).toBe("it finished");
    expect(await o.lastError()).toBe("canceling statement due to lock timeout (SQLSTATE 55P03)");
    await o.conversion.work();
    expect(await o.lastError()).toBe(null);
    await o.expectKept();

    const client = await o.conversion.connect();
    await o.conversion.cutover(client);
    expect((await client.query("SHOW lock_timeout")).rows).toEqual([{ lock_timeout: "100ms" }]);
    await o.expectNothingLost();
  });
}
