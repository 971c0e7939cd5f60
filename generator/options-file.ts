import { readFile, writeFile } from "node:fs/promises";
import type { GeneratorOptions } from "@prisma/generator-helper";

/**
 * The environment variable that names a file. Where it is set, the generator writes what Prisma told it to that file, as
 * JSON, and does nothing else: that is how the command line sees the project exactly as `prisma generate` does.
 */
export const optionsFileVariable = "PRISMA_PARTITION_OPTIONS_FILE";

/** Writes what Prisma told the generator. */
export async function writeOptionsFile(file: string, options: GeneratorOptions): Promise<void> {
  await writeFile(file, JSON.stringify(options));
}

/** What was written; null where no generator came to write anything. */
export async function readOptionsFile(file: string): Promise<GeneratorOptions | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as GeneratorOptions;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
