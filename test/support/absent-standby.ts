import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const canary = "SELECT 'canary', pg_logical_emit_message(true, 'canary', '')::text";

/**
 * A synchronous standby that is named and not there: each commit on the server waits for it until `end()`, but those of
 * sessions and transactions with `synchronous_commit = off`.
 */
export class AbsentStandby {
  readonly #admin: pg.Client;
  readonly #canary: pg.Client;
  #written: Promise<unknown> = Promise.resolve();
  #ended = false;

  private constructor(url: string) {
    this.#admin = new pg.Client({ connectionString: url });
    this.#canary = new pg.Client({ connectionString: url, options: "-c synchronous_commit=on" });
  }

  /** Returns once a commit waits: a reload takes its time. */
  static async begin(url: string): Promise<AbsentStandby> {
    const standby = new AbsentStandby(url);
    await standby.#admin.connect();
    await standby.#canary.connect();
    await standby.#name("nobody");
    for (;;) {
      let answered = false;
      standby.#written = standby.#canary.query(canary).then(() => {
        answered = true;
      });
      while (!answered) {
        if ((await standby.waiting(canary)).length > 0) return standby;
        await sleep(10);
      }
    }
  }

  /** Backends that wait for it and whose statement begins like this. */
  async waiting(statement: string): Promise<number[]> {
    const { rows } = await this.#admin.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND starts_with(query, $1)",
      [statement],
    );
    return rows.map(({ pid }) => pid);
  }

  /** Everything that waits goes on. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#name("");
    await this.#written;
    await this.#canary.end();
    await this.#admin.end();
  }

  async #name(standby: string): Promise<void> {
    await this.#admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`);
    await this.#admin.query("SELECT pg_reload_conf()");
  }
}
