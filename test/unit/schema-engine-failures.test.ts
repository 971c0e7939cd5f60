import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { EMPTY_SCHEMA, PrismaProject } from "../support/prisma-project.ts";

const server = inject("servers").find(({ name }) => name === "embedded-18") ?? inject("servers")[0];
const serverUrl = server?.url ?? "";

describe.each(["split", "batch"] as const)("a failing migration, %s", (mode) => {
  let project: PrismaProject;

  beforeAll(async () => {
    project = await PrismaProject.create(serverUrl, EMPTY_SCHEMA, mode);
  });
  afterAll(() => project.remove());

  test(`leaves ${mode === "split" ? "the statements before the failure" : "nothing"} behind`, async () => {
    await project.migration(
      "20260101000000_fails",
      `CREATE TABLE kept (id int, note text DEFAULT 'a;b');\n-- ;\nINSERT INTO kept VALUES (1);\nINSERT INTO gone VALUES (1);\n`,
    );
    const { stderr } = await project.prisma("migrate deploy", { expectFailure: true });
    expect(stderr).toContain("Error: P3018");
    expect(stderr).toContain("Migration name: 20260101000000_fails");
    expect(stderr).toContain("Database error code: 42P01");
    expect(stderr).toContain('ERROR: relation "gone" does not exist');
    expect(stderr).toContain("  4 INSERT INTO gone VALUES (1);");
    expect(await project.tables()).toEqual(mode === "split" ? ["public.kept"] : []);
    if (mode === "split") expect(await project.query("SELECT id FROM kept")).toEqual([{ id: 1 }]);
    await project.query("DROP TABLE IF EXISTS kept");
  });

  test("stands in the way of the next deploy until it is resolved", async () => {
    const { stderr } = await project.prisma("migrate deploy", { expectFailure: true });
    expect(stderr).toContain("P3009");
    expect(stderr).toContain("20260101000000_fails");
    const [{ logs } = {}] = await project.query("SELECT logs FROM _prisma_migrations");
    expect(logs).toContain('relation "gone" does not exist');
    await project.prisma("migrate resolve --rolled-back 20260101000000_fails");
  });

  test("a DO block with several statements rolls back as a whole, and says why", async () => {
    await project.migration(
      "20260101000000_fails",
      `DO $$
BEGIN
  CREATE TABLE kept (id int);
  INSERT INTO kept VALUES (1);
  RAISE EXCEPTION 'not today' USING ERRCODE = 'P0007', DETAIL = 'It is raining.', HINT = 'Take an umbrella.';
END
$$;
`,
    );
    const { stderr } = await project.prisma("migrate deploy", { expectFailure: true });
    expect(stderr).toContain("Database error code: P0007");
    expect(stderr).toContain("ERROR: not today\nDETAIL: It is raining.\nHINT: Take an umbrella.");
    expect(await project.tables()).toEqual([]);
    await project.prisma("migrate resolve --rolled-back 20260101000000_fails");
  });

  test("a script that sqlparser does not understand is one batch in either mode", async () => {
    await project.migration(
      "20260101000000_fails",
      "CREATE TABLE kept (id int);\nDO $$ BEGIN NULL; END $$;\nINSERT INTO gone VALUES (1);\n",
    );
    await project.prisma("migrate deploy", { expectFailure: true });
    expect(await project.tables()).toEqual([]);
  });

  test("migrate dev says P3006, with the database's error", async () => {
    const { stderr } = await project.prisma("migrate dev", { expectFailure: true });
    expect(stderr).toContain("P3006");
    expect(stderr).toContain('ERROR: relation "gone" does not exist');
  });

  test("a SET is still set for the next migration of the same deploy", async () => {
    await project.prisma("migrate resolve --rolled-back 20260101000000_fails");
    await project.migration("20260101000000_fails", "SET my.setting = 'leaked';");
    await project.migration(
      "20260101000001_reads",
      "CREATE TABLE kept AS SELECT current_setting('my.setting', true) AS seen;",
    );
    await project.prisma("migrate deploy");
    expect(await project.query("SELECT seen FROM kept")).toEqual([{ seen: "leaked" }]);
  });
});
