import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { EMPTY_SCHEMA, PrismaProject } from "../support/prisma-project.ts";

const server = inject("servers").find(({ name }) => name === "embedded-18") ?? inject("servers")[0];
const serverUrl = server?.url ?? "";

describe("the datasource's URLs", () => {
  let project: PrismaProject;

  beforeAll(async () => {
    project = await PrismaProject.create(serverUrl, EMPTY_SCHEMA);
  });
  afterAll(() => project.remove());

  test("?schema= is the search_path", async () => {
    await project.migration("20260101000000_table", "CREATE TABLE here (id int);");
    const env = { DATABASE_URL: `${project.database.url}?schema=my%20app&sslmode=prefer&connection_limit=1` };
    await project.prisma("migrate deploy", { env });
    expect(await project.tables()).toEqual(["my app.here"]);
    expect(await project.query('SELECT migration_name FROM "my app"._prisma_migrations')).toHaveLength(1);
  });

  test("shadowDatabaseUrl is emptied and used, and must be another database", async () => {
    const shadow = await freshDatabase(serverUrl);
    const dev = { SHADOW_DATABASE_URL: shadow.url };
    await project.query("CREATE TABLE here (stale int)", shadow.url);
    const toSchema = "migrate diff --from-migrations prisma/migrations --to-schema prisma/schema.prisma";
    expect((await project.prisma(toSchema, { env: dev })).stdout).toContain("[-] Removed tables");
    expect(await project.query("SELECT id FROM here", shadow.url)).toEqual([]);
    const same = { SHADOW_DATABASE_URL: project.database.url };
    const { stderr } = await project.prisma(toSchema, { env: same, expectFailure: true });
    expect(stderr).toContain("appears to be the same as the main database");
    await shadow.drop();
  });
});
