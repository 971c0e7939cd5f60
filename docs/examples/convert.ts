import pg from "pg";
import { partitions } from "../generated/partition/index.ts";
import { prisma } from "./client.ts";

// The same through a PrismaClient and through pg: `node convert.ts` and `node convert.ts pg`.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const { eventTransaction } = partitions(process.argv[2] === "pg" ? pool : prisma);
const { finished, rows } = await eventTransaction.backfill({
  workers: 2,
  onProgress: ({ step, fraction, etaSeconds }) => console.log(step, fraction ?? "", etaSeconds ?? ""),
});
const { ok, sourceRows, pending, differences } = await eventTransaction.verify();
const { logTrend, ready, partitions: count } = await eventTransaction.progress();
console.log(
  JSON.stringify({ finished, ok, ready, logTrend, count, moved: String(rows), rows: String(sourceRows + pending) }),
);
for (const { identity, difference } of differences) console.error(difference, identity);
await Promise.all([pool.end(), prisma.$disconnect()]);
process.exitCode = ok ? 0 : 1;
