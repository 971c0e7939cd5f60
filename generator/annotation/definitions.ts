import type { KeyKindModule } from "./key-kinds/index.ts";
import { accept, type Result } from "./problem/problem.ts";
import type { Value } from "./text/argument.ts";
import { choice } from "./values/choice.ts";
import { indexNames } from "./values/index-names.ts";
import { interval, intervalWords } from "./values/interval.ts";
import { keepOld } from "./values/keep-old.ts";
import { retention } from "./values/retention.ts";
import { defaultSchedule, schedule } from "./values/schedule.ts";
import { start } from "./values/start.ts";
import { wholeNumber } from "./values/whole-number.ts";

/** One argument of `@partition`: how it is read, what holds without it, and what the docs say of it. */
export interface ArgumentDefinition<T> {
  /** True where it can stand without its name. Positional arguments come in the order of this table. */
  readonly isPositional: boolean;
  /** As it would be written; null where there is none, or where the text under `otherwise` holds. */
  readonly default: string | null;
  /** The default in words, for the docs, where it is not a value. */
  readonly otherwise?: string;
  /** The values in words, for the docs. */
  readonly values: string;
  readonly doc: string;
  /** Reads the value; the kind of the key says what its intervals and points are. */
  readonly read: (value: Value, kind: KeyKindModule) => Result<T>;
}

const define = <T>(definition: ArgumentDefinition<T>): ArgumentDefinition<T> => definition;
const number = (value: Value, most: bigint): Result<number> => {
  const result = wholeNumber(value, 1n, most);
  return "value" in result ? accept(Number(result.value)) : result;
};

/** Every argument but the key, whose reading needs the model. The order is that of positional arguments and the docs. */
export const definitions = {
  interval: define({
    isPositional: true,
    default: "monthly",
    values: `${Object.keys(intervalWords).join(", ")}, \`"10 days"\`; for an integer key a number, and no default`,
    doc: "Width of a partition.",
    read: interval,
  }),
  premake: define({
    isPositional: true,
    default: "12",
    values: "1 to 10000",
    doc: "Partitions kept ready ahead of the newest one in use.",
    read: (value) => number(value, 10_000n),
  }),
  stage: define({
    isPositional: false,
    default: "setup",
    values: "setup, cutover, cleanup",
    doc: "How far the table goes: a copy that is backfilled, swapped in, and the old table dropped.",
    read: choice(["setup", "cutover", "cleanup"]),
  }),
  batchSize: define({
    isPositional: false,
    default: "10000",
    values: "a whole number of at least 1",
    doc: "Rows per committed batch of the backfill.",
    read: (value) => number(value, 2_147_483_647n),
  }),
  retention: define({
    isPositional: false,
    default: "none",
    values: '`none`, `"24 months"`; for an integer key a number',
    doc: "How far back partitions are kept, after cutover.",
    read: retention,
  }),
  onExpire: define({
    isPositional: false,
    default: "detach",
    values: "detach, drop",
    doc: "An expired partition is kept in schema `<schema>_partitioned`, or dropped.",
    read: choice(["detach", "drop"]),
  }),
  schedule: define({
    isPositional: false,
    default: JSON.stringify([defaultSchedule.backfill, defaultSchedule.maintenance]),
    values: "a cron expression for the backfill job, or a list of two: backfill and maintenance",
    doc: "When the two jobs run, where pg_cron does.",
    read: schedule,
  }),
  start: define<string | null>({
    isPositional: false,
    default: null,
    otherwise: "the oldest row",
    values: '`"2024-01-01"`, `"2024-01-01T00:00:00Z"`; for an integer key a number',
    doc: "Lower bound of the first partition, inclusive.",
    read: start,
  }),
  keepOld: define({
    isPositional: false,
    default: "none",
    values: '`none`, `"7 days"`',
    doc: "How long after the cutover the old table is kept at least: before, `stage: cleanup` is refused.",
    read: keepOld,
  }),
  weakenUnique: define({
    isPositional: false,
    default: "[]",
    values: '`["users_active_email_idx"]`',
    doc: "Unique indexes that Prisma does not know and that may become unique together with the key only.",
    read: indexNames,
  }),
};

/** The key stands first, and has no default. */
export const keyDefinition = {
  isPositional: true,
  default: null,
  otherwise: "required",
  values: "a required DateTime, Int or BigInt field, or the id itself if it is `uuid(7)` or `ulid()`",
  doc: "The partition key.",
} as const;

export type ArgumentName = keyof typeof definitions;

export const argumentNames: readonly string[] = ["key", ...Object.keys(definitions)];

export const positionalNames: readonly string[] = [
  "key",
  ...Object.entries(definitions)
    .filter(([, definition]) => definition.isPositional)
    .map(([name]) => name),
];
