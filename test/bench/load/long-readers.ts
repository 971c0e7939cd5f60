import type pg from "pg";
import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";

/**
 * Two readers that are there when the cutover begins:
 * - a transaction (READ COMMITTED) that has read another table and is idle in it until after the cutover; it has no
 *   snapshot and no lock on the table, so nobody has to wait for it;
 * - one long SELECT on the table that takes a second. Its snapshot is older than the cutover, which waits it out, without
 *   a lock, so that writers do not notice.
 */
export class LongReaders {
  readonly #idle: pg.Client;
  readonly #select: Promise<unknown>;

  private constructor(idle: pg.Client, select: Promise<unknown>) {
    this.#idle = idle;
    this.#select = select;
  }

  static async start(subject: Subject): Promise<LongReaders> {
    const [idle, reader] = [await subject.connect(), await subject.connect()];
    await idle.query("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT count(*) FROM prisma_partition.tables");
    const select = reader.query(`SELECT pg_sleep(1), (SELECT count(*) FROM (SELECT FROM ${TABLE} LIMIT 1) t)`);
    select.catch(() => {}); // `end` tells
    return new LongReaders(idle, select);
  }

  async end(): Promise<void> {
    await this.#select;
    await this.#idle.query("COMMIT");
  }
}
