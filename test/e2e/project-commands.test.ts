/** The commands that read and edit the schema, from the packed tarball, with the project's own Prisma. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { atCutover, exampleSchema } from "../support/example.ts";
import { packageRoot } from "../support/package-root.ts";
import { Project } from "../support/project.ts";
import { sharedInstallation } from "../support/shared-installation.ts";

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

const MIGRATIONS = "prisma/migrations";
const INIT = "20250506070809_init";
const MODEL = "EventTransaction";

let installation: string;
let database: FreshDatabase;
let project: Project;
beforeAll(async () => {
  installation = await sharedInstallation();
});

/** The example before its first `prisma generate`, in a database of its own. */
async function newProject(): Promise<void> {
  database = await freshDatabase(server?.url ?? "");
  project = await Project.create({ installation, url: database.url });
  const init = `migrations/${INIT}/migration.sql`;
  await project.write(`prisma/${init}`, await readFile(join(packageRoot, "prisma", init), "utf8"));
  await project.writeSchema(exampleSchema());
}
async function endProject(): Promise<void> {
  await project?.remove();
  await database?.drop();
}

/** Everything of the project that is the user's, not what generators make of it: path → text. */
async function files(): Promise<Record<string, string>> {
  const entries = await readdir(project.directory, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile() && !/node_modules|generated/.test(entry.parentPath))
    .map(async (entry): Promise<[string, string]> => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(project.directory.length + 1), await readFile(path, "utf8")];
    });
  return Object.fromEntries((await Promise.all(texts)).sort());
}

async function folders(): Promise<string[]> {
  const names = await readdir(join(project.directory, MIGRATIONS));
  return names.filter((name) => name !== "migration_lock.toml" && name !== INIT).sort();
}

const labels = async () => (await folders()).map((name) => name.slice(15));
const deploy = () => project.prisma(["migrate", "deploy"]);

/** Prisma sees no difference between the schema and the database. */
const diff = () =>
  project.prisma(["migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--exit-code"]);

describe("plan", () => {
  beforeEach(async () => {
    await newProject();
    return endProject;
  });

  test("says what is emitted and why, what it locks, and what queries change; and writes nothing", async () => {
    await project.write(
      "src/app.ts",
      "export const one = prisma.eventTransaction.findUnique({ where: { id } });\nawait tx\n  .eventTransaction\n  .upsert({});\nprisma.eventTransaction.findMany();\n",
    );
    await project.write("dist/app.js", "prisma.eventTransaction.delete({});\n");
    await project.write("generated/prisma/x.ts", "prisma.eventTransaction.delete({});\n");
    const before = await files();
    const { code, stdout, stderr } = await project.partition(["plan"], { env: { CI: "true" } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await files()).toEqual(before);
    expect(stdout).toContain("EventTransaction (billing.event_transactions): none → setup");
    expect(stdout).toMatch(/partition_setup_event_transactions\n +does +Creates an empty partitioned copy/);
    expect(stdout).toMatch(/SHARE ROW EXCLUSIVE on billing.event_transactions/);
    expect(stdout).toContain("+ findUnique({ where: { id_timestamp: { id, timestamp } } })");
    expect(stdout).toContain("@@id([id, timestamp]) instead of `@id` on `id`");
    expect(stdout).toMatch(/two rows with the same\s+idempotencyKey/);
    expect(stdout.match(/^ +\S+:\d+ +\w+$/gm)).toEqual(["    src/app.ts:1  findUnique", "    src/app.ts:4  upsert"]);
    expect((await project.partition(["plan", "--exit-code"])).code).toBe(1);
    const json = JSON.parse((await project.partition(["plan", "--json"])).stdout);
    expect(json).toMatchObject({
      pending: true,
      package: [{ folder: "partition_install" }],
      tables: [
        { model: MODEL, reached: "none", wanted: "setup", calls: [{ path: "src/app.ts", line: 1 }, { line: 4 }] },
      ],
    });
  });

  test("--sql is what generate writes then; after it nothing is pending", async () => {
    const { stdout } = await project.partition(["plan", "--sql"]);
    const json = JSON.parse((await project.partition(["plan", "--sql", "--json"])).stdout);
    await project.prisma(["generate"]);
    const written = await Promise.all(
      (await folders()).map((name) => readFile(join(project.directory, MIGRATIONS, name, "migration.sql"), "utf8")),
    );
    const withoutTime = (text: string) => text.replaceAll(/\b\d{14}(?=_partition_)/g, "<time>");
    expect(withoutTime(stdout)).toBe(withoutTime(written.join("\n")));
    expect(stdout).toMatch(/\b\d{14}_partition_setup_event_transactions/);
    const ours = json.migrations.map(({ folder, sql }: { folder: string; sql: string }) => [
      folder.slice(15),
      withoutTime(sql),
    ]);
    const names = await labels();
    expect(ours).toEqual(written.map((sql, index) => [names[index], withoutTime(sql)]));

    const after = await project.partition(["plan", "--exit-code"]);
    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining("No migration is pending") });
    expect((await project.partition(["plan", "--sql"])).stdout).toBe("");
  });

  test("refuses what generate refuses, in its words, without Prisma's around them", async () => {
    const schema = await project.readSchema();
    await project.writeSchema(schema.replace("key: timestamp, interval: monthly", "key: timestmp, interval: monthy"));
    const mistakes = await project.partition(["plan"]);
    expect(mistakes).toMatchObject({ code: 2, stdout: "" });
    expect(mistakes.stderr).toContain("2 mistakes in the schema");
    expect(mistakes.stderr).toContain("prisma/schema.prisma:19:21");
    const generated = await project.prisma(["generate"], { expectFailure: true });
    const message = mistakes.stderr.replace("error: ", "").trim();
    expect(generated.stdout + generated.stderr).toContain(message);

    await project.writeSchema(schema.replace("@id @default", "@idd @default"));
    const invalid = await project.partition(["plan", "--json"]);
    expect(invalid).toMatchObject({ code: 2, stdout: "" });
    const { error } = JSON.parse(invalid.stderr);
    expect(error).toMatchObject({
      code: "GENERATE_REFUSED",
      message: expect.stringContaining('Attribute not known: "@idd"'),
    });
    expect(error.message).not.toMatch(/Prisma CLI Version|Prisma schema loaded|Context:/);
    expect(error.message).not.toContain("\u001b");

    await project.writeSchema(schema.replace('provider = "prisma-partition"', 'provider = "another"'));
    expect(await project.partition(["plan"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no generator block"),
    });
    expect(await project.partition(["plan", "--schema", "nowhere"])).toMatchObject({ code: 2 });
  });
});

/** A generator that fails, after what `generate` does. */
async function addGenerator(generate: string): Promise<void> {
  await project.write(
    "other.mjs",
    `
    import { createInterface } from "node:readline";
    const answer = (id, content) => process.stderr.write(JSON.stringify({ jsonrpc: "2.0", id, ...content }) + "\\n");
    for await (const line of createInterface({ input: process.stdin })) {
      const { id, method } = JSON.parse(line);
      if (method === "generate") {
        ${generate}
        answer(id, { error: { code: 1, message: "no", data: { stack: "" } } });
      } else answer(id, { result: { manifest: { prettyName: "other" } } });
    }`,
  );
  await project.editSchema(
    (schema) => `${schema}\ngenerator zzz {\n  provider = "node ./other.mjs"\n  output   = "../generated/zzz"\n}\n`,
  );
}

describe("cutover, rollback, cleanup", () => {
  beforeAll(async () => {
    await newProject();
    return endProject;
  });

  test("are shown only, with --dry-run or where nobody can be asked", async () => {
    await project.prisma(["generate"]);
    await deploy();
    const before = await files();
    const shown = await project.partition(["cutover", MODEL, "--dry-run"]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain("+  @@id([id, timestamp])\n+  @@unique([idempotencyKey, timestamp])\n");
    const unasked = await project.partition(["cutover", MODEL]);
    expect(unasked).toMatchObject({ code: 1, stdout: shown.stdout, stderr: expect.stringContaining("--yes") });
    expect(await files()).toEqual(before);
  });

  test("are taken back where generate fails", async () => {
    const before = await files();
    const inCi = await project.partition(["cutover", MODEL, "--yes"], { env: { CI: "true" } });
    expect(inCi).toMatchObject({ code: 3, stderr: expect.stringContaining("prisma/schema.prisma is as before") });
    expect(await files()).toEqual(before);

    // Another generator fails, after ours has written the migration.
    await addGenerator("await new Promise((resolve) => setTimeout(resolve, 1000));");
    const failing = await files();
    const failed = await project.partition(["cutover", MODEL, "--yes"]);
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain("wrote prisma/migrations");
    expect(failed.stderr).toMatch(/were removed: \d{14}_partition_cutover_event_transactions/);
    expect(failed.stderr).toContain("npx prisma generate");
    expect(await files()).toEqual(failing);
    await project.writeSchema(before["prisma/schema.prisma"] as string);
  });

  test("are taken back where Ctrl-C stops generate", async () => {
    const before = await files();
    // Another generator takes its time, after ours has written the migration.
    await addGenerator("while (true) await new Promise((resolve) => setTimeout(resolve, 1000));");
    const slow = await files();
    const interrupt = (async () => {
      while ((await labels()).at(-1) !== "partition_cutover_event_transactions") await sleep(50);
    })();
    const stopped = await project.partition(["cutover", MODEL, "--yes"], { interrupt });
    expect(stopped).toMatchObject({ code: 130, stderr: expect.stringContaining("prisma/schema.prisma is as before") });
    expect(stopped.stderr).toMatch(/were removed: \d{14}_partition_cutover_event_transactions/);
    expect(await files()).toEqual(slow);
    await project.writeSchema(before["prisma/schema.prisma"] as string);
  });

  test("are refused from the wrong stage, and for models that are none", async () => {
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await project.partition([...args, "--yes"]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      return stderr;
    };
    const before = await files();
    expect(await refused("cutover", "EventTransction")).toContain(`Did you mean ${MODEL}?`);
    expect(await refused("cleanup", MODEL)).toContain("Write `stage: cutover` first");
    expect(await refused("rollback", MODEL)).toContain("have reached stage setup already");
    expect(await files()).toEqual(before);
  });

  test("lead there and back, deploy, and leave no drift", async () => {
    const before = await project.readSchema();
    expect(before).toBe(exampleSchema());
    const cutover = await project.partition(["cutover", MODEL, "--yes"]);
    expect(cutover.code).toBe(0);
    expect(cutover.stdout).toContain("wrote prisma/migrations");
    const next = [...cutover.stdout.matchAll(/^ {2}\d\. npx (\S+ \S+)/gm)].map(([, command]) => command);
    expect(next).toEqual([
      "prisma-partition backfill",
      "prisma-partition plan",
      "prisma-partition verify",
      "prisma migrate",
      "prisma-partition backfill",
    ]);
    expect(await project.readSchema()).toBe(atCutover(exampleSchema()));
    expect((await labels()).at(-1)).toBe("partition_cutover_event_transactions");
    await deploy();
    await diff();
    const again = await project.partition(["cutover", MODEL, "--yes"]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining(`npx prisma-partition rollback ${MODEL}`) });
    expect((await project.partition(["plan"])).stdout).toContain("- findUnique({ where: { id } })");

    expect(await project.partition(["rollback", MODEL, "--yes"])).toMatchObject({ code: 0 });
    expect(await project.readSchema()).toBe(before);
    expect((await labels()).at(-1)).toBe("partition_rollback_event_transactions");
    await deploy();
    await diff();

    await project.partition(["cutover", MODEL, "--yes", "--no-generate"]);
    expect((await labels()).at(-1)).toBe("partition_rollback_event_transactions");
    await project.prisma(["generate"]);
    const cleanup = await project.partition(["cleanup", MODEL, "--yes"]);
    expect(cleanup).toMatchObject({ code: 0, stdout: expect.stringContaining("There is no way back") });
    expect(await project.readSchema()).toBe(atCutover(exampleSchema()).replace("stage: cutover", "stage: cleanup"));
    const [folder] = (await folders()).slice(-1);
    // Whether it was deployed is not known here.
    const refused = await project.partition(["rollback", MODEL]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`If ${folder} has not been deployed`) });
    await deploy();
    await diff();
  });
});
