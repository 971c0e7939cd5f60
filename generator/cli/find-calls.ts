import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** A call of a unique query on a model, found by its name alone. */
export interface Call {
  /** Relative to where it was looked. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly method: string;
}

/** The queries that take a unique `where`. */
export const uniqueQueries = ["findUnique", "findUniqueOrThrow", "update", "delete", "upsert"] as const;

const sources = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const skipped = new Set(["node_modules", "dist"]);

/** Every source file below a folder, but for packages, builds, dot folders and those that are generated. Sorted. */
export async function findSources(root: string, generated: readonly string[]): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry): Promise<string[]> => {
    const path = join(root, entry.name);
    if (entry.isFile()) return sources.test(entry.name) ? [path] : [];
    const isLeftOut = skipped.has(entry.name) || entry.name.startsWith(".") || generated.includes(path);
    return entry.isDirectory() && !isLeftOut ? findSources(path, generated) : [];
  });
  return (await Promise.all(found)).flat().sort();
}

/**
 * The calls `….eventTransaction.findUnique(` and the like in source files, in their order. Whether they use a key that
 * changes is not looked at.
 *
 * @param client the model's name on the client
 * @param files absolute paths
 */
export async function findCalls(client: string, files: readonly string[], root: string): Promise<Call[]> {
  const pattern = new RegExp(`\\??\\.\\s*${client}\\s*\\??\\.\\s*(${uniqueQueries.join("|")})\\s*\\(`, "g");
  const calls: Call[] = [];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => "");
    for (const match of text.matchAll(pattern)) {
      const line = text.slice(0, match.index + match[0].indexOf(match[1] as string)).split("\n").length;
      calls.push({ path: relative(root, file), line, method: match[1] as string });
    }
  }
  return calls;
}
