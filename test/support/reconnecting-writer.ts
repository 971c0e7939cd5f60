/**
 * A client that writes small transactions and goes on when its connection or the server is gone, as an application's
 * pool does. It keeps a ledger of what was committed. A COMMIT that was under way when the connection broke is in doubt:
 * every transaction leaves a receipt, by which the writer learns afterwards what became of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { Random } from "./random.ts";

/** What a row must be. */
export interface LedgerRow {
  readonly at: string;
  readonly code: string;
  readonly v: number;
}

/** The table of receipts. The rows are those of `app.events (id bigint, at timestamptz, code text, v integer)`. */
export const RECEIPTS = "CREATE TABLE app.receipts (writer integer NOT NULL, number integer NOT NULL);";

const dayMs = 86_400_000;
/** The server went away, is going, or is not back yet; and what pg says when it finds the socket closed. */
const gone = /^(08|57P0[123]|ECONN|EPIPE)|Connection terminated|connection error|Client was closed|not queryable/;

export class ReconnectingWriter {
  ledger = new Map<number, LedgerRow>();
  commits = 0;
  reconnects = 0;
  /** What went wrong, other than a lost connection. */
  readonly errors: string[] = [];
  readonly #url: string;
  readonly #number: number;
  readonly #random: Random;
  readonly #pauseMs: number;
  #client: pg.Client | undefined;
  #next: number;
  #receipt = 0;
  #running: Promise<void> | undefined;
  #stopping = false;

  /** @param number from 1: rows whose ids begin at ten million times that are this writer's. */
  constructor(url: string, number: number, pauseMs = 10) {
    this.#url = url;
    this.#number = number;
    this.#random = new Random(number);
    this.#pauseMs = pauseMs;
    this.#next = number * 10_000_000;
  }

  start(): void {
    this.#stopping = false;
    this.#running = this.#run();
  }

  /** Finishes the transaction in flight and ends the connection. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await this.#client?.end();
    this.#client = undefined;
  }

  /** Waits until `count` more transactions were committed. */
  async committed(count = 3): Promise<void> {
    for (const wanted = this.commits + count; this.commits < wanted; await sleep(5)) {
      if (this.#stopping || this.errors.length > 20)
        throw new Error(`the writer has stopped: ${this.errors.join("\n")}`);
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping && this.errors.length <= 20) {
      const pending = new Map(this.ledger);
      let committing = false;
      try {
        const client = await this.#connected();
        await client.query("BEGIN");
        for (let left = 1 + this.#random.below(3); left > 0; left--) await this.#change(client, pending);
        await client.query("INSERT INTO app.receipts VALUES ($1, $2)", [this.#number, ++this.#receipt]);
        committing = true;
        await client.query("COMMIT");
        this.#keep(pending);
      } catch (error) {
        if (!(await this.#recover(error))) continue;
        if (committing && (await this.#hasReceipt())) this.#keep(pending);
      }
      await sleep(this.#pauseMs);
    }
  }

  #keep(rows: Map<number, LedgerRow>): void {
    this.ledger = rows;
    this.commits++;
  }

  /** Whether the connection was lost; anything else is rolled back and noted. */
  async #recover(error: unknown): Promise<boolean> {
    const { code, message } = error as { code?: string; message: string };
    const lost = gone.test(code ?? "") || gone.test(message);
    if (!lost) {
      this.errors.push(`${message} (${code})`);
      await this.#client?.query("ROLLBACK").catch(() => {});
      return false;
    }
    await this.#client?.end().catch(() => {});
    this.#client = undefined;
    return true;
  }

  /** Asks until there is a server to answer. No backend of before is left then: a restart ends them all. */
  async #hasReceipt(): Promise<boolean> {
    for (;;) {
      try {
        const client = await this.#connected();
        const { rowCount } = await client.query("SELECT FROM app.receipts WHERE writer = $1 AND number = $2", [
          this.#number,
          this.#receipt,
        ]);
        return rowCount === 1;
      } catch (error) {
        if (!(await this.#recover(error))) throw error;
      }
    }
  }

  async #connected(): Promise<pg.Client> {
    for (const deadline = Date.now() + 30_000; this.#client === undefined; await sleep(20)) {
      const client = new pg.Client({ connectionString: this.#url, application_name: "writer" });
      client.on("error", () => {});
      try {
        await client.connect();
        this.#client = client;
        this.reconnects++;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
    return this.#client;
  }

  async #change(client: pg.Client, rows: Map<number, LedgerRow>): Promise<void> {
    const id = this.#random.of([...rows.keys()]);
    const kind = this.#random.below(100);
    const v = this.#random.below(1_000_000);
    if (id === undefined || kind < 40) {
      const row = { at: this.#at(), code: `${this.#number} ${this.#next}`, v };
      await one(client, "INSERT INTO app.events (id, at, code, v) VALUES ($1, $2, $3, $4)", [
        ...[this.#next, row.at, row.code, row.v],
      ]);
      rows.set(this.#next++, row);
      return;
    }
    const row = rows.get(id) as LedgerRow;
    if (kind < 65) {
      await one(client, "UPDATE app.events SET v = $2 WHERE id = $1", [id, v]);
      rows.set(id, { ...row, v });
    } else if (kind < 85) {
      const at = this.#at();
      await one(client, "UPDATE app.events SET at = $2 WHERE id = $1", [id, at]);
      rows.set(id, { ...row, at });
    } else {
      await one(client, "DELETE FROM app.events WHERE id = $1", [id]);
      rows.delete(id);
    }
  }

  /** Within the last half year. */
  #at(): string {
    return new Date(Date.now() - Math.floor(this.#random.next() * 180 * dayMs)).toISOString();
  }
}

/** A statement on a row that exists must meet exactly one: anything else is a lost row. */
async function one(client: pg.Client, sql: string, values: unknown[]): Promise<void> {
  const { rowCount } = await client.query(sql, values);
  if (rowCount !== 1) throw new Error(`${sql} met ${rowCount} rows instead of one`);
}

/** Rows of the writers' that are not as they left them, a few of them. */
export async function compareWithLedgers(
  client: pg.Client,
  writers: readonly { readonly ledger: ReadonlyMap<number, LedgerRow> }[],
): Promise<string[]> {
  const { rows } = await client.query<{ id: string; at: Date; code: string; v: number }>(
    "SELECT id::text, at, code, v FROM app.events WHERE id >= 10000000",
  );
  const found = new Map<number, string[]>();
  const line = (at: string, code: string, v: number) => `${at} ${code} ${v}`;
  for (const row of rows) {
    const id = Number(row.id);
    found.set(id, [...(found.get(id) ?? []), line(row.at.toISOString(), row.code, row.v)]);
  }
  const wrong: string[] = [];
  for (const writer of writers) {
    for (const [id, { at, code, v }] of writer.ledger) {
      const actual = found.get(id) ?? [];
      if (actual.length !== 1 || actual[0] !== line(at, code, v)) {
        wrong.push(`row ${id} is [${actual.join("], [")}], written was ${line(at, code, v)}`);
      }
      found.delete(id);
    }
  }
  for (const [id, actual] of found) wrong.push(`row ${id} is [${actual.join("], [")}], but nobody left it there`);
  return wrong.slice(0, 20);
}
