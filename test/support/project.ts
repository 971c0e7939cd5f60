/**
 * A user's project: an empty directory into which the packed tarball, Prisma and a driver were installed by npm. Nothing
 * in it comes from the source tree but the example's schema.
 */
import { execFile, type SpawnOptions } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "./package-root.ts";
import { type PrismaOptions, type PrismaResult, runCommand, runPrisma, schemaEngineEnv } from "./prisma-cli.ts";

const run = promisify(execFile);

/**
 * Packs the package and installs it, with what its users have beside it, into a directory, a new one unless one is given.
 * Takes some seconds.
 */
export async function installPackage(directory?: string): Promise<string> {
  directory ??= await mkdtemp(join(tmpdir(), "prisma-partition-install-"));
  const { devDependencies } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
  await run("npm", ["pack", "--silent", "--pack-destination", directory], { cwd: packageRoot });
  const { version } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
  await writeFile(join(directory, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  const beside = ["prisma", "@prisma/client", "@prisma/adapter-pg", "typescript", "@types/node", "@types/pg"];
  // Prisma's install scripts download an engine; nothing here may depend on that.
  const options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await run(
    "npm",
    [
      "install",
      ...options,
      `./prisma-partition-${version}.tgz`,
      "pg",
      ...beside.map((name) => `${name}@${devDependencies[name]}`),
    ],
    {
      cwd: directory,
    },
  );
  return directory;
}

export interface ProjectOptions {
  /** What `installPackage` returned. */
  readonly installation: string;
  readonly url: string;
  /** How migrations are executed. */
  readonly mode?: PrismaOptions["mode"];
}

export class Project {
  readonly directory: string;
  readonly url: string;
  readonly #mode: PrismaOptions["mode"];

  private constructor(directory: string, options: ProjectOptions) {
    this.directory = directory;
    this.url = options.url;
    this.#mode = options.mode;
  }

  /** A project with prisma.config.ts and no schema yet. */
  static async create(options: ProjectOptions): Promise<Project> {
    const directory = await mkdtemp(join(tmpdir(), "prisma-partition-project-"));
    await cp(join(options.installation, "package.json"), join(directory, "package.json"));
    await symlink(join(options.installation, "node_modules"), join(directory, "node_modules"));
    await mkdir(join(directory, "prisma"));
    await writeFile(
      join(directory, "prisma.config.ts"),
      `import { defineConfig } from "prisma/config";\n\nexport default defineConfig({\n  schema: "prisma/schema.prisma",\n  datasource: { url: process.env.DATABASE_URL ?? "" },\n});\n`,
    );
    return new Project(directory, options);
  }

  get environment(): Record<string, string> {
    return { DATABASE_URL: this.url, PATH: `${join(this.directory, "node_modules", ".bin")}:${process.env.PATH}` };
  }

  async writeSchema(schema: string): Promise<void> {
    await this.write("prisma/schema.prisma", schema);
  }

  async readSchema(): Promise<string> {
    return readFile(join(this.directory, "prisma", "schema.prisma"), "utf8");
  }

  async editSchema(edit: (schema: string) => string): Promise<void> {
    const before = await this.readSchema();
    const after = edit(before);
    if (after === before) throw new Error("the edit changed nothing");
    await this.writeSchema(after);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.directory, path)), { recursive: true });
    await writeFile(join(this.directory, path), text);
  }

  /** `npx prisma …` */
  prisma(args: string[], options: PrismaOptions = {}): Promise<PrismaResult> {
    return runPrisma(this.directory, args, {
      ...(this.#mode ? { mode: this.#mode } : {}),
      ...options,
      env: { ...this.environment, ...options.env },
    });
  }

  /**
   * `npx prisma-partition …`; resolves whatever the exit code. With `terminal` it writes to this process's own terminal,
   * and the result has no output. What it runs of Prisma works as `prisma` does here. `env` comes on top. It and what it
   * runs get a Ctrl-C, as from a terminal, when `interrupt` is done.
   */
  partition(
    args: string[],
    {
      terminal,
      env = {},
      interrupt,
    }: { terminal?: boolean; env?: Record<string, string>; interrupt?: Promise<void> } = {},
  ): Promise<PrismaResult> {
    const engine = { CHECKPOINT_DISABLE: "1", ...schemaEngineEnv(this.#mode, this.directory), ...env };
    const command = join(this.directory, "node_modules", ".bin", "prisma-partition");
    return this.#spawn(command, args, terminal, engine, interrupt);
  }

  /** `node …`; resolves whatever the exit code. */
  node(args: string[]): Promise<PrismaResult> {
    return this.#spawn(process.execPath, args);
  }

  /** `npx tsc …`; resolves whatever the exit code. */
  tsc(args: string[]): Promise<PrismaResult> {
    return this.#spawn(join(this.directory, "node_modules", ".bin", "tsc"), args);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  #spawn(
    command: string,
    args: string[],
    terminal = false,
    more: Record<string, string> = {},
    interrupt?: Promise<void>,
  ): Promise<PrismaResult> {
    const { CI: _, ...inherited } = process.env;
    const env = { ...inherited, ...this.environment, ...(terminal ? {} : { NO_COLOR: "1" }), ...more };
    const options: SpawnOptions = {
      cwd: this.directory,
      env,
      stdio: terminal ? "inherit" : ["ignore", "pipe", "pipe"],
      detached: interrupt !== undefined, // a process group of its own
    };
    return runCommand(command, args, options, ({ pid }) => {
      interrupt?.then(() => pid !== undefined && process.kill(-pid, "SIGINT"));
    });
  }
}
