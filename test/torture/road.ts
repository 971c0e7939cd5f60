import { setTimeout as sleep } from "node:timers/promises";
import type { Conversion } from "../support/convert.ts";
import { Random } from "../support/random.ts";
import { Background, isTransient } from "./background.ts";
import type { Plan } from "./plan.ts";
import type { SharedRows } from "./shared-rows.ts";
import type { Statistics } from "./statistics.ts";
import { type TransitionName, transit } from "./transitions.ts";
import { compareTables, compareWithLedgers } from "./verdict.ts";
import type { Workload } from "./workload.ts";

const PATIENCE_MS = 120_000;

/** What a user does to the table while the clients go on: setup, backfill, cutover, back, and forward again. */
export class Road {
  readonly #conversion: Conversion;
  readonly #plan: Plan;
  readonly #workload: Workload;
  readonly #shared: SharedRows;
  readonly #statistics: Statistics;
  readonly #seeds: Set<number>;

  constructor(conversion: Conversion, plan: Plan, workload: Workload, shared: SharedRows, statistics: Statistics) {
    this.#conversion = conversion;
    this.#plan = plan;
    this.#workload = workload;
    this.#shared = shared;
    this.#statistics = statistics;
    this.#seeds = new Set(Array.from({ length: plan.rows }, (_, n) => 100_001 + n));
  }

  async convert(): Promise<void> {
    const { pause, kills, seed, truncateAt, vacuumFull, createIndex } = this.#plan;
    const background = new Background(this.#conversion, this.#plan, this.#statistics);
    const killer = kills ? new Random(seed + 4) : null;
    const go = (name: TransitionName) => transit(name, this.#conversion, this.#statistics, killer);
    try {
      await sleep(pause * 1000);
      if (!(await go("setup"))) return;
      this.#statistics.enter("backfill");
      background.startBystanders(true);
      background.startRunners();
      await this.#untilLoading();
      const sideWork = this.#beside(createIndex, vacuumFull);
      if (truncateAt.includes("load")) await this.#truncate();
      if (!(await this.#untilDraining())) return;
      await sideWork;
      if (truncateAt.includes("drain")) await this.#truncate();
      await sleep(pause * 1000);
      if (!(await go("cutover"))) return;
      await sleep(pause * 500);
      if (truncateAt.includes("cutover")) await this.#truncate();
      await sleep(pause * 500);
      await this.#check(this.#conversion.old);
      if (!(await go("rollback"))) return;
      await sleep(pause * 1000);
      await this.#check(this.#conversion.shadow);
      if (!(await go("cutover"))) return;
      await sleep(pause * 1000);
      await this.#check(this.#conversion.old);
    } finally {
      await background.stop();
    }
  }

  /** The same without a conversion, for as long. */
  async control(milliseconds: number): Promise<void> {
    const { createIndex, vacuumFull } = this.#plan;
    const background = new Background(this.#conversion, this.#plan, this.#statistics);
    background.startBystanders(false);
    await Promise.all([sleep(milliseconds), this.#beside(createIndex, vacuumFull)]);
    await background.stop();
    await this.#workload.pausedFor(() => this.#compare());
  }

  async #beside(createIndex: boolean, vacuumFull: boolean): Promise<void> {
    const client = await this.#conversion.connect();
    const attempt = async (sql: string) => {
      try {
        await client.query(sql);
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        if (code === "40P01") this.#statistics.refuse(`${sql} ${code}`, error);
        else this.#statistics.find("bystander", `${sql}: ${message} (${code})`);
      }
    };
    if (vacuumFull) await attempt("VACUUM FULL app.events");
    if (createIndex) await attempt("CREATE INDEX CONCURRENTLY concurrent_idx ON app.events (at, v)");
  }

  /** The clients know of it: their ledgers start anew. */
  async #truncate(): Promise<void> {
    await this.#workload.pausedFor(async () => {
      await this.#tryTruncate();
      for (const { ledger } of this.#workload.clients) ledger.clear();
      this.#seeds.clear();
    });
  }

  /** A TRUNCATE that waits for CREATE INDEX CONCURRENTLY, which waits for its snapshot, is a deadlock anywhere: try again. */
  async #tryTruncate(): Promise<void> {
    for (;;) {
      try {
        await this.#conversion.query(`BEGIN; TRUNCATE app.events; ${this.#shared.insertSql()}; COMMIT`);
        return;
      } catch (error) {
        await this.#conversion.query("ROLLBACK");
        if (!isTransient(error)) throw error;
        this.#statistics.refuse(`TRUNCATE ${(error as { code: string }).code}`, error);
      }
    }
  }

  /** In the middle of the load, unless that was over at once. */
  async #untilLoading(): Promise<void> {
    const sql = `SELECT t.step <> 'load' OR count(b) >= 3 FROM prisma_partition.tables t
      LEFT JOIN prisma_partition.batches b ON b.table_id = t.id AND b.finished_at IS NOT NULL GROUP BY t.step`;
    while (!(await this.#conversion.value<boolean>(sql))) await sleep(5);
  }

  async #untilDraining(): Promise<boolean> {
    for (const giveUpAt = performance.now() + PATIENCE_MS; performance.now() < giveUpAt; await sleep(20)) {
      const [table] = await this.#conversion.query<{ step: string; entries: string }>(
        "SELECT step, prisma_partition.log_entries(id)::text AS entries FROM prisma_partition.tables",
      );
      if (table?.step === "drain" && Number(table.entries) < 20_000) return true;
    }
    const state = await this.#conversion.query("SELECT step, last_error FROM prisma_partition.tables");
    this.#statistics.find("runner", `the backfill has not come to its end: ${JSON.stringify(state)}`);
    return false;
  }

  /** With the clients paused and everything replayed, both tables and all ledgers must agree. */
  async #check(other: string): Promise<void> {
    await this.#workload.pausedFor(async () => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      while (
        (await this.#conversion.value<string>(
          "SELECT prisma_partition.log_entries(id) FROM prisma_partition.tables",
        )) !== "0"
      ) {
        if (performance.now() > giveUpAt) {
          this.#statistics.find("runner", "the log is not drained, though nobody writes");
          return;
        }
        await sleep(20);
      }
      await compareTables(this.#conversion, other, this.#statistics);
      await this.#compare();
    });
  }

  #compare(): Promise<void> {
    return compareWithLedgers(this.#conversion, this.#workload, this.#shared, this.#seeds, this.#statistics);
  }
}
