import { type InstallFunction, installFolder, installFunctions } from "../../src/installation/install-functions.ts";
import { installStatement } from "../../src/installation/install-statement.ts";
import { packageVersion } from "../../src/package-version.ts";
import { qualifiedName } from "../history/history.ts";
import type { Changes } from "../plan/alterable.ts";
import type { SetupTransition, Transition } from "../plan/transition.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { headerLine } from "./header.ts";

/** What a template can name. Strict: naming anything else is an error, and so is what does not apply to the transition. */
export type TemplateContext = CommonContext & Partial<InstallContext & TableContext>;

export interface CommonContext {
  /** The header line. A template may open with it; `render` sees to it otherwise. */
  readonly header: string;
  readonly transition: Transition["transition"];
  /** Name of the folder that is written, for `prisma migrate resolve`. */
  readonly folder: string;
  /** Of this package. */
  readonly version: string;
}

/** install.sql.hbs, which serves `install` and `upgrade`. */
export interface InstallContext {
  readonly checksum: string;
  readonly upgrade: boolean;
  /** The files of `src/install`, in order. */
  readonly functions: readonly InstallFunction[];
  /** The one that creates them all and notes what was installed. */
  readonly statement: string;
}

/** The transitions of a table. */
export interface TableContext {
  /** What holds after this transition; teardown and release: what held last. */
  readonly spec: PartitionSpec;
  /** `billing.event_transactions`, for comments. */
  readonly qualified: string;
  /** setup: each unique of the model beside what it becomes, as `register` takes it. */
  readonly uniques?: readonly UniquePair[];
  /** cutover, rollback: the primary key and uniques as the model states them now, as `expect_uniques` takes them. */
  readonly expected?: readonly UniqueKey[];
  /** setup and cutover: the primary key and uniques of the swapped table. */
  readonly cutoverUniques?: readonly UniqueKey[];
  /** alter: only the changed options. Ask with `{{#if (has changes "premake")}}`. */
  readonly changes?: Changes;
  /** cutover, rollback: what held before. */
  readonly reached?: PartitionSpec;
}

/** `columns` is what the plain table has. */
export interface UniquePair {
  readonly columns: readonly string[];
  readonly targetName: string;
  readonly targetColumns: readonly string[];
}

/**
 * @param folder name of the migration's folder
 * @param install folder of the function files
 */
export function templateContext(transition: Transition, folder: string, install = installFolder()): TemplateContext {
  const common = { ...transition, header: headerLine(transition), folder, version: packageVersion() };
  switch (transition.transition) {
    case "install":
    case "upgrade": {
      const functions = installFunctions(install);
      const statement = installStatement(transition.checksum, functions);
      return { ...common, upgrade: transition.transition === "upgrade", functions, statement };
    }
    case "setup":
      return { ...common, qualified: qualifiedName(transition.spec), uniques: uniquePairs(transition) };
    case "uninstall":
      return common;
    case "alter":
    case "cleanup":
    case "teardown":
    case "release":
      return { ...common, qualified: qualifiedName(transition.spec) };
    case "cutover":
    case "rollback":
      return { ...common, qualified: qualifiedName(transition.spec), expected: transition.spec.uniques };
  }
}

/** Both lists are in the model's order. */
function uniquePairs({ spec, cutoverUniques }: SetupTransition): UniquePair[] {
  return spec.uniques.flatMap(({ columns }, index) => {
    const target = cutoverUniques[index];
    return target ? [{ columns, targetName: target.name, targetColumns: target.columns }] : [];
  });
}
