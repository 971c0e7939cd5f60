/**
 * A conversion that is interrupted: a small table with every kind of index, clients that write to it all the while, and
 * the places in the middle of each step where a backend can be held and then interrupted.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { expect } from "vitest";
import { Conversion, type TableSpec } from "./convert.ts";
import type { ProvidedServer } from "./global-setup.ts";
import { Hold, type Place } from "./hold.ts";
import { compareWithLedgers, RECEIPTS, ReconnectingWriter } from "./reconnecting-writer.ts";

export const ROWS = 1500;
const LOG = "prisma_partition.log_1";

/** What a step must be at before the place makes sense, where its middle is, and how it is run. */
export interface Stage {
  readonly name: string;
  readonly step: "load" | "settle" | "index" | "drain";
  readonly place: Place;
  /** Units of the same step that are done before. */
  readonly after: number;
  readonly run: (c: Conversion, client: pg.Client) => Promise<unknown>;
}

async function steps(c: Conversion, client: pg.Client): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) if ((await c.step(client)) === "waiting") await sleep(5);
}

/** A transition in its very middle: everything is exchanged, both tables are locked, nothing is committed. */
export const swapping: Place = {
  row: "UPDATE",
  on: "prisma_partition.tables",
  when: "OLD.stage IS DISTINCT FROM NEW.stage",
};

export const load: Stage = {
  name: "load",
  step: "load",
  after: 2,
  place: { row: "INSERT", on: "app_partitioned.events", when: `NEW.id = ${ROWS / 2}` },
  run: steps,
};
export const settle: Stage = { name: "settle", step: "settle", after: 0, place: { ddl: "CREATE INDEX" }, run: steps };
/** All indexes of a partition are built, and one is attached. */
export const index: Stage = { name: "index", step: "index", after: 2, place: { ddl: "ALTER INDEX" }, run: steps };
/** Entries are off the log, and not replayed. */
export const drain: Stage = { name: "drain", step: "drain", after: 1, place: { after: "DELETE", on: LOG }, run: steps };
export const verify: Stage = {
  name: "verify",
  step: "drain",
  after: 0,
  place: { locked: "app_partitioned.events_default" },
  run: (_, client) => client.query("SELECT * FROM prisma_partition.verify(1)"),
};
export const cutover: Stage = {
  name: "cutover",
  step: "drain",
  after: 0,
  place: swapping,
  run: (c, client) => c.cutover(client),
};
/** The old table follows the new one. */
export const follow: Stage = { ...drain, name: "follow" };
export const rollback: Stage = { ...cutover, name: "rollback", run: (c, client) => c.rollback(client) };

export const beforeCutover = [load, settle, index, drain, verify];

export class Ordeal {
  readonly conversion: Conversion;
  readonly hold: Hold;
  readonly writers: readonly ReconnectingWriter[];
  #finished: { batch: string; finished: string }[] = [];

  private constructor(conversion: Conversion, hold: Hold) {
    this.conversion = conversion;
    this.hold = hold;
    // Whatever the database's settings become, an application has its own.
    const url = new URL(conversion.url);
    url.searchParams.set("options", "-c statement_timeout=0 -c lock_timeout=0");
    this.writers = [1, 2].map((number) => new ReconnectingWriter(url.href, number));
  }

  /** Set up, and being written to. `prepare` comes before the setup. */
  static async create(
    server: ProvidedServer,
    options: Partial<TableSpec> = {},
    name?: string,
    prepare?: (c: Conversion) => Promise<unknown>,
  ): Promise<Ordeal> {
    const conversion = await Conversion.create(
      server,
      `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL, v integer NOT NULL);
       CREATE UNIQUE INDEX events_code_key ON app.events (code); CREATE INDEX events_v_idx ON app.events (v);
       INSERT INTO app.events SELECT n, now() - n * interval '180 days' / ${ROWS}, 'seed ' || n, n FROM generate_series(1, ${ROWS}) n;
       ${RECEIPTS}`,
      { table: "events", key: "at", uniques: [["id"], ["code"]], batchSize: 100, ...options },
      name,
    );
    try {
      const ordeal = new Ordeal(conversion, await Hold.create(conversion));
      await prepare?.(conversion);
      await conversion.setup();
      for (const writer of ordeal.writers) writer.start();
      return ordeal;
    } catch (error) {
      await conversion.drop();
      throw error;
    }
  }

  /** Works up to the stage's step and `after` units into it, and remembers which units are finished. */
  async reach({ step, after }: Pick<Stage, "step" | "after">): Promise<void> {
    const c = this.conversion;
    while ((await this.step()) !== step) await c.step();
    for (let unit = 0; unit < after; unit++) {
      await this.written();
      await c.step();
    }
    expect(await this.step()).toBe(step);
    await this.written();
    this.#finished = await this.#batches();
  }

  step(): Promise<string> {
    return this.conversion.value("SELECT step FROM prisma_partition.tables");
  }

  stage(): Promise<string> {
    return this.conversion.value("SELECT stage FROM prisma_partition.tables");
  }

  /** Every writer has committed something since. */
  async written(): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.committed(2)));
  }

  /**
   * Runs the stage on a connection of its own up to the place where it is held, does `interrupt` to it and returns the
   * error that it ended with. What was finished before is finished still.
   */
  async interrupt(stage: Stage, interrupt: (pid: number) => Promise<unknown>): Promise<{ code: string | undefined }> {
    const c = this.conversion;
    const client = await c.connect(["application_name=runner"]);
    await this.hold.at(stage.place);
    const running = stage.run(c, client).then(
      () => ({ code: "it finished" }),
      (error: { code?: string }) => ({ code: error.code, error }),
    );
    const pid = await Promise.race([this.hold.reached(), running.then((ended) => Promise.reject(ended))]);
    expect(await c.value("SELECT query ~ 'prisma.partition' FROM pg_stat_activity WHERE pid = $1", [pid])).toBe(true);
    await interrupt(pid);
    const outcome = await running;
    await this.hold.release();
    await client.end().catch(() => {});
    await this.expectKept();
    return outcome;
  }

  /** The units that were finished at `reach` were not done again. */
  async expectKept(): Promise<void> {
    expect(await this.#batches()).toEqual(expect.arrayContaining(this.#finished));
  }

  /** The writers stop; then both tables are equal, and hold what the writers committed. */
  async expectNothingLost(): Promise<void> {
    const c = this.conversion;
    await this.written();
    await Promise.all(this.writers.map((writer) => writer.stop()));
    await c.work();
    expect(this.writers.flatMap((writer) => writer.errors)).toEqual([]);
    expect(await compareWithLedgers(c.client, this.writers)).toEqual([]);
    expect(await c.differences(c.name, (await this.stage()) === "setup" ? c.shadow : c.old)).toEqual([]);
    expect(await c.query("SELECT * FROM prisma_partition.verify(1) WHERE NOT matches")).toEqual([]);
    // Not once more than once: every block range was loaded by one batch.
    expect(
      await c.query(`SELECT from_block, count(*) FROM prisma_partition.batches
        WHERE step = 'load' GROUP BY 1 HAVING count(*) > 1 OR bool_or(finished_at IS NULL)`),
    ).toEqual([]);
  }

  lastError(): Promise<string | null> {
    return this.conversion.value("SELECT last_error FROM prisma_partition.tables");
  }

  async end(): Promise<void> {
    await this.hold.release().catch(() => {});
    await Promise.all(this.writers.map((writer) => writer.stop().catch(() => {})));
    await this.conversion.drop();
  }

  #batches(): Promise<{ batch: string; finished: string }[]> {
    return this.conversion.query(
      "SELECT batch::text, finished_at::text AS finished FROM prisma_partition.batches WHERE finished_at IS NOT NULL ORDER BY batch",
    );
  }
}
