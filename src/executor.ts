import { DatabaseError, toPartitionError } from "./database-error.ts";
import { AccessDeniedError, InvalidOptionError } from "./errors.ts";

/** What this package needs of a PrismaClient, plain or extended, or of the client of an interactive transaction. */
export interface PrismaQueryable {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): PromiseLike<T>;
}

/** What this package needs of a pg.Pool, pg.Client or pg.PoolClient. */
export interface PgQueryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Anything that reaches the database: a PrismaClient or its transaction client, a pg.Pool or a pg.Client. */
export type Database = PrismaQueryable | PgQueryable;

/** One way to run SQL, whatever is underneath. Throws what `toPartitionError` makes of the driver's error. */
export interface Executor {
  query<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** Several connections: queries may run side by side, and a lost connection is replaced by the next query. */
  readonly pooled: boolean;
  /** An interactive transaction: after an error, nothing more can be run. */
  readonly transaction: boolean;
}

/** Idea and size from pg-boss, which wraps Prisma and pg the same way. */
export function toExecutor(database: Database): PooledExecutor | Executor {
  if (!isDatabase(database)) {
    const expected = "a PrismaClient, the client of its transaction, a pg.Pool or a pg.Client";
    throw new InvalidOptionError("The database", expected, nameOf(database));
  }
  if ("$queryRawUnsafe" in database) {
    // The client of an interactive transaction has no $connect.
    return "$connect" in database
      ? { ...prismaExecutor(database, false), pooled: true, readInSnapshot: readWithPrisma(database) }
      : prismaExecutor(database, true);
  }
  return "totalCount" in database
    ? { ...pgExecutor(database), pooled: true, readInSnapshot: readWithPool(database) }
    : pgExecutor(database);
}

function isDatabase(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "$queryRawUnsafe" in value || ("query" in value && typeof value.query === "function");
}

/** Not its contents: a connection string may hold a password. */
function nameOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "another object" : typeof value;
}

/** An executor with connections to spare. */
export interface PooledExecutor extends Executor {
  readonly pooled: true;
  /**
   * Runs `action` in a transaction on a connection of its own: `BEGIN ISOLATION LEVEL REPEATABLE READ`, and nothing else
   * before the first statement of `action`, which may import a snapshot or take locks. Not for writing.
   */
  readInSnapshot<T>(action: (session: Executor) => Promise<T>): Promise<T>;
}

export function isPooled(executor: Executor): executor is PooledExecutor {
  return executor.pooled;
}

function prismaExecutor(database: PrismaQueryable, transaction: boolean): Executor {
  const run = <T>(sql: string, params: readonly unknown[]) => database.$queryRawUnsafe<T[]>(sql, ...params);
  return { query: guarded(run), pooled: false, transaction };
}

function pgExecutor(database: PgQueryable): Executor {
  const run = async <T>(sql: string, params: readonly unknown[]) =>
    (await database.query(sql, [...params])).rows as T[];
  return { query: guarded(run), pooled: false, transaction: false };
}

type Run = <T>(sql: string, params: readonly unknown[]) => PromiseLike<T[]>;

function guarded(run: Run): Executor["query"] {
  return async <T>(sql: string, params: readonly unknown[] = []) => {
    try {
      return await guard(async () => run<T>(sql, params));
    } catch (error) {
      throw isAccessDenied(error) ? new AccessDeniedError(await roleOf(run), error) : error;
    }
  };
}

function isAccessDenied(error: unknown): boolean {
  return (
    error instanceof DatabaseError && error.sqlstate === "42501" && error.message.includes("schema prisma_partition")
  );
}

/** Null in a transaction, which the error has ended. */
async function roleOf(run: Run): Promise<string | null> {
  try {
    const [row] = await run<{ role: string }>("SELECT current_user::text AS role", []);
    return row?.role ?? null;
  } catch {
    return null;
  }
}

async function guard<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toPartitionError(error);
  }
}

/** The part of a PrismaClient that is not needed of every database. */
interface PrismaTransactions {
  $transaction<T>(
    action: (tx: PrismaQueryable) => Promise<T>,
    options: { isolationLevel: "RepeatableRead"; timeout: number; maxWait: number },
  ): Promise<T>;
}

/** Milliseconds: what setTimeout can hold, 24 days; Prisma's default of 5 seconds is meant for the application. */
const noTimeout = 2_147_483_647;

function readWithPrisma(database: PrismaQueryable): PooledExecutor["readInSnapshot"] {
  const client = database as PrismaQueryable & PrismaTransactions;
  const options = { isolationLevel: "RepeatableRead", timeout: noTimeout, maxWait: 60_000 } as const;
  return (action) =>
    guard(() => client.$transaction((transaction) => action(prismaExecutor(transaction, true)), options));
}

/** The part of a pg.Pool that is not needed of every database. */
interface PgPool {
  connect(): Promise<PgQueryable & { release(destroy?: boolean): void }>;
}

function readWithPool(database: PgQueryable): PooledExecutor["readInSnapshot"] {
  const pool = database as PgQueryable & PgPool;
  return async (action) => {
    const client = await guard(() => pool.connect());
    const session = pgExecutor(client);
    let reusable = false;
    try {
      await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
      const result = await action({ ...session, transaction: true });
      await session.query("ROLLBACK");
      reusable = true;
      return result;
    } finally {
      // A connection whose transaction may be open still is closed, which ends its statement's transaction too.
      client.release(!reusable);
    }
  };
}
