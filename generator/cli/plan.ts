import { dirname, resolve } from "node:path";
import type { CommonOptions } from "../../src/cli/command.ts";
import { type ExitCode, exitCodes } from "../../src/cli/exit-codes.ts";
import { toJson } from "../../src/cli/json.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { type PlannedMigration, planMigrations } from "../emit/emit-migrations.ts";
import { type Schema, stringValue } from "../model/index.ts";
import { describePlan } from "./describe-plan.ts";
import { findCalls, findSources } from "./find-calls.ts";
import type { ProjectOptions } from "./find-schema.ts";
import { type PlanReport, planReport } from "./plan-report.ts";
import { readProject } from "./project.ts";
import { asProjectErrors } from "./project-error.ts";

export interface PlanOptions extends ProjectOptions, Pick<CommonOptions, "json"> {
  readonly sql?: boolean;
  readonly exitCode?: boolean;
}

/** Prints what `prisma generate` would emit, and what it means for the application. Writes nothing. */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const cwd = process.cwd();
  const { planned, report, schema } = await asProjectErrors(async () => {
    const project = await readProject(options, cwd);
    const { annotated, history } = project;
    const wanted = annotated.map((one) => one.wanted);
    const migrations = planMigrations(wanted, history, new Date());
    return { ...project, planned: migrations, report: planReport({ ...project, planned: migrations }) };
  });
  if (options.sql) terminal.out(options.json ? `${toJson(sqlReport(report, planned), 2)}\n` : sqlOf(planned));
  else {
    const complete = await withCalls(report, schema, cwd);
    terminal.out(options.json ? `${toJson(complete, 2)}\n` : `${describePlan(complete, terminal).join("\n")}\n`);
  }
  return options.exitCode && report.pending ? exitCodes.negative.code : exitCodes.ok.code;
}

/** The files as they would be written, in their order, with an empty line between. */
function sqlOf(planned: readonly PlannedMigration[]): string {
  return planned.map(({ sql }) => sql).join("\n");
}

/** What `plan --sql --json` prints: the folders in their order, each with the text of its migration.sql. */
function sqlReport({ emit, pending }: PlanReport, planned: readonly PlannedMigration[]) {
  return { emit, pending, migrations: planned.map(({ name, sql }) => ({ folder: name, sql })) };
}

/** With the calls that each table's query changes may concern. */
async function withCalls(report: PlanReport, schema: Schema, cwd: string): Promise<PlanReport> {
  if (!report.tables.some(({ queries }) => queries?.length)) return report;
  const sources = await findSources(cwd, generatedFolders(schema));
  const tables = report.tables.map(async (table) => ({
    ...table,
    calls: table.queries?.length ? await findCalls(table.client, sources, cwd) : [],
  }));
  return { ...report, tables: await Promise.all(tables) };
}

/** Where the project's generators write to, by the blocks of the schema: Prisma tells only of the one it runs. */
function generatedFolders({ texts }: Schema): string[] {
  return texts
    .flatMap(({ blocks }) => blocks)
    .filter(({ keyword }) => keyword === "generator")
    .flatMap(({ file, entries }) => {
      const value = entries.find(({ name }) => name.text === "output")?.value;
      const output = value && stringValue(value);
      return output ? [resolve(dirname(file.path), output)] : [];
    });
}
