import { createRequire } from "node:module";

/** This package's version, by its own name: its `exports` make package.json reachable from the source and from dist/. */
export const packageVersion: string = createRequire(import.meta.url)("prisma-partition/package.json").version;
