/**
 * A writer that keeps its own books: every statement notes in `public.ledger`, in its own transaction, each row it wrote
 * as the database returned it. What the ledger says last of a row is what the table must hold, whatever the package did.
 */
import type pg from "pg";
import type { Cell } from "./cell.ts";

export class Ledger {
  readonly #client: pg.Client;
  readonly #cell: Cell;
  readonly #operations: readonly (() => string)[];
  #number = 1000;
  #stopped = false;
  #done = 0;
  #running: Promise<void> | undefined;
  #failure: unknown;

  constructor(client: pg.Client, cell: Cell) {
    this.#client = client;
    this.#cell = cell;
    const changed = cell.columns.filter((column) => column.change !== undefined);
    this.#operations = [
      () => this.#insert(3),
      ...changed.map((column) => () => this.#update([column])),
      () => this.#insert(1),
      () => this.#update([cell.key]),
      () => this.#update(changed.filter(({ name }) => !cell.identity.includes(name))),
      () => this.#delete(),
    ];
  }

  /** Creates it and fills the table. */
  async open(): Promise<void> {
    await this.#client.query("CREATE TABLE public.ledger (at bigserial, id text, row text)");
    for (const odd of this.#cell.oddKeys) {
      await this.#client.query(this.#insert(1, `'${odd}'`)).catch((error) => {
        throw new Error(`${odd}: ${error}`);
      });
    }
    if (this.#cell.rows > 0) await this.#client.query(this.#insert(this.#cell.rows));
  }

  /** Writes on and on. */
  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Resolves when every operation was done once more than now. */
  async round(): Promise<void> {
    const until = this.#done + this.#operations.length;
    while (this.#done < until && this.#failure === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.#failure !== undefined) throw this.#failure;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Rows of the table that the ledger does not know (`>`), and rows that it knows and the table lacks (`<`). */
  async differences(): Promise<string[]> {
    const live = `SELECT ${this.#id("w")} AS id, ${this.#row("w")} AS row FROM ${this.#cell.table} w`;
    const last = `SELECT id, row FROM (SELECT DISTINCT ON (id) id, row FROM public.ledger ORDER BY id, at DESC) x WHERE row IS NOT NULL`;
    const { rows } = await this.#client.query(
      `(SELECT '< ' || id AS line FROM (${last} EXCEPT ALL ${live}) x) UNION ALL (SELECT '> ' || id FROM (${live} EXCEPT ALL ${last}) x) LIMIT 9`,
    );
    return rows.map(({ line }) => line);
  }

  /** Inserts `count` rows, ids and all else as the table's defaults have it where they can. */
  async add(count: number): Promise<void> {
    await this.#client.query(this.#insert(count));
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const operation of this.#operations) {
        const sql = operation();
        try {
          await this.#client.query(sql);
        } catch (error) {
          this.#failure = new Error(`${error}: ${sql.slice(0, 1500)}`);
          return;
        }
        this.#done++;
        // Faster than a loaded machine replays, and the log would never end.
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (this.#stopped) return;
      }
    }
  }

  #id(alias: string): string {
    return `ROW(${this.#cell.identity.map((name) => `${alias}.${name}::text`).join(", ")})::text`;
  }

  #row(alias: string): string {
    return `md5(ROW(${this.#cell.columns.map(({ name }) => `${alias}.${name}::text`).join(", ")})::text)`;
  }

  #insert(count: number, key?: string): string {
    const given = this.#cell.columns.filter(({ value }) => value !== undefined);
    const values = given.map(({ name, value }) => (key && name === this.#cell.key.name ? key : value));
    const from = this.#number + 1;
    this.#number += count;
    const columns = given.length === 0 ? "DEFAULT VALUES" : `(${given.map(({ name }) => name).join(", ")})`;
    return `WITH w AS (INSERT INTO ${this.#cell.table} ${columns} SELECT ${values.join(", ")} FROM generate_series(${from}::bigint, ${this.#number}) AS n RETURNING *)
      INSERT INTO public.ledger (id, row) SELECT ${this.#id("w")}, ${this.#row("w")} FROM w`;
  }

  /** One row, at random, locked; with the number that its new values are made of. */
  #pick(): string {
    this.#number++;
    return `SELECT ${this.#number}::bigint AS n, v.tableoid AS rel, v.ctid AS place, ${this.#id("v")} AS was FROM ${this.#cell.table} v
      ORDER BY random() LIMIT 1 FOR UPDATE OF v`;
  }

  #update(columns: Cell["columns"]): string {
    const set = columns.map(({ name, change }) => `${name} = ${change}`).join(", ");
    return `WITH o AS MATERIALIZED (${this.#pick()}),
      w AS (UPDATE ${this.#cell.table} u SET ${set} FROM o WHERE u.tableoid = o.rel AND u.ctid = o.place RETURNING o.was, ${this.#id("u")} AS is_now, ${this.#row("u")} AS row)
      INSERT INTO public.ledger (id, row) SELECT w.was, NULL FROM w WHERE w.was <> w.is_now UNION ALL SELECT w.is_now, w.row FROM w`;
  }

  #delete(): string {
    return `WITH o AS MATERIALIZED (${this.#pick()}),
      w AS (DELETE FROM ${this.#cell.table} u USING o WHERE u.tableoid = o.rel AND u.ctid = o.place RETURNING o.was)
      INSERT INTO public.ledger (id, row) SELECT w.was, NULL FROM w`;
  }
}
