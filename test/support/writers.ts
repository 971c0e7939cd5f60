/**
 * Live writers: clients that insert, update, move keys and delete rows of the example's table all the while, and remember
 * what they did. Each works on rows of its own (ids dealt out by remainder), so what every row they touched must be in
 * the end is known, independently of anything the package says.
 */
import pg from "pg";

export interface WriterOptions {
  readonly url: string;
  /** Number of clients. */
  readonly clients: number;
  /** Statements per second and client, at most. */
  readonly rate: number;
  /** How many months back from now the keys of new rows may lie. */
  readonly months: number;
}

/** A row that a writer touched, as it must be in the end; null if it must be gone. */
export interface ExpectedRow {
  readonly timestamp: string;
  readonly amount: string;
  readonly email: string | null;
}

export interface FailedWrite {
  readonly sqlstate: string;
  readonly message: string;
}

interface Latency {
  readonly at: number;
  readonly ms: number;
}

export class Writers {
  readonly expected = new Map<string, ExpectedRow | null>();
  readonly failed: FailedWrite[] = [];
  writes = 0;
  #stopping = false;
  #latencies: Latency[] = [];
  #running: Promise<void>[] = [];

  static async start(options: WriterOptions): Promise<Writers> {
    const writers = new Writers();
    const clients = await Promise.all(
      Array.from({ length: options.clients }, async () => {
        const client = new pg.Client({ connectionString: options.url });
        await client.connect();
        await client.query("SET TIME ZONE 'UTC'");
        return client;
      }),
    );
    writers.#running = clients.map((client, index) => writers.#run(client, index, options));
    return writers;
  }

  /** Finishes the statements in flight and ends the clients. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  /** How long, in milliseconds, each statement took that ran (partly) between two `performance.now()`. */
  latencies(from: number, to: number): number[] {
    return this.#latencies.filter(({ at, ms }) => at + ms >= from && at <= to).map(({ ms }) => ms);
  }

  /** The longest of these; 0 if there are none. */
  longestStall(from: number, to: number): number {
    return this.latencies(from, to).reduce((most, ms) => Math.max(most, ms), 0);
  }

  async #run(client: pg.Client, index: number, options: WriterOptions): Promise<void> {
    const mine: { id: string; timestamp: string }[] = [];
    const taken = await client.query<{ id: string; timestamp: string }>(
      `SELECT id::text, timestamp::text FROM billing.event_transactions WHERE id % $1 = $2 ORDER BY id LIMIT 20000`,
      [options.clients, index],
    );
    mine.push(...taken.rows);
    const pause = 1000 / options.rate;
    let next = performance.now();
    for (let turn = 0; !this.#stopping; turn++) {
      await this.#write(client, mine, turn, index, options);
      next = Math.max(next + pause, performance.now() - 50);
      const wait = next - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    await client.end();
  }

  async #write(
    client: pg.Client,
    mine: { id: string; timestamp: string }[],
    turn: number,
    index: number,
    options: WriterOptions,
  ) {
    const position = Math.floor(Math.random() * mine.length);
    const row = mine[position];
    const amount = (Math.random() * 1000).toFixed(2);
    const email = `writer-${index}-${turn}@example.com`;
    const kind = row === undefined ? 0 : turn % 8;
    const started = performance.now();
    try {
      if (row === undefined || kind < 3) {
        const { rows } = await client.query<{ id: string; timestamp: string }>(
          `INSERT INTO billing.event_transactions (idempotency_key, timestamp, event_code, email, amount)
           VALUES ($1, now() - random() * $2 * interval '1 month', 'live', $3, $4) RETURNING id::text, timestamp::text`,
          [`live-${index}-${turn}-${Math.random()}`, options.months, email, amount],
        );
        const created = rows[0];
        if (created === undefined) throw new Error("INSERT returned no row");
        mine.push(created);
        this.expected.set(created.id, { timestamp: created.timestamp, amount, email });
      } else if (kind < 6) {
        await this.#one(
          client.query(
            `UPDATE billing.event_transactions SET amount = $3, email = $4 WHERE id = $1 AND timestamp = $2`,
            [row.id, row.timestamp, amount, email],
          ),
        );
        this.expected.set(row.id, { timestamp: row.timestamp, amount, email });
      } else if (kind === 6) {
        const moved = await this.#one(
          client.query<{ timestamp: string }>(
            `UPDATE billing.event_transactions SET timestamp = now() - random() * $3 * interval '1 month', amount = $4, email = $5
             WHERE id = $1 AND timestamp = $2 RETURNING timestamp::text`,
            [row.id, row.timestamp, options.months, amount, email],
          ),
        );
        row.timestamp = moved.timestamp;
        this.expected.set(row.id, { timestamp: moved.timestamp, amount, email });
      } else {
        await this.#one(
          client.query(`DELETE FROM billing.event_transactions WHERE id = $1 AND timestamp = $2 RETURNING id`, [
            row.id,
            row.timestamp,
          ]),
        );
        mine.splice(position, 1);
        this.expected.set(row.id, null);
      }
      this.writes++;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      this.failed.push({ sqlstate: code ?? "client", message });
    }
    this.#latencies.push({ at: started, ms: performance.now() - started });
  }

  /** A statement on a row that exists must meet exactly one: anything else is a lost row. */
  async #one<Row extends pg.QueryResultRow>(query: Promise<pg.QueryResult<Row>>): Promise<Row> {
    const result = await query;
    if (result.rowCount !== 1) throw new Error(`the statement met ${result.rowCount} rows instead of one`);
    return result.rows[0] as Row;
  }
}

/** Rows that are not as the writers left them: lost, resurrected or changed. */
export async function compareWithWriters(client: pg.Client, writers: Writers): Promise<string[]> {
  await client.query("SET TIME ZONE 'UTC'");
  const ids = [...writers.expected.keys()];
  const { rows } = await client.query<ExpectedRow & { id: string }>(
    `SELECT id::text, timestamp::text, amount::text, email FROM billing.event_transactions WHERE id = ANY ($1::bigint[])`,
    [ids],
  );
  const found = new Map<string, (ExpectedRow & { id: string })[]>();
  for (const row of rows) found.set(row.id, [...(found.get(row.id) ?? []), row]);
  const wrong: string[] = [];
  for (const [id, expected] of writers.expected) {
    const actual = found.get(id) ?? [];
    if (expected === null) {
      if (actual.length > 0) wrong.push(`row ${id} was deleted and is there`);
    } else if (actual.length !== 1) {
      wrong.push(`row ${id} is there ${actual.length} times`);
    } else if (
      actual[0]?.timestamp !== expected.timestamp ||
      actual[0].amount !== expected.amount ||
      actual[0].email !== expected.email
    ) {
      wrong.push(`row ${id} is ${JSON.stringify(actual[0])}, written was ${JSON.stringify(expected)}`);
    }
  }
  return wrong;
}
