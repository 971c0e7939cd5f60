import { loadPrismaConfig } from "./prisma-config.ts";
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
  const { config, path } = await loadPrismaConfig(file, cwd);
  if (path === null) {
    throw new UsageError(`There is no prisma.config.ts in ${cwd}. Run this where it is, or pass --config or --url.`);
  }
  const url = config.datasource?.url;
  if (!url) throw new UsageError(`${path} sets no datasource.url. Set it, or pass --url.`);
  return url;
}
