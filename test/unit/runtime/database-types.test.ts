import type pg from "pg";
import { expectTypeOf, test } from "vitest";
import { createPartitions, type Database, type PartitionHandle, type VerifyReport } from "../../../src/index.ts";

test("clients of pg are databases", () => {
  expectTypeOf<pg.Pool>().toExtend<Database>();
  expectTypeOf<pg.Client>().toExtend<Database>();
  expectTypeOf<pg.PoolClient>().toExtend<Database>();
});

test("anything else is not", () => {
  expectTypeOf<string>().not.toExtend<Database>();
  expectTypeOf<{ $queryRaw(): void }>().not.toExtend<Database>();
  expectTypeOf<{ query(): void }>().not.toExtend<Database>();
});

test("a definition's bound is the type of its handle's bounds", () => {
  const create = (database: Database) =>
    createPartitions(database, {
      eventTransaction: { model: "EventTransaction", bound: "time" },
      entry: { model: "Entry", bound: "integer" },
    } as const);
  type Handles = ReturnType<typeof create>;
  expectTypeOf<Handles["eventTransaction"]>().toEqualTypeOf<PartitionHandle<Date>>();
  expectTypeOf<Handles["entry"]>().toEqualTypeOf<PartitionHandle<bigint>>();
  expectTypeOf<Awaited<ReturnType<Handles["entry"]["verify"]>>>().toEqualTypeOf<VerifyReport<bigint>>();
});
