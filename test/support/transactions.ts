/**
 * Clients that write whole transactions, under any isolation level, and keep a ledger of what they committed. Each has
 * ids of its own, so what a row must be in the end is known without asking the database. The table they write to:
 *
 * ```sql
 * CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL UNIQUE, v integer NOT NULL)
 * ```
 */
import type pg from "pg";
import { Random } from "./random.ts";

export interface LedgerRow {
  readonly at: string;
  readonly code: string;
  readonly v: number;
}

export type Isolation = "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE";

const monthMs = 30 * 86_400_000;
/** Rows of one bulk statement. */
const bulk = 10_000;

export class TransactionWriter {
  /** What was committed. */
  ledger = new Map<number, LedgerRow>();
  transactions = 0;
  serializationFailures = 0;
  /** Anything else that went wrong. */
  readonly errors: string[] = [];
  readonly #client: pg.Client;
  readonly #number: number;
  readonly #isolation: Isolation;
  readonly #random: Random;
  readonly #bulky: boolean;
  #next: number;
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(client: pg.Client, number: number, isolation: Isolation, seed: number, bulky = false) {
    this.#client = client;
    this.#number = number;
    this.#isolation = isolation;
    this.#random = new Random(seed * 100 + number);
    this.#bulky = bulky;
    this.#next = number * 10_000_000;
  }

  start(): void {
    this.#stopping = false;
    this.#running = this.#run();
  }

  /** Finishes the transaction in flight. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const pending = new Map(this.ledger);
      try {
        await this.#client.query(`BEGIN ISOLATION LEVEL ${this.#isolation}`);
        for (let left = 1 + this.#random.below(5); left > 0; left--) await this.#work(pending);
        if (this.#random.chance(0.1)) {
          await this.#client.query("ROLLBACK");
        } else {
          await this.#client.query("COMMIT");
          this.ledger = pending;
        }
        this.transactions++;
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        await this.#client.query("ROLLBACK").catch(() => {});
        if (code === "40001" && this.#isolation !== "READ COMMITTED") this.serializationFailures++;
        else if (this.errors.push(`${this.#isolation}: ${message} (${code})`) > 20) return;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async #work(rows: Map<number, LedgerRow>): Promise<void> {
    if (!this.#random.chance(0.2)) return this.#change(rows);
    const inside = new Map(rows);
    await this.#client.query("SAVEPOINT s");
    await this.#change(inside);
    if (this.#random.chance(0.5)) {
      await this.#client.query("ROLLBACK TO s");
    } else {
      rows.clear();
      for (const [id, row] of inside) rows.set(id, row);
    }
    await this.#client.query("RELEASE s");
  }

  async #change(rows: Map<number, LedgerRow>): Promise<void> {
    const ids = [...rows.keys()];
    const id = this.#random.of(ids);
    const kind = this.#random.below(this.#bulky ? 102 : 100);
    if (id === undefined || kind < 30) return this.#insert(rows, this.#next++, this.#at());
    const row = rows.get(id) as LedgerRow;
    const v = this.#random.below(1_000_000);
    if (kind < 50) {
      await this.#one("UPDATE app.events SET v = $2 WHERE id = $1", [id, v]);
      rows.set(id, { ...row, v });
    } else if (kind < 65) {
      const at = this.#at();
      await this.#one("UPDATE app.events SET at = $2, v = $3 WHERE id = $1", [id, at, v]);
      rows.set(id, { ...row, at, v });
    } else if (kind < 75) {
      await this.#one("DELETE FROM app.events WHERE id = $1", [id]);
      rows.delete(id);
      if (this.#random.chance(0.6)) await this.#insert(rows, id, this.#random.chance(0.5) ? row.at : this.#at());
    } else if (kind < 90) {
      const other = this.#random.of(ids) as number;
      const second = rows.get(other) as LedgerRow;
      if (other === id) return;
      await this.#one("UPDATE app.events SET code = $2 WHERE id = $1", [id, `${row.code} in passing`]);
      await this.#one("UPDATE app.events SET code = $2 WHERE id = $1", [other, row.code]);
      await this.#one("UPDATE app.events SET code = $2 WHERE id = $1", [id, second.code]);
      rows.set(id, { ...row, code: second.code });
      rows.set(other, { ...second, code: row.code });
    } else if (kind < 100) {
      const result = await this.#client.query(
        "INSERT INTO app.events VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING RETURNING id",
        [id, row.at, row.code],
      );
      if (result.rowCount !== 0) throw new Error(`row ${id} could be inserted a second time`);
    } else if (kind === 100) {
      const first = this.#next;
      this.#next += bulk;
      const at = this.#at();
      await this.#client.query(
        "INSERT INTO app.events SELECT n, $3, 'bulk ' || n, $4 FROM generate_series($1::bigint, $2::bigint) n",
        [first, first + bulk - 1, at, v],
      );
      for (let n = first; n < first + bulk; n++) rows.set(n, { at, code: `bulk ${n}`, v });
    } else {
      const mine = ids.slice(0, bulk);
      const result = await this.#client.query("UPDATE app.events SET v = v + 1 WHERE id = ANY ($1::bigint[])", [mine]);
      if (result.rowCount !== mine.length) throw new Error(`the update met ${result.rowCount} of ${mine.length} rows`);
      for (const one of mine) {
        const before = rows.get(one) as LedgerRow;
        rows.set(one, { ...before, v: before.v + 1 });
      }
    }
  }

  async #insert(rows: Map<number, LedgerRow>, id: number, at: string): Promise<void> {
    const row = { at, code: `${this.#number} ${this.#random.next()}`, v: this.#random.below(1_000_000) };
    await this.#one("INSERT INTO app.events VALUES ($1, $2, $3, $4)", [id, row.at, row.code, row.v]);
    rows.set(id, row);
  }

  /** Within the last twelve months; at times where there is no partition. */
  #at(): string {
    const months = this.#random.chance(0.05) ? 200 + this.#random.below(3) : this.#random.next() * 12;
    return new Date(Date.now() - Math.floor(months * monthMs)).toISOString();
  }

  /** A statement on a row that exists must meet exactly one: anything else is a lost row. */
  async #one(sql: string, values: unknown[]): Promise<void> {
    const { rowCount } = await this.#client.query(sql, values);
    if (rowCount !== 1) throw new Error(`${sql} met ${rowCount} rows instead of one`);
  }
}

/** Rows of the writers' that are not as they left them, a few of them. */
export async function compareWithLedgers(client: pg.Client, writers: readonly TransactionWriter[]): Promise<string[]> {
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
