/**
 * Whatever goes wrong in a migration, the database is as it was before it, and the same deploy succeeds afterwards.
 * Failures are injected from outside the package (test/support/sabotage.ts); "as it was" is a fingerprint of all
 * catalogs and rows (test/support/fingerprint.ts).
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { fingerprint } from "../support/fingerprint.ts";
import { installPackage, Project } from "../support/project.ts";
import { SABOTAGED, Sabotage } from "../support/sabotage.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";

/** The jobs are scheduled, and do not run while the test does. */
const SCHEMA = `
generator partition {
  provider = "prisma-partition"
  output   = "../generated/partition"
}

datasource db {
  provider = "postgresql"
  schemas  = ["shop"]
}

model Customer {
  id     Int     @id
  orders Order[]
  @@map("customers")
  @@schema("shop")
}

/// @partition(at, monthly, premake: 1, schedule: ["0 0 1 1 *", "0 0 1 1 *"])
model Order {
  id         Int      @default(autoincrement())
  at         DateTime @db.Timestamptz(6)
  code       String
  customerId Int?     @map("customer_id")
  filler     String?
  customer   Customer? @relation(fields: [customerId], references: [id])

  @@id([id])
  @@unique([code])
  @@index([customerId])
  @@map("orders")
  @@schema("shop")
}
`;

const atCutover = (schema: string) =>
  schema
    .replace("premake: 1,", "premake: 1, stage: cutover,")
    .replace("@@id([id])", "@@id([id, at])")
    .replace("@@unique([code])", "@@unique([code, at])");

/** With what a table may have besides columns and indexes: each is one more command of the cutover. */
const INIT = `
CREATE SCHEMA "shop";
CREATE TABLE "shop"."customers" ("id" INTEGER NOT NULL, CONSTRAINT "customers_pkey" PRIMARY KEY ("id"));
CREATE TABLE "shop"."orders" (
  "id" SERIAL NOT NULL, "at" TIMESTAMPTZ(6) NOT NULL, "code" TEXT NOT NULL, "customer_id" INTEGER, "filler" TEXT,
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "orders_code_key" ON "shop"."orders"("code");
CREATE INDEX "orders_customer_id_idx" ON "shop"."orders"("customer_id");
ALTER TABLE "shop"."orders" ADD CONSTRAINT "orders_customer_id_fkey"
  FOREIGN KEY ("customer_id") REFERENCES "shop"."customers"("id") ON DELETE SET NULL ON UPDATE CASCADE;
COMMENT ON TABLE "shop"."orders" IS 'What was ordered';
GRANT SELECT ON "shop"."orders" TO PUBLIC;
CREATE FUNCTION "shop"."tidy"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := trim(NEW.code); RETURN NEW; END $$;
CREATE TRIGGER "tidy" BEFORE INSERT ON "shop"."orders" FOR EACH ROW EXECUTE FUNCTION "shop"."tidy"();
CREATE POLICY "everything" ON "shop"."orders" USING (true) WITH CHECK (true);
`;

const SEED = `
INSERT INTO shop.customers SELECT generate_series(1, 10);
INSERT INTO shop.orders (at, code, customer_id) SELECT now() - n * interval '10 hours', 'code ' || n, n % 10 + 1 FROM generate_series(1, 100) n`;

/** What the change log is to hold when the cutover comes. */
const CHANGES = `
UPDATE shop.orders SET code = code || '!', at = at - interval '1 day' WHERE id % 10 = 0;
DELETE FROM shop.orders WHERE id % 10 = 1;
INSERT INTO shop.orders (at, code) VALUES (now(), 'new')`;

let installation: string;
let project: Project;
let migrations: { name: string; sql: string }[];

const migration = (label: string) => {
  const found = migrations.find(({ name }) => name.slice(15) === label);
  if (!found) throw new Error(`no migration ${label}`);
  return found;
};

beforeAll(async () => {
  installation = await installPackage();
  project = await Project.create({ installation, url: "postgresql://nobody@localhost:1/none" });
  await project.write("prisma/migrations/20260101000000_init/migration.sql", INIT);
  await project.writeSchema(SCHEMA);
  await project.prisma(["generate"]);
  await project.editSchema(atCutover);
  await project.prisma(["generate"]);
  const folder = join(project.directory, "prisma/migrations");
  const names = (await readdir(folder)).filter((name) => name !== "migration_lock.toml").sort();
  migrations = await Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(folder, name, "migration.sql"), "utf8") })),
  );
});
afterAll(async () => {
  await project?.remove();
  await rm(installation, { recursive: true, force: true });
});

describe.each(inject("servers"))("$name: every command", (server) => {
  let database: FreshDatabase;
  let client: pg.Client;
  let sabotage: Sabotage;

  beforeAll(async () => {
    database = await freshDatabase(server.url, server.extensions ? TEST_DATABASE : undefined);
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(INIT);
    await client.query(SEED);
    sabotage = await Sabotage.create(database.url);
  });
  afterAll(async () => {
    await sabotage?.end();
    await client?.end();
    await database?.drop();
  });

  /** Runs the migration until it succeeds, each time with the next command failing; returns the number of commands. */
  async function failEach(label: string): Promise<number> {
    const { sql } = migration(label);
    const before = await fingerprint(client);
    for (let command = 1; ; command++) {
      await sabotage.failAt(command);
      const error = await client.query(sql).then(
        () => null,
        (reason: pg.DatabaseError) => reason,
      );
      if (error === null) {
        // Fewer were counted than the one that was to fail: none was swallowed on the way.
        expect(await sabotage.counted()).toBe(command - 1);
        await sabotage.failAt(0);
        return command - 1;
      }
      expect(error.code, error.message).toBe(SABOTAGED);
      expect(await fingerprint(client), `${label}, command ${command}: ${error.message}`).toEqual(before);
    }
  }

  test("of the install", async () => {
    const t = performance.now();
    console.log(server.name, "install", await failEach("partition_install"), performance.now() - t);
  });

  test("of the setup", async () => {
    await sabotage.watchState();
    const t = performance.now();
    console.log(server.name, "setup", await failEach("partition_setup_orders"), performance.now() - t);
  });

  test("of the cutover", async () => {
    await client.query(CHANGES);
    await sabotage.watchState();
    const t = performance.now();
    console.log(server.name, "cutover", await failEach("partition_cutover_orders"), performance.now() - t);
  });
});
