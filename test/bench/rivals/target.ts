import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";

/** The partitioned table that the rivals fill: monthly, like ours. */
export const TARGET = "rival.event_transactions";

/** One index of the table, as the partitioned one has it: uniques hold the partition key. */
export interface TargetIndex {
  readonly kind: "PRIMARY KEY" | "UNIQUE" | "";
  readonly columns: string;
}

/**
 * ```sql
 * CREATE TABLE rival.event_transactions (LIKE billing.event_transactions INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp)
 * ```
 * and a partition for every month from the oldest row to three months ahead, and a default one. Nothing is indexed yet.
 */
export async function createTarget(subject: Subject): Promise<void> {
  await subject.query(`
    CREATE SCHEMA rival;
    CREATE TABLE ${TARGET} (LIKE ${TABLE} INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp);
    CREATE TABLE rival.event_transactions_default PARTITION OF ${TARGET} DEFAULT;
    DO $$
    DECLARE
      month timestamptz;
    BEGIN
      FOR month IN
        SELECT generate_series(date_trunc('month', min(timestamp)), date_trunc('month', now()) + interval '3 months', '1 month')
        FROM ${TABLE}
      LOOP
        EXECUTE format('CREATE TABLE rival.%I PARTITION OF ${TARGET} FOR VALUES FROM (%L) TO (%L)',
          'event_transactions_p' || to_char(month, 'YYYYMM'), month, month + interval '1 month');
      END LOOP;
    END $$`);
}

/** The indexes of the plain table, the primary key first. */
export async function targetIndexes(subject: Subject): Promise<TargetIndex[]> {
  return subject.query<{ kind: TargetIndex["kind"]; columns: string }>(
    `SELECT CASE WHEN x.indisprimary THEN 'PRIMARY KEY' WHEN x.indisunique THEN 'UNIQUE' ELSE '' END AS kind,
       string_agg(format('%I', a.attname), ', ' ORDER BY k.n) || CASE WHEN x.indisunique THEN ', timestamp' ELSE '' END AS columns
     FROM pg_index x
     CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k(attnum, n)
     JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum
     WHERE x.indrelid = $1::regclass
     GROUP BY x.indexrelid, x.indisprimary, x.indisunique
     ORDER BY x.indisprimary DESC, x.indexrelid`,
    [TABLE],
  );
}

/** Creates all of them, on the parent and so on every partition. */
export async function indexTarget(subject: Subject): Promise<void> {
  for (const { kind, columns } of await targetIndexes(subject)) {
    await subject.query(
      kind === "PRIMARY KEY"
        ? `ALTER TABLE ${TARGET} ADD PRIMARY KEY (${columns})`
        : `CREATE ${kind} INDEX ON ${TARGET} (${columns})`,
    );
  }
}
