import { relative, resolve } from "node:path";
import { loadConfigFromFile } from "@prisma/config";
import { UsageError } from "./usage-error.ts";

type Loaded = Awaited<ReturnType<typeof loadConfigFromFile>>;

export interface PrismaConfig {
  readonly config: NonNullable<Loaded["config"]>;
  /** The file it came from; null where there is none, and the defaults hold. */
  readonly path: string | null;
}

/**
 * The project's prisma.config.ts, as Prisma loads it.
 *
 * @param file as `--config` names it; undefined looks in `cwd`
 * @throws UsageError where the file that was named is missing, or one cannot be loaded
 */
export async function loadPrismaConfig(file: string | undefined, cwd: string): Promise<PrismaConfig> {
  const input = file === undefined ? {} : { configFile: relative(cwd, resolve(cwd, file)) };
  const loaded = await loadConfigFromFile({ configRoot: cwd, ...input });
  const place = loaded.resolvedPath ?? "prisma.config.ts";
  if (loaded.error !== undefined) {
    if (loaded.error._tag === "ConfigFileNotFound") throw new UsageError(`There is no file ${place}.`);
    throw new UsageError(`Cannot load ${place}: ${loaded.error.error.message}`, { cause: loaded.error.error });
  }
  return { config: loaded.config, path: loaded.resolvedPath };
}
