import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { Random } from "../support/random.ts";
import type { World } from "./client.ts";
import { HOT, PILLARS } from "./shared-rows.ts";

const TOTAL = `SELECT count(*)::text || ' ' || coalesce(sum(hashtextextended(e::text, 0)), 0)::text AS value FROM app.events e`;
const HOT_SUM = `SELECT sum(v)::text AS value FROM app.events WHERE id BETWEEN ${HOT[0]} AND ${HOT.at(-1)}`;
const PILLAR_COUNT = `SELECT count(*)::text AS value FROM app.events WHERE id BETWEEN ${PILLARS.first} AND ${PILLARS.last}`;

/**
 * A report: REPEATABLE READ, one snapshot held for seconds, often before it first looks at the table. What it reads must
 * hold what was committed before the snapshot, and stay the same.
 */
export class SnapshotReader {
  readonly #connection: pg.Client;
  readonly #world: World;
  readonly #random: Random;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(connection: pg.Client, world: World) {
    this.#connection = connection;
    this.#world = world;
    this.#random = new Random(world.seed + 1_000_003);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { gate, statistics } = this.#world;
    while (!this.#stopping) {
      await gate.enter();
      try {
        await this.#report();
        statistics.transaction("REPEATABLE READ");
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        await this.#connection.query("ROLLBACK").catch(() => {});
        statistics.abort("REPEATABLE READ", code ?? "client", `reader: ${message}`);
      } finally {
        gate.leave();
      }
      await sleep(this.#random.below(300));
    }
  }

  async #report(): Promise<void> {
    const { shared, statistics } = this.#world;
    await this.#connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const snapshotAt = performance.now();
    const floor = HOT.reduce((sum, id) => sum + (shared.committed.get(id) ?? 0), 0);
    await this.#connection.query("SELECT 1");
    await sleep(this.#random.below(1500));
    const hot = await this.#value(HOT_SUM);
    const total = await this.#value(TOTAL);
    await sleep(this.#random.below(1500));
    const again = await this.#value(TOTAL);
    const pillars = await this.#value(PILLAR_COUNT);
    await this.#connection.query("COMMIT");
    const wrong: string[] = [];
    if (Number(hot) < floor) wrong.push(`the hot rows sum up to ${hot}, ${floor} was committed before the snapshot`);
    if (total !== again) wrong.push(`(count, hash) went from ${total} to ${again}`);
    const expected = PILLARS.last - PILLARS.first + 1;
    if (Number(pillars) !== expected) wrong.push(`${pillars} of ${expected} pillars`);
    for (const text of wrong) statistics.misread("REPEATABLE READ", `reader: ${text}`, snapshotAt);
  }

  async #value(sql: string): Promise<string> {
    const started = performance.now();
    const { rows } = await this.#connection.query<{ value: string }>(sql);
    this.#world.statistics.statement("reader", sql, performance.now() - started);
    return rows[0]?.value ?? "";
  }
}
