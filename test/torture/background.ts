import { setTimeout as sleep } from "node:timers/promises";
import type { Conversion } from "../support/convert.ts";
import { Random } from "../support/random.ts";
import type { Plan } from "./plan.ts";
import type { Statistics } from "./statistics.ts";

/** What may be tried again: serialization failure, deadlock, lock timeout; and a connection that was killed. */
const TRANSIENT = new Set(["40001", "40P01", "55P03"]);

export function isKilled(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return code === "57P01" || /[Cc]onnection (terminated|error)|not queryable/.test(message);
}

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has((error as { code?: string }).code ?? "");
}

/** Loops that run beside the clients until they are stopped: runners, those who kill them, bystanders. */
export class Background {
  readonly #conversion: Conversion;
  readonly #plan: Plan;
  readonly #statistics: Statistics;
  readonly #running: Promise<void>[] = [];
  #stopping = false;

  constructor(conversion: Conversion, plan: Plan, statistics: Statistics) {
    this.#conversion = conversion;
    this.#plan = plan;
    this.#statistics = statistics;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  startRunners(): void {
    const { steppers, callers, kills, seed } = this.#plan;
    const step = async (client: Awaited<ReturnType<Conversion["connect"]>>) => {
      if ((await this.#conversion.step(client)) !== "worked") await sleep(10);
    };
    for (let n = 0; n < steppers; n++) this.#keep("run_step", "runner", step);
    for (let n = 0; n < callers; n++) {
      this.#keep("CALL work", "runner", (client) => client.query("CALL prisma_partition.work('app', 'events', 0.5)"));
    }
    if (!kills) return;
    const random = new Random(seed + 2);
    this.#keep("kill", "killer", async (client) => {
      await sleep(300 + random.below(3000)); // longer than a full batch takes, mostly, or nothing would ever be committed
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'runner' AND datname = current_database() ORDER BY random() LIMIT 1`,
      );
    });
  }

  /** What others do to the table meanwhile. `maintains`: with the package's own maintenance. */
  startBystanders(maintains: boolean): void {
    const random = new Random(this.#plan.seed + 3);
    const work = [
      "ANALYZE app.events",
      "VACUUM app.events",
      "BEGIN; SET LOCAL lock_timeout = '300ms'; TRUNCATE app.events; ROLLBACK",
      ...(maintains ? Array<string>(3).fill("SELECT prisma_partition.maintain('app', 'events')") : []),
    ];
    this.#keep("bystander", "bystander", async (client) => {
      await sleep(50 + random.below(400));
      const sql = random.of(work) ?? "";
      try {
        await client.query(sql);
      } catch (error) {
        await client.query("ROLLBACK");
        if (!isTransient(error)) throw new Error(`${sql}: ${(error as Error).message}`);
        this.#statistics.refuse(`${sql.slice(0, 40)} ${(error as { code: string }).code}`, error);
      }
    });
  }

  /** `work` again and again, on a new connection after each that was lost. */
  #keep(
    name: string,
    application: string,
    work: (client: Awaited<ReturnType<Conversion["connect"]>>) => Promise<unknown>,
  ): void {
    const run = async () => {
      while (!this.#stopping) {
        const client = await this.#conversion.connect([`application_name=${application}`]);
        try {
          while (!this.#stopping) await work(client);
        } catch (error) {
          const { code, message } = error as { code?: string; message: string };
          if (!isKilled(error) && !isTransient(error)) {
            this.#statistics.find(application === "runner" ? "runner" : "bystander", `${name}: ${message} (${code})`);
            await sleep(300);
          } else if (!isKilled(error)) {
            this.#statistics.refuse(`${name} ${code}`, error);
          }
        } finally {
          await client.end().catch(() => {});
        }
      }
    };
    this.#running.push(run());
  }
}
