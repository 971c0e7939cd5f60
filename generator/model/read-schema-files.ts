import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { SourceFile } from "./source-file.ts";

/**
 * The schema as it is on disk: one file, or every `*.prisma` file below a folder, as Prisma collects them (symbolic
 * links are followed, a folder is visited once). Sorted by path.
 */
export function readSchemaFiles(schemaPath: string): SourceFile[] {
  return collect(schemaPath, new Set())
    .sort()
    .map((path) => new SourceFile(path, readFileSync(path, "utf8")));
}

function collect(path: string, visited: Set<string>): string[] {
  const stat = statSync(path);
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) return [];
  const real = realpathSync(path);
  if (visited.has(real)) return [];
  visited.add(real);
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isFile() || extname(entry.name) === ".prisma")
    .flatMap((entry) => (isDanglingLink(join(path, entry.name)) ? [] : collect(join(path, entry.name), visited)))
    .filter((file) => extname(file) === ".prisma");
}

function isDanglingLink(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) === undefined;
}
