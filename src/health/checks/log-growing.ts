import { runnerAlive } from "../../progress/runner.ts";
import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { rowsOf, since } from "../words.ts";

export const changeLog = tableQuery({
  columns: {
    entries: "bigint",
    lastBatchAt: "instant?",
    runnerAlive: "boolean",
    rowsDone: "bigint",
    rowsEstimated: "bigint",
    ready: "boolean",
  },
  sql: `
  SELECT prisma_partition.log_entries(t.id) AS entries, t.rows_estimated, t.stage = 'setup' AND t.step = 'drain' AS ready,
    (SELECT coalesce(sum(b.rows), 0)::bigint FROM prisma_partition.batches b WHERE b.table_id = t.id AND b.step = 'load') AS rows_done,
    (SELECT max(b.finished_at) FROM prisma_partition.batches b WHERE b.table_id = t.id) AS last_batch_at,
    ${runnerAlive} AS runner_alive
  FROM prisma_partition.tables t WHERE t.id = $1::integer`,
});

/** Nobody comes any more when nobody has come for so long. */
const patienceMs = 60 * 60_000;

export const logGrowing = tableCheck({
  code: "log-growing",
  severity: "warning",
  title: "the change log grows and nobody replays it",
  why: "The other table falls behind, and replaying takes longer the longer it waits: a swap replays the rest under its lock.",
  reads: "the change log, once, ACCESS SHARE",
  query: changeLog,
  find([log], table) {
    if (log === undefined || table.stage === "cleanup" || log.entries === 0n || log.runnerAlive) return [];
    const last = [log.lastBatchAt, table.swappedAt, table.createdAt].reduce<Date>(
      (latest, at) => (at !== null && at > latest ? at : latest),
      table.createdAt,
    );
    if (table.readAt.getTime() - last.getTime() < patienceMs) return [];
    const never = log.lastBatchAt === null;
    return [
      {
        subject: `${table.schema}.${table.table}`,
        what: `${rowsOf(log.entries, "was", "were")} written and ${log.entries === 1n ? "waits" : "wait"} on the change log. ${never ? "No work was ever done" : `The last work was done ${since(last, table.readAt)} ago`}, and nobody is at it.`,
        ...cli("backfill", table),
      },
    ];
  },
});
