/** The disk of the copy is full, then that of the change log. Real ENOSPC: test/support/small-disk.ts. */
import { afterEach, expect, inject, test } from "vitest";
import { Ordeal } from "../support/ordeal.ts";
import { type Cluster, SERVER_NAMES, startServer } from "../support/servers/index.ts";
import { SMALL, SmallDisk } from "../support/small-disk.ts";

let cluster: Cluster | undefined;
let ordeal: Ordeal | undefined;
afterEach(async () => {
  await ordeal?.end();
  await cluster?.stop();
  ordeal = undefined;
  cluster = undefined;
});

const names = SERVER_NAMES.filter((name) => inject("servers").some((server) => server.name === name));
const full = /No space left on device \(SQLSTATE 53100\)$/;
const work = "CALL prisma_partition.work('app', 'events', 5)";

test.each(names)("%s: a full disk", async (name) => {
  cluster = await startServer(name, { ownMounts: true });
  const disk = await SmallDisk.create(cluster);
  ordeal = await Ordeal.create(cluster, {}, undefined, (c) => c.query(`SET default_tablespace = ${SMALL}`));
  const o = ordeal;
  const c = o.conversion;
  await c.query("ALTER TABLE prisma_partition.log_1 SET TABLESPACE pg_default");
  for (const stage of [
    { step: "load", after: 3 },
    { step: "index", after: 2 },
  ] as const) {
    await o.reach(stage);
    await disk.fill();
    await c.query(work);
    expect(await o.lastError()).toMatch(full);
    expect(await o.step()).toBe(stage.step);
    await o.written(); // the application does not notice
    await o.expectKept();
    await disk.free();
    await c.step();
    expect(await o.lastError()).toBe(null);
  }
  await o.reach({ step: "drain", after: 0 });
  await disk.fill();
  // More than fits into the pages that are there.
  await c.query("INSERT INTO app.events SELECT n, now(), 'more ' || n, n FROM generate_series(100001, 105000) n");
  await c.query(work);
  expect(await o.lastError()).toMatch(full);
  await o.written();
  await expect(c.cutover()).rejects.toMatchObject({ code: "53100" });
  expect(await o.stage()).toBe("setup");
  await disk.free();
  await c.work();
  await o.expectKept();

  // Where the log cannot be written the application's write fails, as it would on a full disk of its own: nothing is lost.
  await Promise.all(o.writers.map((writer) => writer.stop()));
  await c.query(`ALTER TABLE prisma_partition.log_1 SET TABLESPACE ${SMALL}`);
  await disk.fill();
  const insert = "INSERT INTO app.events SELECT n, now(), 'yet more ' || n, n FROM generate_series(200001, 205000) n";
  await expect(c.query(insert)).rejects.toMatchObject({ code: "53100" });
  expect(await c.value("SELECT count(*)::int FROM app.events WHERE id BETWEEN 200001 AND 205000")).toBe(0);
  await disk.free();
  await c.query(insert);
  for (const writer of o.writers) writer.start();
  await c.work();
  // A tablespace of its own is no property of the live table, so the cutover would refuse it.
  for (const kind of ["TABLE", "INDEX"])
    await c.query(`ALTER ${kind} ALL IN TABLESPACE ${SMALL} SET TABLESPACE pg_default`);
  await c.cutover();
  await o.expectNothingLost();
});
