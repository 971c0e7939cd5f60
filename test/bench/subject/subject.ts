import type pg from "pg";
import type { Transition } from "../../../generator/plan/transition.ts";
import type { PartitionSpec } from "../../../generator/spec.ts";
import { installChecksum, render } from "../../../generator/sql/render.ts";
import { type BackfillOptions, type BackfillResult, backfillTable } from "../../../src/backfill.ts";
import { type Executor, toExecutor } from "../../../src/executor.ts";
import { findTable, type Table } from "../../../src/find-table.ts";
import type { FreshDatabase } from "../../support/database.ts";
import { connect, pool } from "./connect.ts";
import { partitioning } from "./partitionings.ts";
import { exampleSpec, uniques } from "./spec.ts";

/** Name of the plain table, of its shadow, of the plain table after cutover. */
export const TABLE = "billing.event_transactions";
export const SHADOW = "billing_partitioned.event_transactions";
export const OLD = "billing_old.event_transactions";

/** The most minutes that one backfill may take. */
const BACKFILL_MINUTES = 60;

/** One database with the example's table, and what the package does to it, by the SQL that the generator emits. */
export class Subject {
  readonly database: FreshDatabase;
  readonly client: pg.Client;
  /** The library's connections. */
  readonly executor: Executor;
  readonly #pool: pg.Pool;
  readonly #clients: pg.Client[] = [];
  readonly #onDrop: (subject: Subject) => void;
  #spec: PartitionSpec | undefined;

  private constructor(database: FreshDatabase, client: pg.Client, onDrop: (subject: Subject) => void) {
    this.database = database;
    this.client = client;
    this.#pool = pool(database.url, 4);
    this.executor = toExecutor(this.#pool);
    this.#onDrop = onDrop;
  }

  static async open(database: FreshDatabase, onDrop: (subject: Subject) => void): Promise<Subject> {
    return new Subject(database, await connect(database.url), onDrop);
  }

  get url(): string {
    return this.database.url;
  }

  /** install and setup, with that many partitions. */
  async setup(partitions: number): Promise<void> {
    const [edges] = await this.query<{ from: Date; to: Date }>(
      `SELECT min(timestamp) AS from, now() AS to FROM ${TABLE}`,
    );
    if (!edges) throw new Error("no edges");
    const { interval, premake } = partitioning(partitions, edges.from, edges.to);
    this.#spec = exampleSpec(interval, premake);
    await this.#run({ transition: "install", checksum: installChecksum() });
    await this.#run({ transition: "setup", spec: this.#spec, cutoverUniques: uniques(true) });
    const [count] = await this.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM prisma_partition.tables t JOIN prisma_partition.list_partitions(t.id) p ON NOT p.is_default`,
    );
    if (count?.count !== partitions) throw new Error(`${count?.count} partitions instead of ${partitions}`);
  }

  /** The library's backfill, until it is done and the log is drained to less than a batch. */
  async backfill(workers: number, options: BackfillOptions = {}): Promise<BackfillResult> {
    const limit = AbortSignal.timeout(BACKFILL_MINUTES * 60_000);
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    const result = await backfillTable(this.executor, await this.table(), { ...options, workers, signal });
    if (limit.aborted) throw new Error(`the backfill took more than ${BACKFILL_MINUTES} minutes`);
    return result;
  }

  /** The cutover's migration. */
  async cutover(client = this.client): Promise<void> {
    const reached = this.#spec ?? (await this.#readSpec());
    const spec: PartitionSpec = { ...reached, stage: "cutover", uniques: uniques(true) };
    await this.#run({ transition: "cutover", spec, cutoverUniques: uniques(true), reached }, client);
  }

  table(): Promise<Table> {
    return findTable(this.executor, "EventTransaction");
  }

  /** Another connection, ended with the database. */
  async connect(extra = ""): Promise<pg.Client> {
    const client = await connect(this.url, extra);
    this.#clients.push(client);
    return client;
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, values)).rows;
  }

  /** Rows of both tables, counted and summed by hash, without the package: whether they hold the same. */
  async areEqual(left: string, right: string): Promise<boolean> {
    const digest = (name: string) =>
      `SELECT count(*) AS rows, sum(hashtextextended(t::text, 0)) AS hash FROM ${name} t`;
    const [same] = await this.query<{ same: boolean }>(
      `SELECT a = b AS same FROM (${digest(left)}) a, (${digest(right)}) b`,
    );
    return same?.same === true;
  }

  async disconnect(): Promise<void> {
    await Promise.all([this.client.end(), this.#pool.end(), ...this.#clients.map((client) => client.end())]);
  }

  async drop(): Promise<void> {
    this.#onDrop(this);
    await this.disconnect();
    await this.database.drop();
  }

  async #run(transition: Transition, client = this.client): Promise<void> {
    await client.query(render(transition, `0_${transition.transition}`));
  }

  /** Of a copy that was set up elsewhere. */
  async #readSpec(): Promise<PartitionSpec> {
    const [found] = await this.query<{ interval: string; premake: number }>(
      "SELECT partition_interval AS interval, premake FROM prisma_partition.tables",
    );
    if (!found) throw new Error("the table is not set up");
    return exampleSpec(found.interval, found.premake);
  }
}
