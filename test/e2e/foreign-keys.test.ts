/** Relations that a setup would be refused for: told at generate, and what it says to do leads to the cutover. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { Project } from "../support/project.ts";
import { sharedInstallation } from "../support/shared-installation.ts";

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

const SCHEMA = `generator partition {
  provider = "prisma-partition"
  output   = "../generated/partition"
}
datasource db {
  provider = "postgresql"
}
/// @partition(createdAt, monthly, 1, schedule: ["0 0 1 1 *", "0 0 1 1 *"])
model AuditLog {
  id        BigInt     @id @default(autoincrement())
  createdAt DateTime   @map("created_at") @db.Timestamptz(6)
  parentId  BigInt?
  parent    AuditLog?  @relation("tree", fields: [parentId], references: [id])
  children  AuditLog[] @relation("tree")
  comments  Comment[]
  receipt   Receipt?

  @@map("audit_logs")
}
model Comment {
  id         Int      @id @default(autoincrement())
  auditLogId BigInt   @map("audit_log_id")
  auditLog   AuditLog @relation(fields: [auditLogId], references: [id])
}
model Receipt {
  id         Int       @id
  auditLogId BigInt?   @unique
  auditLog   AuditLog? @relation(fields: [auditLogId], references: [id])
}
`;
const annotation = /^\/\/\/ @partition.*\n/m;

let database: FreshDatabase;
let client: pg.Client;
let project: Project;
beforeEach(async () => {
  const installation = await sharedInstallation();
  database = await freshDatabase(server.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  project = await Project.create({ installation, url: database.url });
  await project.writeSchema(SCHEMA.replace(annotation, ""));
  await project.prisma(["migrate", "dev", "--name", "init"]);
  await client.query(`
    INSERT INTO audit_logs (created_at) SELECT now() - n * interval '1 day' FROM generate_series(1, 100) n;
    INSERT INTO "Comment" (audit_log_id) SELECT id FROM audit_logs WHERE id <= 50;
    INSERT INTO "Receipt" (id, "auditLogId") VALUES (1, 7), (2, NULL)`);
  await project.writeSchema(SCHEMA);
});
afterEach(async () => {
  await client?.end();
  await project?.remove();
  await database?.drop();
});

const migrations = async () =>
  (await readdir(join(project.directory, "prisma/migrations"))).filter((name) => name !== "migration_lock.toml").sort();
const labels = async () => (await migrations()).map((name) => name.slice(15));

/**
 * Writes a migration, changes its SQL, and applies it. `migrate dev --create-only` writes the same SQL, and asks at a
 * terminal whether it is meant.
 */
async function migrate(name: string, edit: (sql: string) => string): Promise<void> {
  const diff = ["migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--script"];
  const { stdout } = await project.prisma(diff);
  const time = BigInt((await migrations()).at(-1)?.slice(0, 14) ?? 0) + 1n;
  await project.write(`prisma/migrations/${time}_${name}/migration.sql`, edit(stdout));
  await project.prisma(["migrate", "deploy"]);
}

test("all are refused before anything is written, and the way that is told leads through the cutover", async () => {
  const before = await migrations();
  const refused = await project.prisma(["generate"], { expectFailure: true });
  const planned = await project.partition(["plan"]);
  expect(planned.code).toBe(2);
  for (const message of [refused.stdout + refused.stderr, planned.stderr]) {
    expect(message).toContain("3 mistakes in the schema");
    expect(message.match(/^prisma\/schema\.prisma:\d+:\d+$/gm)).toEqual([
      "prisma/schema.prisma:13:24",
      "prisma/schema.prisma:23:23",
      "prisma/schema.prisma:28:24",
    ]);
  }
  expect(await migrations()).toEqual(before);

  const steps = planned.stderr.split("\n").filter((line) => line.startsWith("Fix: "));
  const updates = steps.flatMap((line) => line.match(/UPDATE [^`]*;/g) ?? []);
  expect(updates).toHaveLength(2);
  const whole = "fields: [auditLogId, auditLogCreatedAt], references: [id, createdAt]";
  expect(steps[1]).toContain(`@relation(${whole})`);
  expect(steps[1]).toContain("auditLogCreatedAt DateTime @db.Timestamptz(6)");
  await project.editSchema((schema) =>
    schema
      .replace(/ {2}parent .*\n {2}children .*\n/, "")
      .replace('\n  @@map("audit_logs")', '\n  @@unique([id, createdAt])\n  @@map("audit_logs")')
      .replaceAll("fields: [auditLogId], references: [id]", whole)
      .replace("  auditLog   AuditLog ", "  auditLogCreatedAt DateTime @db.Timestamptz(6)\n$&")
      .replace(
        "  auditLog   AuditLog?",
        "  auditLogCreatedAt DateTime? @db.Timestamptz(6)\n  @@unique([auditLogId, auditLogCreatedAt])\n$&",
      ),
  );
  await migrate("whole_key", (sql) => {
    const keys = sql.indexOf("-- AddForeignKey");
    const columns = sql.slice(0, keys).replace(/("auditLogCreatedAt" TIMESTAMPTZ\(6\)) NOT NULL/, "$1");
    const required = 'ALTER TABLE "Comment" ALTER COLUMN "auditLogCreatedAt" SET NOT NULL;';
    return [columns, ...updates, required, sql.slice(keys)].join("\n");
  });

  await project.prisma(["generate"]);
  expect(await labels()).toEqual(["init", "whole_key", "partition_install", "partition_setup_audit_logs"]);
  await project.prisma(["migrate", "deploy"]);
  expect((await project.partition(["backfill", "AuditLog"])).code).toBe(0);
  expect(await project.partition(["cutover", "AuditLog", "--yes"])).toMatchObject({ code: 0 });
  await project.prisma(["migrate", "deploy"]);
  expect((await project.partition(["backfill", "AuditLog"])).code).toBe(0);
  const { rows } = await client.query(`
    SELECT (SELECT count(*)::int FROM audit_logs JOIN "Comment" ON audit_log_id = audit_logs.id) AS comments,
      (SELECT relkind FROM pg_class WHERE oid = 'audit_logs'::regclass) AS kind,
      (SELECT count(*)::int FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND convalidated AND confrelid = 'audit_logs'::regclass) AS keys`);
  expect(rows).toEqual([{ comments: 50, kind: "p", keys: 2 }]);
  const diff = ["migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--exit-code"];
  await project.prisma(diff);
});
