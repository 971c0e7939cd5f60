import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { databaseUrl } from "../../../src/cli/database-url.ts";
import { run } from "../../../src/cli/main.ts";
import { type Fixture, installedDatabase, setUpEntries, setUpEvents, tamper } from "../runtime/fixture.ts";
import { captureTerminal } from "./capture.ts";

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const escapes = /\u001b\[[0-9;]*[A-Za-z]|\r/;

/** What stands on the screen in the end: a line that was rewritten is what it was last. */
function screen(out: string): string {
  return out.replace(/^(?:.*\r)+/gm, "").replaceAll("\u001b[K", "");
}

async function runCaptured(argv: string[], columns?: number, env?: Record<string, string>) {
  const { terminal, written } = captureTerminal(columns, env);
  return { code: await run(argv, terminal), ...written };
}

describe("called wrongly", () => {
  test.each([
    [["bakfill"], "Did you mean backfill?"],
    [["backfill"], "missing required argument 'model'"],
    [["backfill", "Event", "--workers", "many"], "A whole number from 1 to 64 is expected"],
    [["status", "--nope"], "unknown option '--nope'"],
    [["status", "--url", "mysql://h/db"], "must begin with postgresql://"],
    [["status", "--config", "/nowhere/prisma.config.ts"], "There is no file"],
  ])("%j exits with 2", async (argv, message) => {
    const { code, out, err } = await runCaptured(argv);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n {4}at /);
  });

  test.each([
    [["bakfill", "--json"], "unknown command 'bakfill'\n(Did you mean backfill?)"],
    [["backfill", "--json"], "missing required argument 'model'"],
    [["backfill", "Event", "--workers", "many", "--json"], "A whole number from 1 to 64 is expected"],
    [["verify", "Event", "--json", "--limit", "-1"], "A whole number from 0"],
    [["maintain", "Event", "--from", "soon", "--to", "2024-01-01", "--json"], "An instant (2024-01-01"],
    [["doctor", "--format", "prometheus", "--json"], "--json is --format json"],
    [["doctor", "--format", "text", "--json"], "--json is --format json"],
    [["doctor", "--format", "json", "--url", "mysql://h/db"], "must begin with postgresql://"],
  ])("%j tells in JSON", async (argv, message) => {
    const { code, out, err } = await runCaptured(argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(JSON.parse(err)).toEqual({ error: { code: "USAGE", message: expect.stringContaining(message) } });
    expect(JSON.parse(err).error.message).not.toMatch(/^error:/);
  });

  test("--help and --version exit with 0, and help lists the exit codes", async () => {
    expect(await runCaptured(["--help"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Exit codes:\n {2}0 .*\n {2}1 /),
    });
    expect(await runCaptured(["--version"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe("no database", () => {
  test("one that does not answer exits with 3", async () => {
    const { code, err } = await runCaptured(["status", "--url", "postgresql://postgres@127.0.0.1:1/x"]);
    expect(code).toBe(3);
    expect(err).toBe("error: Cannot reach the database: connect ECONNREFUSED 127.0.0.1:1.\n");
  });

  test("one without the schema says what to run", async () => {
    const { code, err } = await runCaptured(["status", "--url", server.url, "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(err)).toMatchObject({
      error: {
        code: "NOT_INSTALLED",
        message: expect.stringMatching(/or the package has been uninstalled\. .*migrate deploy/),
      },
    });
  });
});

describe("the project's configuration", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "prisma-config-"));
    await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(folder, "node_modules"));
    const config = (url: string) =>
      `import { defineConfig } from "prisma/config";\nexport default defineConfig({ datasource: { url: "${url}" } });\n`;
    await writeFile(join(folder, "prisma.config.ts"), config("postgresql://configured/db?schema=billing"));
    await writeFile(join(folder, "other.config.ts"), config("postgresql://other/db"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("gives the URL, unless one is passed", async () => {
    expect(await databaseUrl({}, folder)).toBe("postgresql://configured/db");
    expect(await databaseUrl({ config: "other.config.ts" }, folder)).toBe("postgresql://other/db");
    expect(await databaseUrl({ config: join(folder, "other.config.ts") }, folder)).toBe("postgresql://other/db");
    expect(await databaseUrl({ url: "postgresql://passed/db" }, folder)).toBe("postgresql://passed/db");
  });

  test("where there is none, says so", async () => {
    await expect(databaseUrl({}, tmpdir())).rejects.toThrow(/There is no prisma.config.ts/);
  });
});

describe("a backfill", () => {
  let db: Fixture;
  let url: string[];
  beforeAll(async () => {
    db = await installedDatabase(server.url);
    // A database whose default isolation level the work refuses.
    await db.pool.query(`ALTER DATABASE ${db.name} SET default_transaction_isolation = 'repeatable read'`);
    await setUpEvents(db.pool, 100_000);
    await setUpEntries(db.pool, 2500);
    url = ["--url", `${db.url}?schema=public`];
    return () => db.drop();
  });

  test("before: status says that nobody works, verify that it is too early", async () => {
    const status = await runCaptured(["status", ...url]);
    expect(status).toMatchObject({ code: 0, err: "" });
    expect(status.out).toContain("Event: nothing is copying rows. Next: npx prisma-partition backfill Event");
    expect((await runCaptured(["status", "--exit-code", ...url])).code).toBe(1);
    expect(await runCaptured(["verify", "Event", ...url])).toMatchObject({
      code: 1,
      err: expect.stringContaining("still being loaded"),
    });
    expect(await runCaptured(["verify", "Evnt", ...url])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Did you mean Event?"),
    });
  });

  test("Ctrl-C ends the batch in flight and says how to go on", async () => {
    const { terminal, written } = captureTerminal(80);
    const running = run(["backfill", "Event", "--workers", "2", ...url], terminal);
    while (!written.out.includes("load")) await new Promise((resolve) => setTimeout(resolve, 1));
    process.emit("SIGINT");
    expect(await running).toBe(130);
    expect(written.err).toContain("Stopping after the batches in flight");
    expect(written.out).toContain("npx prisma-partition backfill Event --workers 2");
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  test("goes on where it stopped; a pipe gets plain lines and what to do next", async () => {
    const { code, out } = await runCaptured(["backfill", "Event", "--workers", "2", ...url]);
    expect(code).toBe(0);
    expect(out).not.toMatch(escapes);
    expect(out).toMatch(/^Event: \w+/);
    expect(out).toMatch(/Event is backfilled: [\d,]+ rows/);
    expect(out).toContain("1. npx prisma-partition verify Event");
    expect(out).toContain("2. npx prisma-partition cutover Event");
  });

  test("--json: one object a line, the last one is the result", async () => {
    const { code, out } = await runCaptured(["backfill", "Entry", "--json", ...url]);
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ event: "finished", finished: true, rows: 2500, progress: { ready: true } });
  });

  test("verify: 0 when equal, 1 when not, with the rows that differ", async () => {
    const equal = await runCaptured(["verify", "Event", ...url]);
    expect(equal.code).toBe(0);
    expect(equal.out).toContain("Equal: 100,000 rows of Event are the same in both tables, bit for bit");

    await tamper(db.pool, "DELETE FROM public_partitioned.events WHERE id = 7");
    const different = await runCaptured(["verify", "Event", ...url]);
    expect(different.code).toBe(1);
    expect(different.out).toMatch(/missing {2}public_partitioned\.events_\w+ {2}.*id=7/);
    expect(different.out).toMatch(/DIFFERS/);
    const json = await runCaptured(["verify", "Event", "--json", ...url]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      differences: [{ difference: "missing", identity: { id: "7" } }],
    });
  });

  test("verify: properties in which the tables differ, with the SQL that mends them", async () => {
    await db.pool.query("CREATE INDEX events_amount_idx ON events (amount DESC) WHERE amount > 0");
    const { code, out } = await runCaptured(["verify", "Event", "--limit", "0", ...url], 80, { NO_COLOR: "1" });
    expect(code).toBe(1);
    expect(out).toMatch(/\rReading both tables of Event {2}\d+ % {2}█/);
    expect(out).toMatch(/^Properties: \d+ the same, 1 missing$/m);
    expect(out).toMatch(/^index events_amount_idx +missing +USING btree .* -$/m);
    const statement =
      "CREATE INDEX events_amount_idx ON public_partitioned.events USING btree (amount DESC) WHERE (amount > (0)::numeric)";
    expect(out).toContain(`To make them the same:\n  ${statement};\n`);
    expect(JSON.parse((await runCaptured(["verify", "Event", "--json", ...url])).out)).toMatchObject({
      ok: false,
      properties: {
        counts: { missing: 1, differs: 0 },
        differences: [{ kind: "index", name: "events_amount_idx", state: "missing", there: null, statement }],
      },
    });

    await db.pool.query(statement);
    expect((await runCaptured(["verify", "Event", ...url])).out).toMatch(/^Properties: \d+ the same$/m);
  });

  test("list: bounds of each kind", async () => {
    expect((await runCaptured(["list", "Event", ...url])).out).toMatch(/_p\w+ +2026-01-01 +2026-02-01 +~[\d,]+ +\d/);
    const { out } = await runCaptured(["list", "Entry", "--json", ...url]);
    expect(JSON.parse(out).partitions[0]).toMatchObject({ isDefault: false, lower: 0, upper: 1000 });
  });

  test.each([80, 200])("fits %d columns, and NO_COLOR means no colour", async (columns) => {
    for (const argv of [["status"], ["verify", "Event"], ["list", "Event"]]) {
      const out = screen((await runCaptured([...argv, ...url], columns, { NO_COLOR: "1" })).out);
      expect(out).not.toMatch(escapes);
      const table = out.split("\n\n")[0] ?? "";
      expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });
});
