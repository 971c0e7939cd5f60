import { ColumnTypeEnum, type SqlResultSet } from "@prisma/driver-adapter-utils";
import pg from "pg";

/** Type OIDs: "char", the one-byte type of many catalog columns, is refused by `@prisma/adapter-pg`; bpchar is not. */
const CHAR = 18;
const BPCHAR = 1042;

/** Which columns of a result are "char", by its array of rows, which the adapter hands on as it is. */
const charColumns = new WeakMap<unknown[], number[]>();

/** A pool whose results the adapter accepts. Give what the adapter makes of them to {@link restoreCharColumns}. */
export function createPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const disguised = (...args: unknown[]): unknown => {
      const callback = args.at(-1);
      if (typeof callback === "function") {
        args[args.length - 1] = (error: unknown, result: unknown) => callback(error, disguiseCharColumns(result));
      }
      const returned = query(...args);
      return returned instanceof Promise ? returned.then(disguiseCharColumns) : returned;
    };
    client.query = disguised as typeof client.query;
  });
  return pool;
}

function disguiseCharColumns<Result>(result: Result): Result {
  const { fields = [], rows = [] } = (result ?? {}) as { fields?: pg.FieldDef[]; rows?: unknown[] };
  const columns = fields.flatMap((field, index) => (field.dataTypeID === CHAR ? [index] : []));
  if (columns.length > 0) charColumns.set(rows, columns);
  for (const index of columns) (fields[index] as pg.FieldDef).dataTypeID = BPCHAR;
  return result;
}

/** bpchar becomes text in the adapter, but the engine wants a character where the catalog has one. */
export function restoreCharColumns(result: SqlResultSet): SqlResultSet {
  for (const index of charColumns.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
  return result;
}
