/**
 * The one description of a partitioned model that every later step reads: what the user annotated, resolved against
 * the model. Text becomes a spec, a spec becomes a plan, a plan becomes SQL; nothing flows back.
 */

/**
 * How values of the partition key are placed on the axis that is cut into partitions. Time kinds and time-ordered ids
 * are cut by instants (UTC), integers by numbers.
 */
export type KeyKind = "timestamptz" | "timestamp" | "date" | "integer" | "uuid7" | "ulid";

/** How far a table should go. `setup`: shadow, capture, backfill. `cutover`: swapped. `cleanup`: old table dropped. */
export type Stage = "setup" | "cutover" | "cleanup";

/** A primary key or unique of the model: the name it has in the database and its columns, in order. */
export interface UniqueKey {
  readonly kind: "id" | "unique";
  /** Name of the constraint or index in the database, as Prisma derives it (`T_pkey`, `T_a_b_key`) or `map:` says. */
  readonly name: string;
  /** Database column names, in index order. */
  readonly columns: readonly string[];
}

export interface PartitionSpec {
  /** The Prisma model's name. */
  readonly model: string;
  /** Database schema; null where the model has no `@@schema`: then the connection's current schema. */
  readonly schema: string | null;
  /** Database table name (`@@map` applied). */
  readonly table: string;
  /** Database column of the partition key. */
  readonly key: string;
  readonly kind: KeyKind;
  /** Normal form: a PostgreSQL interval (`1 month`) for time kinds, a whole number as text (`100000`) for integers. */
  readonly interval: string;
  /** Partitions kept ready ahead of the newest one in use. At least 1. */
  readonly premake: number;
  readonly stage: Stage;
  /** Rows per committed batch of the backfill. */
  readonly batchSize: number;
  /** PostgreSQL interval (or whole number, for integer keys) after which a partition expires; null keeps all. */
  readonly retention: string | null;
  readonly onExpire: "detach" | "drop";
  /** PostgreSQL interval for which the old table is kept after the cutover, at least; null: until `stage: cleanup`. */
  readonly keepOld: string | null;
  /** Unique indexes that Prisma does not know and that may weaken to "unique together with the key". Sorted. */
  readonly weakenUnique: readonly string[];
  /** Cron expressions of the two jobs. */
  readonly schedule: { readonly backfill: string; readonly maintenance: string };
  /** Lower bound of the first partition, inclusive: ISO instant (UTC) or whole number; null means the oldest row's. */
  readonly start: string | null;
  /** Columns whose values identify a row: the primary key, or else the first required unique. */
  readonly identity: readonly string[];
  /** The model's primary key and uniques as the schema states them now. */
  readonly uniques: readonly UniqueKey[];
  /** Generator-block options that reach the database. */
  readonly maintenance: "auto" | "partman" | "builtin";
  readonly scheduler: "auto" | "pg_cron" | "none";
  /** Value for cron.job.nodename; null leaves pg_cron's own. */
  readonly cronNodename: string | null;
}
