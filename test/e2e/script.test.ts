/** The script of docs/examples, as a new user would run it: through a PrismaClient, and through pg, under live writes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { exampleSchema, seedExample, withoutPartitioning } from "../support/example.ts";
import { packageRoot } from "../support/package-root.ts";
import { Project } from "../support/project.ts";
import { sharedInstallation } from "../support/shared-installation.ts";
import { Writers } from "../support/writers.ts";

const ROWS = 20_000;

const client = `import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client.ts";

export const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL ?? "" }) });
`;

let installation: string;
beforeAll(async () => {
  installation = await sharedInstallation();
});

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

test.each([[[]], [["pg"]]])("waits for the backfill, verifies and reports: %j", async (argv) => {
  const database = await freshDatabase(server.url);
  const project = await Project.create({ installation, url: database.url });
  let writers: Writers | undefined;
  try {
    await project.writeSchema(withoutPartitioning(exampleSchema()));
    await project.prisma(["migrate", "dev", "--name", "init"]);
    await seedExample(database.url, ROWS);
    await project.writeSchema(exampleSchema());
    await project.prisma(["generate"]);
    await project.prisma(["migrate", "deploy"]);
    writers = await Writers.start({ url: database.url, clients: 2, rate: 50, months: 24 });

    await project.write("src/convert.ts", await readFile(join(packageRoot, "docs/examples/convert.ts"), "utf8"));
    await project.write("src/client.ts", client);
    await project.write("tsconfig.json", await readFile(new URL("fixtures/tsconfig.json", import.meta.url), "utf8"));
    expect((await project.tsc(["-p", "."])).stdout).toBe("");
    const { code, stdout, stderr } = await project.node(["dist/src/convert.js", ...argv]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const report = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(report).toMatchObject({ finished: true, ok: true, ready: true, count: expect.any(Number) });
    expect(Number(report.moved)).toBeGreaterThanOrEqual(ROWS);
    expect(Number(report.rows)).toBeGreaterThanOrEqual(ROWS * 0.9);
  } finally {
    await writers?.stop();
    await project.remove();
    await database.drop();
  }
});
