/**
 * Emits the migrations of prisma/ anew, as a user's project would have got them: `npm run example`, after a change to what
 * is emitted. (In a user's project an emitted folder is never written again; this one shows the present version.)
 */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { atCutover, exampleSchema, withoutPartitioning } from "./example.ts";
import { packageRoot } from "./package-root.ts";
import { installPackage, Project } from "./project.ts";
import { startServer } from "./servers/index.ts";

const installation = await installPackage();
const server = await startServer("embedded-18"); // `migrate diff` wants one, even from nothing
const project = await Project.create({ installation, url: server.url });
try {
  await project.writeSchema(withoutPartitioning(exampleSchema()));
  const { stdout } = await project.prisma([
    "migrate",
    "diff",
    "--from-empty",
    "--to-schema",
    "prisma/schema.prisma",
    "--script",
  ]);
  await project.write("prisma/migrations/20250506070809_init/migration.sql", stdout);
  await project.writeSchema(exampleSchema());
  await project.prisma(["generate"]);
  await project.editSchema(atCutover);
  await project.prisma(["generate"]);
  const migrations = join(packageRoot, "prisma", "migrations");
  await rm(migrations, { recursive: true, force: true });
  await cp(join(project.directory, "prisma", "migrations"), migrations, { recursive: true });
} finally {
  await server.stop();
  await project.remove();
  await rm(installation, { recursive: true, force: true });
}
