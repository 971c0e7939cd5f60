/**
 * What docs/recovery.md says of a failure, done: the failure is caused, what it leaves is as the page says, and the commands
 * that it names lead on. In one project, with the real CLI; migrations that fail at every one of their commands are
 * failures.test.ts and failed-deploys.test.ts, a backfill that is cut off anywhere is in test/interruption.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { atCutover, exampleSchema, seedExample, withoutPartitioning } from "../support/example.ts";
import { Project } from "../support/project.ts";
import { sharedInstallation } from "../support/shared-installation.ts";

const DIFF = ["migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--exit-code"];
const MODEL = "EventTransaction";

let installation: string;
let database: FreshDatabase;
let project: Project;
let client: pg.Client;

beforeAll(async () => {
  const [server] = inject("servers");
  if (!server) throw new Error("no server");
  installation = await sharedInstallation();
  database = await freshDatabase(server.url);
  project = await Project.create({ installation, url: database.url });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await project.writeSchema(withoutPartitioning(exampleSchema()));
  await project.prisma(["migrate", "dev", "--name", "init"]);
  await seedExample(database.url, 5000);
  // As a table would be that is too large to go all the way in one deploy.
  await client.query(`ALTER DATABASE ${pg.escapeIdentifier(database.name)} SET prisma_partition.small_table = '0'`);
  await project.writeSchema(exampleSchema());
  await project.prisma(["generate"]);
});
afterAll(async () => {
  await client?.end();
  await project?.remove();
  await database?.drop();
});

async function lastFolder(): Promise<string> {
  const folders = await readdir(join(project.directory, "prisma/migrations"));
  return (
    folders
      .filter((name) => name !== "migration_lock.toml")
      .sort()
      .at(-1) ?? ""
  );
}

async function failing(): Promise<string> {
  const { stdout, stderr } = await project.prisma(["migrate", "deploy"], { expectFailure: true });
  return stdout + stderr;
}

/** resolve --rolled-back and deploy, which the page calls *again*. */
async function again(): Promise<void> {
  await project.prisma(["migrate", "resolve", "--rolled-back", await lastFolder()]);
  await project.prisma(["migrate", "deploy"]);
}

async function value<T>(sql: string): Promise<T> {
  return Object.values((await client.query(sql)).rows[0])[0] as T;
}

async function verify() {
  const { code, stdout } = await project.partition(["verify", MODEL, "--json"]);
  return { code, ...JSON.parse(stdout) };
}

test("the connection was lost after the commit, before Prisma noted it", async () => {
  await project.prisma(["migrate", "deploy"]);
  const folder = await lastFolder();
  await client.query(
    "UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0 WHERE migration_name = $1",
    [folder],
  );
  expect(await failing()).toContain("P3009");
  await project.prisma(["migrate", "resolve", "--rolled-back", folder]);
  expect(await failing()).toMatch(/is already set up \(stage setup\)/);
  await project.prisma(["migrate", "resolve", "--applied", folder]);
  expect((await project.prisma(["migrate", "deploy"])).stdout).toContain("No pending migrations");
  await project.prisma(DIFF);
});

test("a cutover before the backfill has finished", async () => {
  await project.editSchema(atCutover);
  await project.prisma(["generate"]);
  expect(await failing()).toMatch(/the backfill of billing\.event_transactions has not finished/);
  expect(await value("SELECT relkind FROM pg_class WHERE oid = 'billing.event_transactions'::regclass")).toBe("r");
  expect(await project.partition(["backfill", MODEL])).toMatchObject({ code: 0 });
});

test("rows that differ: named; logged, they are made equal", async () => {
  await client.query(`SET prisma_partition.draining = 'on';
    UPDATE billing_partitioned.event_transactions SET amount = amount + 1 WHERE id = 7;
    DELETE FROM billing_partitioned.event_transactions WHERE id = 8; RESET prisma_partition.draining`);
  const found = await verify();
  expect(found).toMatchObject({ code: 1, ok: false });
  expect(
    found.differences
      .map(({ identity, difference }: { identity: { id: string }; difference: string }) => [
        Number(identity.id),
        difference,
      ])
      .sort(),
  ).toEqual([
    [7, "changed"],
    [8, "missing"],
  ]);
  await project.prisma(["migrate", "resolve", "--rolled-back", await lastFolder()]);
  expect(await failing()).toMatch(/differ; the swap is refused/);
  const log = `log_${await value(`SELECT id FROM prisma_partition.tables WHERE model = '${MODEL}'`)}`;
  for (const { identity } of found.differences) {
    await client.query(`INSERT INTO prisma_partition.${log} (id, timestamp) VALUES ($1, $2)`, [
      identity.id,
      identity.timestamp,
    ]);
  }
  expect(await project.partition(["backfill", MODEL])).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0, ok: true });
});

test("a property that differs: the statement that the report prints mends it", async () => {
  await client.query("CREATE INDEX late_idx ON billing.event_transactions (mbid)");
  await project.prisma(["migrate", "resolve", "--rolled-back", await lastFolder()]);
  const output = await failing();
  const statement = /index late_idx is missing: (CREATE INDEX [^;]*);/.exec(output.replaceAll(/\s+/g, " "))?.[1];
  expect(statement, output).toBeDefined();
  await client.query(statement ?? "");
});

test("a lock that cannot be had: the one in the way is named", async () => {
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await client.query(`ALTER DATABASE ${pg.escapeIdentifier(database.name)} SET prisma_partition.lock_attempts = '3'`);
  await blocker.query("BEGIN; LOCK TABLE billing.event_transactions IN ROW EXCLUSIVE MODE");
  await project.prisma(["migrate", "resolve", "--rolled-back", await lastFolder()]);
  const output = await failing();
  expect(output).toMatch(/no lock on billing\.event_transactions could be had in 3 attempts/);
  expect(output).toContain("LOCK TABLE billing.event_transactions IN ROW EXCLUSIVE MODE");
  await blocker.query("COMMIT");
  await blocker.end();
  await client.query(`ALTER DATABASE ${pg.escapeIdentifier(database.name)} RESET prisma_partition.lock_attempts`);
  await again();
  expect(await value("SELECT relkind FROM pg_class WHERE oid = 'billing.event_transactions'::regclass")).toBe("p");
});

test("going back with rows that the old table cannot hold: named; changed, it goes", async () => {
  await project.partition(["backfill", MODEL]);
  await client.query(
    `INSERT INTO billing.event_transactions (idempotency_key, timestamp, event_code, amount)
     SELECT idempotency_key, timestamp + interval '1 second', event_code, amount FROM billing.event_transactions WHERE id = 9`,
  );
  await project.partition(["backfill", MODEL]);
  expect((await project.partition(["status"])).stdout).toMatch(/collide with others/);
  await project.writeSchema(exampleSchema());
  await project.prisma(["generate"]);
  expect(await failing()).toMatch(
    /event_transactions_idempotency_key_key \(idempotency_key\): id=5\d\d\d timestamp=.* and id=9 /,
  );
  await client.query("UPDATE billing.event_transactions SET idempotency_key = 'another' WHERE id > 5000");
  await again();
  expect(await value("SELECT idempotency_key FROM billing.event_transactions WHERE id > 5000")).toBe("another");
  await project.prisma(DIFF);
});

test("no more of it: a teardown; and from the start once more", async () => {
  await project.editSchema((schema) => schema.replace(/^\/\/\/ @partition.*\n/m, ""));
  await project.prisma(["generate"]);
  await project.prisma(["migrate", "deploy"]);
  expect(await value("SELECT count(*)::int FROM pg_namespace WHERE nspname ~ '^(prisma_partition|billing_)'")).toBe(0);
  expect(await value("SELECT count(*)::int FROM billing.event_transactions")).toBe(5001);
  await project.prisma(DIFF);
  await project.writeSchema(exampleSchema());
  await project.prisma(["generate"]);
  await project.prisma(["migrate", "deploy"]);
  expect(await project.partition(["backfill", MODEL])).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0, ok: true });
});

test("capture that was switched off: noticed, restarted", async () => {
  await client.query("ALTER TABLE billing.event_transactions DISABLE TRIGGER prisma_partition_capture_update");
  await client.query("UPDATE billing.event_transactions SET amount = -1 WHERE id = 7");
  const { code, stdout, stderr } = await project.partition(["backfill", MODEL]);
  expect(code).toBe(3);
  expect(stdout + stderr).toMatch(/restart_capture\('billing', 'event_transactions'\)/);
  await client.query("SELECT prisma_partition.restart_capture('billing', 'event_transactions')");
  expect(await project.partition(["backfill", MODEL])).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0, ok: true });
});

test("an old table that is to be kept is kept", async () => {
  await project.editSchema((schema) =>
    atCutover(schema).replace("stage: cutover", 'stage: cutover, keepOld: "7 days"'),
  );
  await project.prisma(["generate"]);
  await project.prisma(["migrate", "deploy"]);
  await project.partition(["backfill", MODEL]);
  await project.editSchema((schema) => schema.replace("stage: cutover", "stage: cleanup"));
  await project.prisma(["generate"]);
  const message = await failing();
  expect(message).toMatch(/is to be kept until \d{4}-/);
  expect(message).toMatch(/delete the folder of this migration, shorten keepOld/);
  expect(await value("SELECT count(*)::int FROM billing_old.event_transactions")).toBe(5001);
  // As long as it has not been deployed, there is the way back, and a shorter time.
  const folder = await lastFolder();
  expect(folder).toContain("_partition_cleanup_");
  const back = await project.partition(["rollback", MODEL, "--yes"]);
  expect(back.stderr).toContain(`If ${folder} has not been deployed`);
  await project.prisma(["migrate", "resolve", "--rolled-back", folder]);
  await rm(join(project.directory, "prisma/migrations", folder), { recursive: true });
  expect(await project.partition(["rollback", MODEL, "--dry-run"])).toMatchObject({ code: 0 });
  await client.query("UPDATE prisma_partition.tables SET swapped_at = swapped_at - interval '2 days'");
  await project.editSchema((schema) => schema.replace('keepOld: "7 days"', 'keepOld: "1 day"'));
  await project.prisma(["generate"]);
  await project.prisma(["migrate", "deploy"]);
  await project.prisma(DIFF);
});
