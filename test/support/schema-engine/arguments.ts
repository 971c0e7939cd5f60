import { readFileSync } from "node:fs";

/** What the Prisma CLI puts on the engine's command line. */
export interface EngineArguments {
  datasource: Datasource;
  /** Schema files as [path, content]. */
  datamodels: [string, string][];
  version: boolean;
  /** `cli can-connect-to-database` and its like. */
  subcommand: string | undefined;
}

export interface Datasource {
  url?: string;
  shadowDatabaseUrl?: string;
}

/**
 * `[--datamodels FILE]… [--datasource JSON] [--version] [cli SUBCOMMAND]`; other options, such as
 * `--enabled-preview-features`, are those the WebAssembly engine reads from the schema itself.
 */
export function parseArguments(argv: string[]): EngineArguments {
  const result: EngineArguments = { datasource: {}, datamodels: [], version: false, subcommand: undefined };
  for (let index = 0; index < argv.length; index++) {
    const value = argv[index + 1] ?? "";
    switch (argv[index]) {
      case "--version":
        result.version = true;
        break;
      case "--datamodels":
        result.datamodels.push([value, readFileSync(value, "utf8")]);
        index++;
        break;
      case "--datasource":
        result.datasource = JSON.parse(value);
        index++;
        break;
      case "cli":
        result.subcommand = value;
        index++;
        break;
    }
  }
  return result;
}
