import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import type { PrismaQueryable } from "../../../src/executor.ts";
import { runPrisma } from "../../support/prisma-cli.ts";

/** The part of a generated PrismaClient that the tests use. */
export interface TestPrisma extends PrismaQueryable {
  $connect(): Promise<void>;
  $disconnect(): Promise<void>;
  $transaction<T>(action: (tx: PrismaQueryable) => Promise<T>): Promise<T>;
}

const schema = `
generator client {
  provider = "prisma-client"
  output   = "./client"
}
datasource db {
  provider = "postgresql"
}
model Thing {
  id Int @id
}
`;

export interface PrismaProject {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A temporary project with a client that the real `prisma generate` wrote to `client/client.ts`. */
export async function generateClient(): Promise<PrismaProject> {
  const folder = await mkdtemp(join(tmpdir(), "prisma-client-"));
  await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "schema.prisma"), schema);
  await writeFile(
    join(folder, "prisma.config.ts"),
    'import { defineConfig } from "prisma/config";\nexport default defineConfig({ schema: "schema.prisma" });\n',
  );
  await runPrisma(folder, ["generate"]);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A PrismaClient over @prisma/adapter-pg. */
export async function openPrisma(url: string): Promise<TestPrisma> {
  const project = await generateClient();
  try {
    const { PrismaClient } = await import(pathToFileURL(join(project.folder, "client", "client.ts")).href);
    const prisma: TestPrisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
    await prisma.$connect();
    return prisma;
  } finally {
    await project.remove();
  }
}
