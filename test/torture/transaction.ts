import type pg from "pg";
import type { Random } from "../support/random.ts";
import type { Ledger, Row } from "./ledger.ts";
import type { SharedRows } from "./shared-rows.ts";
import type { Isolation, Statistics } from "./statistics.ts";

/** A statement met other rows than there are: the client stops there, as an application would. */
export class WrongRows extends Error {
  /** Of a read that keeps a snapshot; a read that must not see an old one has a later one than any swap. */
  readonly snapshotAt: number | undefined;

  constructor(message: string, snapshotAt?: number) {
    super(message);
    this.snapshotAt = snapshotAt;
  }
}

const monthMs = 30 * 86_400_000;
const statementNames = new Map<string, string>();

/** One open transaction of one client, with all that its actions need. */
export class Transaction {
  readonly client: pg.Client;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly isolation: Isolation;
  /** What it adds to shared rows. */
  increments: [id: number, by: number][] = [];
  readonly #label: string;
  readonly #n: number;
  readonly #shared: SharedRows;
  readonly #statistics: Statistics;
  readonly #named: boolean;
  readonly #nextId: () => number;
  #codes = 0;
  #floor: Map<number, number> | undefined;
  /** When its snapshot was taken, or a little earlier. */
  #snapshotAt = Number.POSITIVE_INFINITY;

  constructor(options: {
    client: pg.Client;
    random: Random;
    ledger: Ledger;
    isolation: Isolation;
    /** Of the client … */
    number: number;
    /** … and of its transaction. */
    n: number;
    shared: SharedRows;
    statistics: Statistics;
    named: boolean;
    nextId: () => number;
  }) {
    this.client = options.client;
    this.random = options.random;
    this.ledger = options.ledger;
    this.isolation = options.isolation;
    this.#label = `${options.number}.${options.n}`;
    this.#n = options.n;
    this.#shared = options.shared;
    this.#statistics = options.statistics;
    this.#named = options.named;
    this.#nextId = options.nextId;
  }

  /** An id that this client never used. */
  id(): number {
    return this.#nextId();
  }

  /** A text that nobody else uses: clients, transactions and codes are numbered. */
  code(): string {
    return `${this.#label}.${++this.#codes}`;
  }

  /**
   * Mostly within the last twelve months; at times in months without a partition: older ones, where maintenance moves the
   * rows to a partition that it makes, ever new ones as time passes; or far ahead.
   */
  at(): number {
    const where = this.random.next();
    let months = this.random.next() * 12;
    if (where < 0.08) months = 30 + (Math.floor(this.#n / 100) % 150) + this.random.below(2);
    else if (where < 0.11) months = -4 - this.random.below(20);
    return Math.floor(startOfRun - months * monthMs);
  }

  newRow(account: number | null = null): Row {
    return { at: this.at(), code: this.code(), v: this.random.below(1_000_000), account };
  }

  /** As a named statement where this client prepares its statements, so that its plan is cached. */
  async query(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    if (this.isolation === "READ COMMITTED") {
      this.#snapshotAt = performance.now();
    } else if (this.#floor === undefined) {
      this.#floor = new Map(this.#shared.committed);
      this.#snapshotAt = performance.now();
    }
    return this.timed(text, () =>
      this.#named && values.length > 0
        ? this.client.query({ name: nameOf(text), text, values })
        : this.client.query(text, values),
    );
  }

  async timed<Result>(text: string, run: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    try {
      return await run();
    } finally {
      this.#statistics.statement(this.#label, text, performance.now() - started);
    }
  }

  /** A statement that must meet exactly so many rows. */
  async meets(count: number, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    const result = await this.query(text, values);
    if (result.rowCount !== count) {
      const description = `${text} [${values.join(", ").slice(0, 100)}] met ${result.rowCount} rows, not ${count}`;
      if (text.startsWith("SELECT")) this.#misread(text, description);
      throw new WrongRows(description);
    }
    return result;
  }

  /**
   * A SELECT found something else than it must. There is one excuse: a snapshot older than a swap does not see what the
   * swap replayed, and no trigger can tell a SELECT so. Under READ COMMITTED the snapshot is the statement's own, taken
   * after its lock was had, unless the query stands in a STABLE function, which uses the snapshot of its caller.
   */
  #misread(text: string, description: string): never {
    const keepsSnapshot = this.isolation !== "READ COMMITTED" || text.includes("app.total(");
    throw new WrongRows(description, keepsSnapshot ? this.#snapshotAt : Number.POSITIVE_INFINITY);
  }

  /** What a read of a shared row that begins now must at least find. */
  floor(id: number): number {
    const committed = (this.#floor ?? this.#shared.committed).get(id) ?? 0;
    return this.increments.reduce((sum, [other, by]) => (other === id ? sum + by : sum), committed);
  }

  /** Must be called before the read. */
  floors(ids: readonly number[]): number {
    return ids.reduce((sum, id) => sum + this.floor(id), 0);
  }

  atLeast(floor: number, found: unknown, text: string): void {
    if (Number(found) < floor) this.#misread(text, `${text} found ${found}, but ${floor} was committed before`);
  }

  /** What was read of a row must be what was written. */
  equal(id: number, expected: Row, found: Record<string, unknown>): void {
    const at = found.at instanceof Date ? found.at.getTime() : Date.parse(String(found.at));
    const same = at === expected.at && found.code === expected.code && Number(found.v) === expected.v;
    if (!same) {
      this.#misread("SELECT", `row ${id} reads ${JSON.stringify(found)}, written was ${JSON.stringify(expected)}`);
    }
  }
}

/** Rows keep their distance from it, so that a replay writes to the same partitions. */
const startOfRun = Date.now();

export function iso(at: number): string {
  return new Date(at).toISOString();
}

function nameOf(text: string): string {
  const name = statementNames.get(text) ?? `statement_${statementNames.size}`;
  statementNames.set(text, name);
  return name;
}
