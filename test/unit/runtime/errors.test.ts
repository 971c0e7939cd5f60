import { expect, test } from "vitest";
import { ConnectionError, DatabaseError, toPartitionError } from "../../../src/database-error.ts";
import { NotInstalledError, OutdatedInstallationError } from "../../../src/errors.ts";
import { isConnectionLoss, isTransient, retryDelay } from "../../../src/retry.ts";

/** As pg throws it. */
const fromPg = (code: string, message = "message") => Object.assign(new Error(message), { code, severity: "ERROR" });
/** As a PrismaClient over @prisma/adapter-pg throws it (7.10). */
const fromPrisma = (cause: object) =>
  Object.assign(new Error("Raw query failed"), { code: "P2010", meta: { driverAdapterError: { cause } } });

test("the same error is the same through both drivers", () => {
  const detail = { detail: "the detail", hint: "the hint" };
  const pg = toPartitionError(Object.assign(fromPg("55P03", "lock timeout"), detail));
  const prisma = toPartitionError(
    fromPrisma({ originalCode: "55P03", originalMessage: "lock timeout", kind: "postgres", ...detail }),
  );
  for (const error of [pg, prisma]) {
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code: "DATABASE_ERROR", sqlstate: "55P03", message: "lock timeout", ...detail });
  }
});

test.each(["40001", "40P01", "55P03", "57P01", "08006"])("%s is transient", (sqlstate) => {
  expect(isTransient(toPartitionError(fromPg(sqlstate)))).toBe(true);
});

test.each(["23505", "42501", "25P02", "57014"])("%s is not", (sqlstate) => {
  expect(isTransient(toPartitionError(fromPg(sqlstate)))).toBe(false);
});

test.each([
  new Error("Connection terminated unexpectedly"),
  Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" }),
  new AggregateError([
    Object.assign(new Error("connect ECONNREFUSED ::1:1"), { code: "ECONNREFUSED", syscall: "connect" }),
  ]),
  fromPrisma({ kind: "DatabaseNotReachable", host: "127.0.0.1", port: 1 }),
])("a lost connection: %s", (error) => {
  const converted = toPartitionError(error);
  expect(converted).toBeInstanceOf(ConnectionError);
  expect(isConnectionLoss(converted)).toBe(true);
});

test("a missing schema and a missing function say which command to run", () => {
  expect(toPartitionError(fromPg("3F000", 'schema "prisma_partition" does not exist'))).toBeInstanceOf(
    NotInstalledError,
  );
  const outdated = toPartitionError(fromPg("42883", "function prisma_partition.verify(integer) does not exist"));
  expect(outdated).toBeInstanceOf(OutdatedInstallationError);
  expect((outdated as Error).message).toContain("prisma_partition.verify(integer)");
  // A relation that one of its functions misses is another matter.
  expect(toPartitionError(fromPg("42P01", 'relation "prisma_partition.log_1" does not exist'))).toBeInstanceOf(
    DatabaseError,
  );
});

test("errors from elsewhere stay what they are", () => {
  const error = new TypeError("undefined is not a function");
  expect(toPartitionError(error)).toBe(error);
});

test("delays double from 0.1 s to 5 s, with jitter", () => {
  for (const [attempt, milliseconds] of [
    [1, 100],
    [2, 200],
    [6, 3200],
    [10, 5000],
  ] as const) {
    const delay = retryDelay(attempt);
    expect(delay).toBeGreaterThanOrEqual(milliseconds / 2);
    expect(delay).toBeLessThanOrEqual(milliseconds);
  }
});
