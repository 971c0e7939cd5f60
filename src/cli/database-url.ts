import { relative, resolve } from "node:path";
import { loadConfigFromFile } from "@prisma/config";
import { cleanUrl } from "./url.ts";
import { UsageError } from "./usage-error.ts";

export interface DatabaseOptions {
  /** Connection string; wins over the configuration. */
  readonly url?: string;
  /** Path of prisma.config.ts. */
  readonly config?: string;
}

/** `--url`, or else the datasource of prisma.config.ts. Throws USAGE where there is neither. */
export async function databaseUrl(options: DatabaseOptions, cwd = process.cwd()): Promise<string> {
  return cleanUrl(options.url ?? (await configuredUrl(options.config, cwd)));
}

async function configuredUrl(file: string | undefined, cwd: string): Promise<string> {
  const input = file === undefined ? {} : { configFile: relative(cwd, resolve(cwd, file)) };
  const loaded = await loadConfigFromFile({ configRoot: cwd, ...input });
  const place = loaded.resolvedPath ?? "prisma.config.ts";
  if (loaded.error !== undefined) {
    if (loaded.error._tag === "ConfigFileNotFound") throw new UsageError(`There is no file ${place}.`);
    throw new UsageError(`Cannot load ${place}: ${loaded.error.error.message}`, { cause: loaded.error.error });
  }
  if (loaded.resolvedPath === null) {
    throw new UsageError(`There is no prisma.config.ts in ${cwd}. Run this where it is, or pass --config or --url.`);
  }
  const url = loaded.config.datasource?.url;
  if (!url) throw new UsageError(`${place} sets no datasource.url. Set it, or pass --url.`);
  return url;
}
