import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";

/** Seconds that each of the long SELECTs takes, and that lie between two of them. */
const SELECT_SECONDS = 1;
const PAUSE_SECONDS = 0.5;

/**
 * Two readers that are there all the while a cutover runs, both READ COMMITTED:
 * - a transaction that has read another table and is idle in it; it has neither a snapshot nor a lock on this one, so
 *   nobody has to wait for it;
 * - one that reads the table by a SELECT of a second, again and again with half a second in between. The cutover first
 *   waits its snapshot out, without a lock; then its requests for the lock may meet the next SELECT, and have to let go.
 */
export class LongReaders {
  readonly #idle: pg.Client;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;

  private constructor(idle: pg.Client, reader: pg.Client) {
    this.#idle = idle;
    this.#reading = this.#read(reader);
    this.#reading.catch(() => {}); // `end` tells
  }

  static async start(subject: Subject): Promise<LongReaders> {
    const [idle, reader] = [await subject.connect(), await subject.connect()];
    await idle.query("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT count(*) FROM prisma_partition.tables");
    return new LongReaders(idle, reader);
  }

  /** The SELECT in flight ends by itself. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
    await this.#idle.query("COMMIT");
  }

  async #read(reader: pg.Client): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await reader.query(`SELECT pg_sleep($1), (SELECT min(timestamp) FROM ${TABLE})`, [SELECT_SECONDS]);
      await sleep(PAUSE_SECONDS * 1000);
    }
  }
}
