/** The statements of the closed-loop writers. All use id and key, as an application that was told to would. */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";

/** A row's identity and key; the key as text, for JavaScript's dates have no microseconds. */
interface Pair {
  readonly id: string;
  readonly timestamp: string;
}

export type Statement = (client: pg.Client) => Promise<unknown>;

export interface Statements {
  readonly insert: Statement;
  readonly update: Statement;
  readonly bulkInsert: Statement;
  readonly bulkUpdate: Statement;
  /** Changes a column that no index holds: a heap-only update, if the page has room. */
  readonly bulkHotUpdate: Statement;
}

export type StatementName = keyof Statements;

/**
 * Their updates choose among 20,000 rows from all over the table.
 * @param bulkRows rows of a bulk statement
 */
export async function statementsFor(subject: Subject, bulkRows: number): Promise<Statements> {
  const pairs = await subject.query<{ id: string; timestamp: string }>(
    `SELECT id::text, timestamp::text FROM ${TABLE} WHERE id % greatest(1, (SELECT max(id) FROM ${TABLE}) / 20000) = 0`,
  );
  const any = () => pairs[Math.floor(Math.random() * pairs.length)] as Pair;
  const some = () => Array.from({ length: bulkRows }, any);
  // Numbered by writer and turn, so that no two have the same key, whatever else runs.
  const prefix = randomBytes(6).toString("hex");
  let turn = 0;
  return {
    insert: (client) =>
      client.query(
        `INSERT INTO ${TABLE} (idempotency_key, timestamp, event_code, user_id, session_id, anonymous_id, email, mbid, amount)
         VALUES ($1, now(), 'live', gen_random_uuid(), $1, $1, $2, 'mb-live', $3)`,
        [`${prefix}-${turn++}`, `writer-${turn}@example.com`, turn % 1000],
      ),
    update: (client) => {
      const { id, timestamp } = any();
      return client.query(`UPDATE ${TABLE} SET amount = $3, email = $4 WHERE id = $1 AND timestamp = $2`, [
        id,
        timestamp,
        turn++ % 1000,
        `writer-${turn}@example.com`,
      ]);
    },
    bulkInsert: (client) =>
      client.query(
        `INSERT INTO ${TABLE} (idempotency_key, timestamp, event_code, user_id, session_id, anonymous_id, email, mbid, amount)
         SELECT $1 || n, now(), 'bulk', gen_random_uuid(), $1 || n, $1, 'bulk-' || n || '@example.com', 'mb-bulk', n
         FROM generate_series(1, $2::int) AS n`,
        [`${prefix}-${turn++}-`, bulkRows],
      ),
    bulkUpdate: (client) =>
      bulkUpdate(client, some(), `amount = $3::int, email = 'bulk-' || $3::int || '-' || t.id`, turn++),
    bulkHotUpdate: (client) => bulkUpdate(client, some(), "amount = $3::int", turn++),
  };
}

/** Sorted, so that two writers lock rows in the same order. */
function bulkUpdate(client: pg.Client, some: readonly Pair[], set: string, turn: number): Promise<unknown> {
  const chosen = new Map(some.map((pair) => [pair.id, pair.timestamp]));
  const ids = [...chosen.keys()].sort((a, b) => Number(a) - Number(b));
  return client.query(
    `UPDATE ${TABLE} t SET ${set} FROM unnest($1::bigint[], $2::timestamptz[]) AS p(id, timestamp)
     WHERE t.id = p.id AND t.timestamp = p.timestamp`,
    [ids, ids.map((id) => chosen.get(id)), turn % 1000],
  );
}
