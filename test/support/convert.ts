/**
 * A table taken through its conversion on a database of its own, by the very SQL that the generator emits, without
 * Prisma: DDL and a spec go in, and `setup`, `work`, `cutover` and what comes after are what a user does.
 */
import pg from "pg";
import { primaryKeyName, uniqueName } from "../../generator/model/constraint-names.ts";
import type { Changes } from "../../generator/plan/alterable.ts";
import type { Transition } from "../../generator/plan/transition.ts";
import type { PartitionSpec, UniqueKey } from "../../generator/spec.ts";
import { installChecksum, render } from "../../generator/sql/render.ts";
import { type FreshDatabase, freshDatabase } from "./database.ts";
import type { ProvidedServer } from "./global-setup.ts";
import { installedTemplate } from "./installed-template.ts";

/** What a test says of its table. `uniques` are the column lists of the model, the one that identifies rows first. */
export interface TableSpec extends Partial<Omit<PartitionSpec, "uniques" | "identity">> {
  readonly table: string;
  readonly key: string;
  readonly uniques: readonly (readonly string[])[];
  /** The first of `uniques` is a unique, not the primary key. */
  readonly withoutPrimaryKey?: boolean;
}

const defaults = {
  model: "Model",
  schema: "app",
  kind: "timestamptz",
  interval: "1 month",
  premake: 2,
  stage: "setup",
  batchSize: 100,
  retention: null,
  onExpire: "detach",
  keepOld: null,
  weakenUnique: [],
  schedule: { backfill: "* * * * *", maintenance: "0 0 * * *" },
  start: null,
  maintenance: "auto",
  scheduler: "none",
  cronNodename: null,
} as const;

let installSql: string | undefined;

function installStatement(): string {
  installSql ??= render({ transition: "install", checksum: installChecksum() }, "0_install");
  return installSql;
}

export class Conversion {
  readonly database: FreshDatabase;
  /** A superuser's connection. Its TimeZone is the server's, far from UTC. */
  client: pg.Client;
  readonly url: string;
  readonly #clients: pg.Client[] = [];
  #spec: PartitionSpec;
  #widened: readonly UniqueKey[];

  private constructor(database: FreshDatabase, client: pg.Client, table: TableSpec) {
    this.database = database;
    this.client = client;
    this.url = database.url;
    const { uniques, withoutPrimaryKey, ...options } = table;
    const kindOf = (index: number) => (index === 0 && !withoutPrimaryKey ? "id" : "unique");
    const keys = (widen: boolean) =>
      uniques.map((columns, index) => {
        const all = widen && !columns.includes(table.key) ? [...columns, table.key] : columns;
        return uniqueKey(kindOf(index), table.table, all);
      });
    this.#spec = { ...defaults, ...options, identity: uniques[0] ?? [], uniques: keys(false) };
    this.#widened = keys(true);
  }

  /** A database, with a name of its own or that name, with schema `app`, the functions and what `ddl` creates. */
  static async create(server: ProvidedServer, ddl: string, table: TableSpec, name?: string): Promise<Conversion> {
    // pg_cron's functions exist in a database of a certain name only, so there they are created.
    const template = name ? undefined : await installedTemplate(server.url, `CREATE SCHEMA app; ${installStatement()}`);
    const database = await freshDatabase(server.url, name, template);
    const client = await connect(database.url);
    const conversion = new Conversion(database, client, table);
    try {
      if (name) {
        await client.query("CREATE SCHEMA app");
        await conversion.install();
      }
      await client.query(ddl);
    } catch (error) {
      await conversion.drop();
      throw error;
    }
    return conversion;
  }

  get spec(): PartitionSpec {
    return this.#spec;
  }

  /** `app.events`, quoted. */
  get name(): string {
    return this.#in("");
  }

  /** The shadow before cutover. */
  get shadow(): string {
    return this.#in("_partitioned");
  }

  /** The plain table after cutover. */
  get old(): string {
    return this.#in("_old");
  }

  #in(suffix: string): string {
    const schema = `${this.#spec.schema ?? "public"}${suffix}`;
    return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(this.#spec.table)}`;
  }

  /** The functions, new or once more. */
  async install(): Promise<void> {
    await this.client.query(installStatement());
  }

  setup(client = this.client): Promise<unknown> {
    return this.#run(client, { transition: "setup", spec: this.#spec, cutoverUniques: this.#widened });
  }

  cutover(client = this.client): Promise<unknown> {
    const spec: PartitionSpec = { ...this.#spec, stage: "cutover", uniques: this.#widened };
    return this.#run(client, { transition: "cutover", spec, cutoverUniques: this.#widened, reached: this.#spec });
  }

  /** The model states the plain table's keys again. */
  rollback(client = this.client): Promise<unknown> {
    const reached: PartitionSpec = { ...this.#spec, stage: "cutover", uniques: this.#widened };
    return this.#run(client, { transition: "rollback", spec: this.#spec, reached });
  }

  /** @param keepOld as in the annotation; by default the spec's */
  cleanup(keepOld: string | null = this.#spec.keepOld, client = this.client): Promise<unknown> {
    const spec: PartitionSpec = { ...this.#spec, stage: "cleanup", uniques: this.#widened, keepOld };
    return this.#run(client, { transition: "cleanup", spec });
  }

  teardown(client = this.client): Promise<unknown> {
    return this.#run(client, { transition: "teardown", spec: this.#spec });
  }

  release(client = this.client): Promise<unknown> {
    return this.#run(client, { transition: "release", spec: { ...this.#spec, stage: "cleanup" } });
  }

  uninstall(client = this.client): Promise<unknown> {
    return this.#run(client, { transition: "uninstall" });
  }

  async alter(changes: Changes): Promise<void> {
    this.#spec = { ...this.#spec, ...changes };
    await this.#run(this.client, { transition: "alter", spec: this.#spec, changes });
  }

  async maintain(client = this.client): Promise<number> {
    const { rows } = await client.query("SELECT prisma_partition.maintain($1, $2) AS created", [
      this.#spec.schema ?? "public",
      this.#spec.table,
    ]);
    return rows[0].created;
  }

  /** Calls `run_step` from `workers` connections, each unit in its own transaction, until there is nothing to do. */
  async work(workers = 1): Promise<void> {
    const clients = [this.client, ...(await Promise.all(Array.from({ length: workers - 1 }, () => this.connect())))];
    await Promise.all(
      clients.map(async (client) => {
        for (;;) {
          const state = await this.step(client);
          if (state === "idle") return;
          if (state === "waiting") await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 10));
        }
      }),
    );
  }

  /** One unit of work; returns its state. */
  async step(client = this.client): Promise<string> {
    const { rows } = await client.query(
      "SELECT s.state FROM prisma_partition.tables t, prisma_partition.run_step(t.id) s",
    );
    return rows[0].state;
  }

  /** setup, work, cutover, and the foreign keys validated and the log drained to the old table. */
  async convert(workers = 1): Promise<void> {
    await this.setup();
    await this.work(workers);
    await this.cutover();
    await this.work();
  }

  /** A new connection in place of `client`, after the server was restarted. */
  async reconnect(): Promise<void> {
    this.#clients.push(this.client);
    this.client = await connect(this.url);
  }

  /** Another connection, ended with the database. */
  async connect(options: string[] = [], user = "postgres"): Promise<pg.Client> {
    const url = new URL(this.url);
    url.username = user;
    const client = await connect(url.href, options);
    this.#clients.push(client);
    return client;
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, values)).rows;
  }

  /** The only column of the only row. */
  async value<Value>(sql: string, values: unknown[] = []): Promise<Value> {
    const { rows } = await this.client.query<{ value: Value }>(`SELECT (${sql}) AS value`, values);
    return rows[0]?.value as Value;
  }

  /** Rows (as text, every column) that are in one of the tables and not in the other, or more often. */
  async differences(left = this.name, right = this.old): Promise<{ row: string }[]> {
    return this.query(
      `(SELECT '< ' || x.row AS row FROM (SELECT t::text AS row FROM ${left} t EXCEPT ALL SELECT t::text FROM ${right} t) x)
       UNION ALL
       (SELECT '> ' || x.row FROM (SELECT t::text AS row FROM ${right} t EXCEPT ALL SELECT t::text FROM ${left} t) x) LIMIT 20`,
    );
  }

  /** Name (schema and all), lower and upper bound of every partition but the default one, as PostgreSQL states them. */
  async bounds(parent: string): Promise<{ name: string; lower: string; upper: string }[]> {
    await this.client.query("SET timezone = 'UTC'");
    const rows = await this.query<{ name: string; bound: string }>(
      `SELECT c.oid::regclass::text AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
       FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = $1::regclass ORDER BY c.relname`,
      [parent],
    );
    await this.client.query("RESET timezone");
    return rows.flatMap(({ name, bound }) => {
      const found = /FROM \('?(.*?)'?\) TO \('?(.*?)'?\)$/.exec(bound);
      return found ? [{ name, lower: found[1] ?? "", upper: found[2] ?? "" }] : [];
    });
  }

  async drop(): Promise<void> {
    await Promise.all([this.client, ...this.#clients].map((client) => client.end()));
    await this.database.drop();
  }

  async #run(client: pg.Client, transition: Transition): Promise<void> {
    await client.query(render(transition, `0_${transition.transition}`));
  }
}

async function connect(url: string, options: string[] = []): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: options.map((option) => `-c ${option}`).join(" ") });
  // A test that ends a backend on purpose sees the error where it waits for its query.
  client.on("error", () => {});
  await client.connect();
  return client;
}

function uniqueKey(kind: "id" | "unique", table: string, columns: readonly string[]): UniqueKey {
  return { kind, name: kind === "id" ? primaryKeyName(table) : uniqueName(table, columns), columns };
}
