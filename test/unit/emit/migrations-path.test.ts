import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { migrationsPath } from "../../../generator/emit/migrations-path.ts";

let cwd: string;
let schemaPath: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "path-"));
  await mkdir(join(cwd, "prisma", "schema"), { recursive: true });
  schemaPath = join(cwd, "prisma", "schema.prisma");
  await writeFile(schemaPath, "");
});
afterEach(() => rm(cwd, { recursive: true }));

const config = (text: string) => writeFile(join(cwd, "prisma.config.ts"), text);
const resolve = (option: string | null = null, schema = schemaPath) =>
  migrationsPath({
    option,
    schemaPath: schema,
    cwd,
  });

it("is what the generator block says, before anything else", async () => {
  await config("export default { migrations: { path: 'db' } }");
  expect(await resolve(join(cwd, "prisma", "m"))).toBe(join(cwd, "prisma", "m"));
});

it("is the Prisma config's, relative to the config", async () => {
  await config("export default { migrations: { path: 'db/migrations' } }");
  expect(await resolve()).toBe(join(cwd, "db", "migrations"));
});

it("is beside the schema file, or inside the schema folder, when nothing says more", async () => {
  expect(await resolve()).toBe(join(cwd, "prisma", "migrations"));
  await config("export default { schema: 'prisma/schema' }");
  expect(await resolve(null, join(cwd, "prisma", "schema"))).toBe(join(cwd, "prisma", "schema", "migrations"));
});

it("is not guessed when the config cannot be loaded", async () => {
  await config("throw new Error('no such variable')");
  await expect(resolve()).rejects.toMatchObject({
    code: "EMIT_CONFIG",
    message: expect.stringMatching(/Prisma config.*no such variable.*migrations = /s),
  });
});
