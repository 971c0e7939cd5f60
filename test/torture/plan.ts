import { Random } from "../support/random.ts";
import type { ClientRole } from "./client.ts";

/** Everything about a round that is not left to the clock. */
export interface Plan {
  readonly seed: number;
  /** Rows there before. */
  readonly rows: number;
  readonly batchSize: number;
  /** Transactions per second of each client; 0: as many as go. */
  readonly rate: number;
  /** A bulky client's every n-th transaction writes 10,000 rows. More than the log can be drained would never end. */
  readonly bulkEvery: number;
  /** Connections that call run_step … */
  readonly steppers: number;
  /** … and that CALL work, as pg_cron does. */
  readonly callers: number;
  /** Whether runners and transitions are killed now and then. */
  readonly kills: boolean;
  /** Seconds under load between two transitions. */
  readonly pause: number;
  /** When the table is truncated, and partly filled again in the same transaction. */
  readonly truncateAt: readonly ("load" | "drain" | "cutover")[];
  readonly vacuumFull: boolean;
  /** CREATE INDEX CONCURRENTLY while the rows are copied. */
  readonly createIndex: boolean;
  readonly clients: readonly ClientRole[];
}

const clients: readonly ClientRole[] = [
  { isolation: "READ COMMITTED", as: "application", bulky: true },
  { isolation: "READ COMMITTED", as: "application", named: true },
  { isolation: "READ COMMITTED", as: "owner", named: true, twoPhase: true },
  { isolation: "READ COMMITTED", as: "replica", named: true },
  { isolation: "REPEATABLE READ", as: "application", named: true },
  { isolation: "REPEATABLE READ", as: "application", bulky: true, twoPhase: true },
  { isolation: "SERIALIZABLE", as: "application" },
  { isolation: "SERIALIZABLE", as: "replica", named: true },
];

/** @param rate instead of the one that the seed would give */
export function planOf(seed: number, rate?: number): Plan {
  const random = new Random(seed);
  const pick = <T>(...values: T[]): T => random.of(values) as T;
  const drawn = pick(0, 0, 300, 30, 3);
  const used = rate ?? drawn;
  return {
    seed,
    rows: pick(2000, 20_000, 60_000),
    batchSize: pick(100, 1000, 10_000),
    rate: used,
    bulkEvery: used === 0 ? 1500 : Math.max(30, used * 10),
    steppers: pick(0, 1, 2, 3),
    callers: 1,
    kills: random.chance(0.6),
    pause: pick(1, 2, 3),
    truncateAt: pick([], [], [], ["load"], ["drain"], ["cutover"], ["drain", "cutover"]),
    vacuumFull: random.chance(0.3),
    createIndex: random.chance(0.5),
    clients,
  };
}

/** The rounds of `npm test`: always the same, but for the seed. */
export function shortPlan(seed: number, truncates: boolean): Plan {
  return {
    seed,
    rows: truncates ? 8000 : 30_000,
    batchSize: 300,
    rate: 0,
    bulkEvery: 400,
    steppers: 2,
    callers: 1,
    kills: true,
    pause: 1,
    truncateAt: truncates ? ["load", "drain", "cutover"] : [],
    vacuumFull: !truncates,
    createIndex: !truncates,
    clients,
  };
}
