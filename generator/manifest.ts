import type { GeneratorManifest } from "@prisma/generator-helper";
import { packageVersion } from "../src/package-version.ts";

/** How Prisma names the generator in its own output. */
export function onManifest(): GeneratorManifest {
  return { prettyName: "prisma-partition", version: packageVersion() };
}
