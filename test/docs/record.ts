/**
 * `npm run docs:record`: walks the example down the road on a server of its own, keeps what the commands print in
 * docs/output, and how they look in a terminal in docs/pictures. Needs tmux.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { freshDatabase } from "../support/database.ts";
import { exampleSchema, seedExample, withoutPartitioning } from "../support/example.ts";
import { packageRoot } from "../support/package-root.ts";
import { installPackage, Project } from "../support/project.ts";
import { startServer } from "../support/servers/index.ts";
import { Writers } from "../support/writers.ts";
import { ansiToSvg } from "./ansi-to-svg.ts";
import { outputFile } from "./pages.ts";
import { PICTURED, pictureName, VARIANTS, type Variant } from "./pictures.ts";
import { TerminalSession } from "./terminal-session.ts";

const ROWS = 300_000;
const MOST_LINES = 30;
const MODEL = "EventTransaction";

const server = await startServer("embedded-18");
const database = await freshDatabase(server.url);
const installation = await installPackage();
const project = await Project.create({ installation, url: database.url });
const client = new pg.Client({ connectionString: database.url });
await client.connect();
let writers: Writers | undefined;

try {
  await project.writeSchema(withoutPartitioning(exampleSchema()));
  await project.prisma(["migrate", "dev", "--name", "init"]);
  await seedExample(database.url, ROWS);
  await project.writeSchema(exampleSchema());
  await record("plan", ["plan"]);
  await project.prisma(["generate"]);
  await project.prisma(["migrate", "deploy"]);
  writers = await Writers.start({ url: database.url, clients: 2, rate: 40, months: 24 });

  // Slowly, so that there is something to see.
  await takePictures(
    ["backfill", MODEL, "--max-rows-per-second", "6000"],
    ["status", "--watch", "0.5"],
    /load [2-6]\d %/,
  );
  await record("status", ["status"]);
  await record("backfill", ["backfill", MODEL, "--workers", "2"]);
  await takePictures(["list", MODEL], null, /default/);
  await record("list", ["list", MODEL]);
  await record("verify", ["verify", MODEL]);
  await client.query(
    "BEGIN; SET LOCAL prisma_partition.draining = 'on'; UPDATE billing_partitioned.event_transactions SET amount = 0 WHERE id IN (17, 4711); COMMIT",
  );
  await record("verify-repair", ["verify", MODEL, "--repair"]);
  await record("maintain", ["maintain", MODEL]);
  await writers.stop();
  await record("doctor", ["doctor"]);
  await record("maintain-range", ["maintain", MODEL, "--from", "2019-01-01", "--to", "2019-07-01"]);
  await client.query(
    "INSERT INTO billing.event_transactions (idempotency_key, timestamp, event_code, amount) VALUES ('an old one', '2012-03-04', 'imported', 1)",
  );
  await project.partition(["backfill", MODEL]);
  await record("doctor-findings", ["doctor"]);
  await record("cutover", ["cutover", MODEL, "--dry-run"]);
  await project.partition(["cutover", MODEL, "--yes"]);
  await project.prisma(["migrate", "deploy"]);
  await project.partition(["backfill", MODEL]);
  await record("rollback", ["rollback", MODEL, "--dry-run"]);
  await record("cleanup", ["cleanup", MODEL, "--dry-run"]);
} finally {
  await writers?.stop();
  await client.end();
  await project.remove();
  await rm(installation, { recursive: true, force: true });
  await server.stop();
}

/** What the command prints into a pipe; of much, the ends. */
async function record(name: string, args: string[]): Promise<void> {
  const { stdout, stderr } = await project.partition(args);
  const lines = `${stdout}${stderr}`.trimEnd().split("\n");
  const hidden = lines.length - MOST_LINES;
  const shown = hidden > 0 ? lines.toSpliced(MOST_LINES - 12, hidden, `… ${hidden} more lines …`) : lines;
  const file = outputFile(name);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `$ npx prisma-partition ${args.join(" ")}\n${shown.join("\n")}\n`);
}

/**
 * Pictures of a command in every variant, and of another one that watches it, each in a terminal of its own; taken when
 * the first one's screens match, and ended by Ctrl-C.
 */
async function takePictures(args: string[], watcher: string[] | null, when: RegExp): Promise<void> {
  const started: { name: string; variant: Variant; session: TerminalSession }[] = [];
  try {
    for (const command of [args, ...(watcher ? [watcher] : [])]) {
      for (const variant of VARIANTS) {
        const shown = `npx prisma-partition ${command.join(" ")}`;
        const session = await TerminalSession.start(`printf '$ %s\\n' '${shown}'; ${shown}`, {
          ...variant,
          rows: 60,
          cwd: project.directory,
          env: project.environment,
        });
        started.push({ name: command[0] ?? "", variant, session });
      }
    }
    await Promise.all(started.filter(({ name }) => name === args[0]).map(({ session }) => session.until(when, 120)));
    for (const { name, variant, session } of started) {
      if (!PICTURED.includes(name)) continue;
      const svg = ansiToSvg(await session.screen(), variant.columns, `Terminal: prisma-partition ${name}`);
      const folder = join(packageRoot, "docs", "pictures");
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, pictureName(name, variant)), svg);
    }
    await Promise.all(started.map(({ session }) => session.press("C-c")));
  } finally {
    await Promise.all(started.map(({ session }) => session.end()));
  }
}
