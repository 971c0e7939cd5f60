/**
 * Who does a table's work.
 *
 * - `working`  somebody, at this moment or within the last ten seconds
 * - `pg_cron`  nobody at this moment, but a job is scheduled that will
 * - `none`     nobody, and nobody is going to
 */
export type Runner = "working" | "pg_cron" | "none";

/** As SQL, of a row `t` of prisma_partition.tables: whether a unit of work is being done at this moment. */
export const runnerAlive = `EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid IN (1347440720, 1347440721) AND l.objid = t.id
      AND l.objsubid = 2 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

/**
 * A runner as SQL, of a row `t` of prisma_partition.tables.
 *
 * A runner from the command line or from code holds the table for one unit of work at a time, so between two of them nobody
 * does: the one that did the last unit counts for ten seconds more, as long as it is connected. One that was stopped is not.
 * A role that may not look into pg_cron takes the job to be there, for that is what is recorded.
 */
export const runnerOf = `
  CASE
    WHEN ${runnerAlive} OR EXISTS (
      SELECT FROM prisma_partition.batches b JOIN pg_stat_activity a ON a.pid = b.pid
      WHERE b.table_id = t.id AND b.finished_at > clock_timestamp() - interval '10 seconds') THEN 'working'
    WHEN t.scheduler = 'pg_cron' AND t.stage <> 'cleanup' AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
      AND NOT CASE WHEN has_schema_privilege(to_regnamespace('cron'), 'USAGE')
        THEN EXISTS (SELECT FROM prisma_partition.job_history(t.id, 0) j WHERE j.job = 'backfill' AND NOT j.active) ELSE false END
      THEN 'pg_cron'
    ELSE 'none'
  END`;
