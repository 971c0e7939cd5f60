import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The same relative place in the source tree and in dist/. (An application that was bundled has no such folder.) */
export function installFolder(): string {
  return fileURLToPath(new URL("../install/", import.meta.url));
}

/** One file of `src/install`: usually one function. */
export interface InstallFunction {
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly file: string;
  readonly sql: string;
}

/** Every `.sql` file in the order of their names (by code unit), which is the order of creation. */
export function installFunctions(folder: string = installFolder()): InstallFunction[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: basename(file, ".sql"),
      file,
      sql: readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trimEnd(),
    }));
}

/** SHA-256 in hex over names and texts: two installations with the same value have the same functions. */
export function installChecksum(folder: string = installFolder()): string {
  const hash = createHash("sha256");
  for (const { file, sql } of installFunctions(folder)) hash.update(`${file}\0${sql}\0`);
  return hash.digest("hex");
}
