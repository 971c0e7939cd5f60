/**
 * Many models at once, with the real Prisma CLI: plain, annotated, set up, backfilled, cut over, taken back and cut over
 * again, and at every stage Prisma sees no drift and the rows are what they were. One project per server.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { Project } from "../../support/project.ts";
import { sharedInstallation } from "../../support/shared-installation.ts";
import { cells as all, type ModelCell, type SchemaStage, schemaAt } from "./schema.ts";

const DIFF = ["migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--exit-code"];

let installation: string;
beforeAll(async () => {
  installation = await sharedInstallation();
});

for (const [index, server] of inject("servers").entries()) {
  // The servers share them, but for MATRIX=all.
  const cells = all.filter((_, number) => process.env.MATRIX || number % inject("servers").length === index);
  describe(`${server.name}, ${cells.length} models`, () => {
    let database: FreshDatabase;
    let project: Project;
    let client: pg.Client;
    let number = 0;

    beforeAll(async () => {
      database = await freshDatabase(server.url);
      project = await Project.create({ installation, url: database.url, mode: index % 2 ? "batch" : "split" });
      client = new pg.Client({ connectionString: database.url });
      await client.connect();
    });
    afterAll(async () => {
      await client?.end();
      await project?.remove();
      await database?.drop();
    });

    const nameOf = (cell: ModelCell, suffix = "") => `${pg.escapeIdentifier(cell.schema + suffix)}.${cell.table}`;

    /** Rows for every model, some of them changed and removed again. */
    async function write(count: number): Promise<void> {
      for (const cell of cells) {
        const given = cell.columns.filter(([, value]) => value !== undefined);
        const table = nameOf(cell);
        await client.query(
          `INSERT INTO ${table} (${given.map(([name]) => name).join(", ")}) SELECT ${given.map(([, value]) => value).join(", ")} FROM generate_series(${number + 1}::bigint, ${number + count}) n`,
        );
        await client.query(
          `DELETE FROM ${table} WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM ${table} ORDER BY random() LIMIT 2)`,
        );
      }
      number += count;
    }

    /** Rows of every table as text, by model. */
    async function rows(): Promise<Record<string, string>> {
      const found: Record<string, string> = {};
      for (const cell of cells) {
        const { rows } = await client.query(
          `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') AS all FROM ${nameOf(cell)} t`,
        );
        found[cell.model] = rows[0].all;
      }
      return found;
    }

    /** Drains what is on the logs, then compares both tables of every model. */
    async function expectBothEqual(suffix: string): Promise<void> {
      expect(await project.partition(["backfill", (cells[0] as ModelCell).model])).toMatchObject({ code: 0 });
      // The others without a process each.
      const { rows: tables } = await client.query("SELECT id FROM prisma_partition.tables");
      for (const { id } of tables) {
        for (let state = "worked"; state !== "idle"; ) {
          state = (await client.query("SELECT state FROM prisma_partition.run_step($1)", [id])).rows[0].state;
        }
      }
      for (const cell of cells) {
        const [live, other] = [nameOf(cell), nameOf(cell, suffix)];
        const { rows } = await client.query(
          `(SELECT t::text FROM ${live} t EXCEPT ALL SELECT t::text FROM ${other} t) UNION ALL (SELECT t::text FROM ${other} t EXCEPT ALL SELECT t::text FROM ${live} t)`,
        );
        expect(rows, cell.model).toEqual([]);
      }
    }

    async function goTo(stage: SchemaStage): Promise<void> {
      await project.writeSchema(schemaAt(stage, cells));
      await project.prisma(["generate"]);
      const before = await rows();
      await project.prisma(["migrate", "deploy"]);
      expect(await rows()).toEqual(before);
      await project.prisma(DIFF);
    }

    test("plain", async () => {
      await project.writeSchema(schemaAt("plain", cells));
      await project.prisma(["migrate", "dev", "--name", "init"]);
      await client.query('INSERT INTO shop."Owner" SELECT generate_series(0, 4)');
      await write(40);
      await project.prisma(DIFF);
    });

    test("setup and backfill", async () => {
      await goTo("setup");
      await write(9);
      await expectBothEqual("_partitioned");
    });

    test("cutover", async () => {
      await goTo("cutover");
      const { rows: kinds } = await client.query(
        "SELECT DISTINCT stage, (SELECT relkind::text FROM pg_class WHERE oid = partitioned) AS kind FROM prisma_partition.tables",
      );
      expect(kinds).toEqual([{ stage: "cutover", kind: "p" }]);
      await write(9);
      await expectBothEqual("_old");
      const { stdout } = await project.prisma(["migrate", "dev"]);
      expect(stdout).toContain("Already in sync");
    });

    test("rollback", async () => {
      await goTo("setup");
      const { rows: stages } = await client.query("SELECT DISTINCT stage FROM prisma_partition.tables");
      expect(stages).toEqual([{ stage: "setup" }]);
      await write(9);
      await expectBothEqual("_partitioned");
    });

    test("and forward again", async () => {
      await goTo("cutover");
      await write(9);
      await expectBothEqual("_old");
    });

    test("cleanup; and the whole history replays on an empty database, where nothing runs in between", async () => {
      await goTo("cleanup");
      const empty = await freshDatabase(server.url);
      try {
        const env = { DATABASE_URL: empty.url };
        await project.prisma(["migrate", "deploy"], { env });
        await project.prisma(DIFF, { env });
      } finally {
        await empty.drop();
      }
    });
  });
}
