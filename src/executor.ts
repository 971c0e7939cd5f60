import { toPartitionError } from "./database-error.ts";

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
export function toExecutor(database: Database): Executor {
  if ("$queryRawUnsafe" in database) {
    // The client of an interactive transaction has no $connect.
    const transaction = !("$connect" in database);
    const run = <T>(sql: string, params: readonly unknown[]) => database.$queryRawUnsafe<T[]>(sql, ...params);
    return { query: guarded(run), pooled: !transaction, transaction };
  }
  const run = async <T>(sql: string, params: readonly unknown[]) =>
    (await database.query(sql, [...params])).rows as T[];
  return { query: guarded(run), pooled: "totalCount" in database, transaction: false };
}

type Run = <T>(sql: string, params: readonly unknown[]) => PromiseLike<T[]>;

function guarded(run: Run): Executor["query"] {
  return async <T>(sql: string, params: readonly unknown[] = []): Promise<T[]> => {
    try {
      return await run<T>(sql, params);
    } catch (error) {
      throw toPartitionError(error);
    }
  };
}
