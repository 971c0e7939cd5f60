import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder: these files run from test/support and, built, from build/test/support. */
export const packageRoot = above(dirname(fileURLToPath(import.meta.url)));

function above(directory: string): string {
  if (existsSync(join(directory, "package-lock.json"))) return directory;
  if (dirname(directory) === directory) throw new Error("No package-lock.json is above this file");
  return above(dirname(directory));
}
