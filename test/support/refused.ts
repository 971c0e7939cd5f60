import type pg from "pg";
import { expect } from "vitest";
import { Conversion, type TableSpec } from "./convert.ts";
import type { ProvidedServer } from "./global-setup.ts";

/** Something that setup refuses, and what removes it. */
export interface Refusal {
  readonly title: string;
  /** `%role` is the role that runs the migration, where `role` says so. */
  readonly ddl: string;
  readonly message: RegExp;
  readonly table?: Partial<TableSpec>;
  /** Least major version that has such a thing. */
  readonly since?: number;
  /** An ordinary role runs the migration: it owns table app.t and database, unless the DDL takes that back. */
  readonly role?: boolean;
  /**
   * What removes it. By default every statement that the message prints; else another specification, which the message
   * describes; or nothing, as the table is no candidate.
   */
  readonly remedy?: Partial<TableSpec> | "none";
  /** Done before the printed statements, by somebody who understood the text before them. */
  readonly first?: string;
}

/** Every relation, trigger, function and schema there is. */
export const everything = `SELECT (SELECT string_agg(oid::regclass || ' ' || relname, ',' ORDER BY oid) FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace)
  || (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_proc) || (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_trigger)
  || (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_namespace WHERE nspname !~ 'temp')`;

/** The statements that a refusal prints, one for each of its lines. */
export function printedStatements(message: string): string[] {
  return [...message.matchAll(/\brun: (.*)$/gm)].map(([, sql]) => sql ?? "");
}

/** Setup is refused and leaves nothing behind; the remedy is taken; setup passes. Returns the refusal's message. */
export async function refusedThenMended(
  server: ProvidedServer,
  one: Refusal,
  opened: (conversion: Conversion) => void,
): Promise<string> {
  const role = `migrator_${Math.random().toString(36).slice(2)}`;
  const base: TableSpec = { table: "t", key: "at", uniques: [["id"]] };
  const ddl = one.ddl.replaceAll("%role", role);
  const create = async (table: TableSpec) => {
    const conversion = await Conversion.create(server, one.role ? "SELECT" : ddl, table);
    opened(conversion);
    if (!one.role) return conversion;
    await conversion.query(`CREATE ROLE ${role} LOGIN; GRANT ALL ON SCHEMA prisma_partition, app TO ${role};
      GRANT CREATE ON DATABASE ${conversion.database.name} TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA prisma_partition TO ${role}`);
    await conversion.query(
      ddl.replaceAll("%database", conversion.database.name).replaceAll("%own", `ALTER TABLE app.t OWNER TO ${role}`),
    );
    return conversion;
  };
  const c = await create({ ...base, ...one.table });
  const client = () =>
    one.role || one.ddl.includes("ALTER DATABASE") ? c.connect([], one.role ? role : "postgres") : c.client;
  const before = await c.value(everything);
  const message = await c.setup(await client()).then(
    () => "",
    (error: pg.DatabaseError) => error.message,
  );
  expect(message).toMatch(one.message);
  expect(await c.value(everything)).toBe(before);
  expect(await c.query("TABLE prisma_partition.tables")).toEqual([]);
  if (one.remedy === "none") {
    expect(printedStatements(message)).toEqual([]);
  } else if (one.remedy) {
    await c.drop();
    await (await create({ ...base, ...one.table, ...one.remedy })).setup();
  } else {
    if (one.first) await c.query(one.first);
    const statements = printedStatements(message);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) await c.query(statement);
    await c.setup(await client());
  }
  return message;
}
