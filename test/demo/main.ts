/**
 * The demo: a billing service's table, 200,000 rows over two years and four live writers, taken down the whole road on a
 * PostgreSQL of its own, each step as a user would type it.
 *
 *     npm run demo               the story
 *     npm run demo -- --json     the same, and one line of JSON at the end
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { freshDatabase } from "../support/database.ts";
import { atCutover, exampleSchema, seedExample, withoutPartitioning } from "../support/example.ts";
import type { PrismaResult } from "../support/prisma-cli.ts";
import { installPackage, Project } from "../support/project.ts";
import { startServer } from "../support/servers/index.ts";
import { Writers } from "../support/writers.ts";
import { diffLines } from "./diff-lines.ts";
import { command, countDifferences, detail, heading, note, printOutput, table } from "./report.ts";
import { summarize } from "./summary.ts";

const ROWS = 200_000;
const MONTHS = 24;
const WRITERS = { clients: 4, rate: 200, months: MONTHS };

heading("A PostgreSQL of its own, and an empty project with the packed package");
const server = await startServer("embedded-18");
const database = await freshDatabase(server.url);
command("npm install prisma-partition");
const installation = await installPackage();
const project = await Project.create({ installation, url: database.url });
const client = new pg.Client({ connectionString: database.url });
await client.connect();
let writers: Writers | undefined;

try {
  heading(`The table as it is: ${ROWS.toLocaleString("en")} rows over ${MONTHS} months, ten indexes`);
  await project.writeSchema(withoutPartitioning(exampleSchema()));
  await prisma("migrate", "dev", "--name", "init");
  await seedExample(database.url, ROWS, MONTHS);
  writers = await Writers.start({ url: database.url, ...WRITERS });
  note(
    `${WRITERS.clients} writers insert, update, move keys and delete from now on, up to ${WRITERS.clients * WRITERS.rate} times a second.`,
  );

  heading("1  Annotate the model");
  await edit(() => exampleSchema());
  await prisma("generate");
  await showMigration("partition_setup");

  heading("2  Deploy: an empty partitioned copy, and from here on every write is logged");
  await prisma("migrate", "deploy");

  heading("3  Copy the rows while the writers go on");
  await partition("backfill", "EventTransaction", "--workers", "2");
  await partition("status");
  await partition("verify", "EventTransaction");

  heading("4  Ask for the cutover, change the model as the generator said, deploy");
  await edit(atCutover);
  await prisma("generate");
  const swapFrom = performance.now();
  await prisma("migrate", "deploy");
  const swapTo = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await writers.stop();
  note(`${writers.writes.toLocaleString("en")} writes were made meanwhile, ${writers.failed.length} failed.`);

  heading("5  What came of it");
  const diff = await prisma(
    "migrate",
    "diff",
    "--from-config-datasource",
    "--to-schema",
    "prisma/schema.prisma",
    "--exit-code",
  );
  await partition("backfill", "EventTransaction"); // the old table follows the new one: let it catch up, then compare
  const differences = await countDifferences(client, writers);
  const summary = await summarize(client, {
    failedWrites: writers.failed.length,
    differences,
    longestWriterStallMs: writers.longestStall(swapFrom, swapTo),
    drift: diff.code !== 0,
  });
  table(summary);
  if (process.argv.includes("--json")) console.log(JSON.stringify(summary));
  const good = summary.differences === 0 && summary.failedWrites === 0 && !summary.drift && summary.defaultRows === 0;
  process.exitCode = good ? 0 : 1;
} finally {
  await writers?.stop();
  await client.end();
  await project.remove();
  await rm(installation, { recursive: true, force: true });
  await server.stop();
}

/** Runs a Prisma command; one that fails ends the demo, but for `migrate diff`, whose exit code is its answer. */
async function prisma(...args: string[]): Promise<PrismaResult> {
  command(`npx prisma ${args.join(" ")}`);
  const result = await project.prisma(args, { expectFailure: args[1] === "diff" ? "either" : false });
  printOutput(result.stdout);
  return result;
}

/** Runs our own command line. On a terminal the backfill gets the terminal, so that its progress bar moves. */
async function partition(...args: string[]): Promise<void> {
  command(`npx prisma-partition ${args.join(" ")}`);
  const terminal = process.stdout.isTTY && args[0] === "backfill";
  const { code, stdout, stderr } = await project.partition(args, { terminal });
  printOutput(stdout, 12);
  if (code !== 0) throw new Error(`prisma-partition ${args.join(" ")} ended with ${code}\n${stderr}`);
}

async function edit(change: (schema: string) => string): Promise<void> {
  const before = await project.readSchema();
  await project.editSchema(change);
  for (const line of diffLines(before, await project.readSchema())) detail(line);
}

/** The opening lines of an emitted migration, as a reviewer meets them. */
async function showMigration(name: string): Promise<void> {
  const migrations = join(project.directory, "prisma", "migrations");
  const folder = (await readdir(migrations)).find((entry) => entry.includes(name)) ?? "";
  command(`head prisma/migrations/${folder}/migration.sql`);
  const text = await readFile(join(migrations, folder, "migration.sql"), "utf8");
  printOutput(text.split("\n").slice(2, 14).join("\n"));
}
