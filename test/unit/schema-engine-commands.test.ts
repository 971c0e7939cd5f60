import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { PrismaProject } from "../support/prisma-project.ts";

const server = inject("servers").find(({ name }) => name === "embedded-18") ?? inject("servers")[0];
const serverUrl = server?.url ?? "";

const TWO_SCHEMAS = `
datasource db {
  provider = "postgresql"
  schemas  = ["public", "audit"]
}

enum Kind {
  LOGIN
  LOGOUT

  @@schema("public")
}

model Event {
  id      Int     @id @default(autoincrement())
  kind    Kind
  flag    String  @db.Char(1)
  entries Entry[]

  @@schema("public")
}

model Entry {
  id      BigInt @id
  eventId Int
  event   Event  @relation(fields: [eventId], references: [id])

  @@schema("audit")
}
`;

describe.each(["split", "batch"] as const)("the commands of the Prisma CLI, %s", (mode) => {
  let project: PrismaProject;

  beforeAll(async () => {
    project = await PrismaProject.create(serverUrl, TWO_SCHEMAS, mode);
  });
  afterAll(() => project.remove());

  test("migrate dev writes and applies a migration", async () => {
    await project.prisma("migrate dev --name init");
    expect(await project.tables()).toEqual(["audit.Entry", "public.Event"]);
    expect((await project.migrations()).filter((name) => name.endsWith("_init"))).toHaveLength(1);
  });

  test("migrate deploy applies what is missing", async () => {
    await project.migration(
      "20990101000000_checks",
      `ALTER TABLE "Event" ADD CONSTRAINT "Event_flag_check" CHECK (flag <> ';');`,
    );
    const status = await project.prisma("migrate status", { expectFailure: true });
    expect(status.stdout).toContain("20990101000000_checks");
    expect((await project.prisma("migrate deploy")).stdout).toContain("20990101000000_checks");
    expect((await project.prisma("migrate status")).stdout).toContain("Database schema is up to date!");
  });

  test("migrate diff compares schema, database and migrations, with an exit code", async () => {
    const toSchema = "--to-schema prisma/schema.prisma --exit-code";
    for (const from of ["--from-config-datasource", "--from-migrations prisma/migrations"]) {
      expect((await project.prisma(`migrate diff ${from} ${toSchema}`)).stdout).toContain("No difference detected.");
    }
    const script = "--from-empty --to-schema prisma/schema.prisma --script --exit-code";
    const { code, stdout } = await project.prisma(`migrate diff ${script}`, { expectFailure: true });
    expect(code).toBe(2);
    expect(stdout).toContain('CREATE TABLE "audit"."Entry"');
  });

  test("migrate dev finds nothing more to do", async () => {
    expect((await project.prisma("migrate dev")).stdout).toContain("Already in sync");
  });

  test("the shadow database is not the main one, and is gone", async () => {
    const shadows = "SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow_db_%'";
    // Other test files have theirs on the same server meanwhile; one that is left behind is there for good.
    await expect.poll(() => project.query(shadows), { timeout: 120_000 }).toEqual([]);
  });

  test("db execute runs a script as one batch", async () => {
    await project.file("script.sql", `INSERT INTO "Event" (kind, flag) VALUES ('LOGIN', 'x'); SELECT 1 / 0;`);
    const failed = await project.prisma("db execute --file script.sql", { expectFailure: true });
    expect(failed.stderr).toContain("division by zero");
    expect(await project.query('SELECT FROM "Event"')).toEqual([]);
    await project.file("script.sql", `DO $$ BEGIN INSERT INTO "Event" (kind, flag) VALUES ('LOGIN', 'x'); END $$;`);
    await project.prisma("db execute --file script.sql");
    expect(await project.query('SELECT kind, flag FROM "Event"')).toEqual([{ kind: "LOGIN", flag: "x" }]);
  });

  test("db pull reads CHECK constraints, character columns and partitioned tables", async () => {
    await project.query(
      `CREATE TABLE parted (id int, at date, letter "char" CHECK (letter <> 'x'), letters "char"[], PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
       CREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
    );
    const { stdout } = await project.prisma("db pull --print");
    expect(stdout).toContain("@db.Char(1)");
    expect(stdout).toMatch(/is a partition table.*\n.*contains check constraints.*\nmodel parted \{/);
    expect(stdout).not.toContain("parted_2026");
    await project.query("DROP TABLE parted");
  });

  test("migrate reset drops the datasource's schemas only", async () => {
    await project.query("CREATE SCHEMA other CREATE TABLE survivor (id int)");
    await project.prisma("migrate reset --force");
    expect(await project.tables()).toEqual(["audit.Entry", "other.survivor", "public.Event"]);
    expect(await project.query('SELECT FROM "Event"')).toEqual([]);
    await project.query("DROP SCHEMA other CASCADE");
  });

  test("a database that does not exist, and a server that is not there", async () => {
    const missing = { DATABASE_URL: `${project.database.url}_missing` };
    const status = await project.prisma("migrate status", { env: missing, expectFailure: true });
    expect(status.stderr).toContain("P1003");
    await project.prisma("migrate deploy", { env: missing });
    expect(await project.query("SELECT 1 AS one", missing.DATABASE_URL)).toEqual([{ one: 1 }]);
    const env = { DATABASE_URL: "postgresql://postgres@127.0.0.1:1/nobody" };
    expect((await project.prisma("migrate status", { env, expectFailure: true })).stderr).toContain("P1001");
    await project.query(`DROP DATABASE "${new URL(missing.DATABASE_URL).pathname.slice(1)}"`, serverUrl);
  });
});
