import { createRequire } from "node:module";

/**
 * This package's version, by its own name: its `exports` make package.json reachable from the source and from dist/. Read
 * when it is asked for: an application that was bundled has no such file, and does not ask.
 */
export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)("prisma-partition/package.json") as { version: string };
  return version;
}
