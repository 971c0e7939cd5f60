import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import config from "@prisma/config";
import { EmitError } from "./error.ts";

export interface MigrationsPathInput {
  /** `migrations` of the generator block, absolute; null when the block does not say. */
  readonly option: string | null;
  /** The schema: a file, or a folder of them. */
  readonly schemaPath: string;
  /** Where the Prisma CLI was started; it looks for `prisma.config.ts` there. */
  readonly cwd: string;
}

/**
 * Where the project's migrations are. A generator is not told, so: the generator block, else `migrations.path` of the
 * Prisma config, else `migrations` beside the schema, as the CLI itself does. A config that was passed with `--config`
 * from another place cannot be found: such a project needs the generator block's key.
 *
 * @throws EmitError when the config exists and cannot be loaded
 */
export async function migrationsPath({ option, schemaPath, cwd }: MigrationsPathInput): Promise<string> {
  if (option !== null) return option;

  const loaded = await config.loadConfigFromFile({ configRoot: cwd });
  if (loaded.error) {
    const cause = "error" in loaded.error ? `: ${loaded.error.error.message}` : "";
    throw new EmitError(
      "EMIT_CONFIG",
      `The Prisma config in ${cwd} cannot be loaded (${loaded.error._tag})${cause}. Repair it, or say ` +
        'where the migrations are in the generator block: migrations = "./migrations"',
    );
  }
  // The loader has made the path absolute, relative to the config file.
  const configured = loaded.config?.migrations?.path;
  if (configured) return configured;

  const schemaRoot = (await stat(schemaPath)).isDirectory() ? schemaPath : dirname(schemaPath);
  return join(schemaRoot, "migrations");
}
