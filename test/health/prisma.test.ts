/** Through a PrismaClient every check is made, and finds what it finds through pg. */
import { afterEach, expect, test } from "vitest";
import { createPartitions } from "../../src/create-partitions.ts";
import { toExecutor } from "../../src/executor.ts";
import { readInstallationHealth } from "../../src/health/health.ts";
import type { Conversion } from "../support/convert.ts";
import { openPrisma } from "../unit/runtime/prisma.ts";
import { everyServer, health, prepare } from "./support.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

test.each(everyServer)("$name", async (server) => {
  conversion = await prepare(server);
  const c = conversion;
  await c.convert();
  await c.query("CREATE EXTENSION pg_stat_statements"); // which is not loaded everywhere
  await c.query("INSERT INTO app.events VALUES (1000, '2071-01-01')");
  await c.query("DROP TRIGGER prisma_partition_capture ON app.events");
  await c.query("CREATE INDEX events_at_idx ON ONLY app.events (at)");
  const prisma = await openPrisma(c.url);
  try {
    const { event } = createPartitions(prisma, { event: { model: "Event", bound: "time" } });
    const found = await event.health();
    const codes = found.findings.map(({ code }) => code).filter((code) => code !== "keyless-query");
    expect(codes).toEqual([
      "capture-broken",
      "index-missing",
      "maintenance-unscheduled",
      "default-rows-beyond",
      "old-table-kept",
    ]);
    const throughPg = await health(c);
    expect({ ...found, findings: [] }).toEqual({ ...throughPg, findings: [] });
    expect(await readInstallationHealth(toExecutor(prisma))).toEqual([]);
  } finally {
    await prisma.$disconnect();
  }
});
