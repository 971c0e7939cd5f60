import { type AnnotatedModel, relationChanges } from "../annotation/index.ts";
import type { PlannedMigration } from "../emit/emit-migrations.ts";
import { folderLabel } from "../emit/folder-name.ts";
import { losses } from "../emit/losses.ts";
import type { EmitOption } from "../emit/policy.ts";
import { type History, qualifiedName, type ReachedTable, tableKey } from "../history/history.ts";
import { clientName } from "../model/index.ts";
import { causesOf } from "../plan/causes.ts";
import { descriptions, type TransitionLock } from "../plan/descriptions.ts";
import type { Position } from "../plan/moves.ts";
import { type QueryChange, queryChanges } from "../plan/query-changes.ts";
import type { Transition } from "../plan/transition.ts";
import type { PartitionSpec, Stage } from "../spec.ts";
import type { Call } from "./find-calls.ts";

/** What `plan --json` prints. */
export interface PlanReport {
  /** `never`: migrations are planned here, and not written by this project's `prisma generate`. */
  readonly emit: EmitOption;
  /** True where migrations are to be written. */
  readonly pending: boolean;
  /** What concerns schema `prisma_partition` as a whole. */
  readonly package: readonly PlannedStep[];
  /** Annotated models by name, then tables that are annotated no more. */
  readonly tables: readonly TablePlan[];
}

/** One migration that is to be written. */
export interface PlannedStep {
  readonly transition: Transition["transition"];
  /** The folder's name without its timestamp. */
  readonly folder: string;
  readonly does: string;
  readonly why: readonly string[];
  /** Null where no table of the application's is locked. */
  readonly lock: TransitionLock | null;
}

export interface TablePlan {
  readonly model: string;
  /** The model's name on Prisma Client. */
  readonly client: string;
  readonly table: string;
  /** The field that is the partition key. */
  readonly key: string;
  readonly reached: Position;
  readonly wanted: Position;
  readonly steps: readonly PlannedStep[];
  /** What has to change in the schema for the cutover to come; empty where nothing has to, or it is behind. */
  readonly beforeCutover: readonly string[];
  /** True where `prisma-partition cutover` can make these changes. */
  readonly canEdit: boolean;
  readonly hazards: readonly string[];
  /** For the cutover to come, or for the last swap; null once the old table is gone. */
  readonly queries: readonly QueryChange[] | null;
  /** Calls in the project's source that `queries` may concern. */
  readonly calls: readonly Call[];
}

export interface PlanInput {
  readonly annotated: readonly AnnotatedModel[];
  readonly history: History;
  readonly planned: readonly PlannedMigration[];
  readonly emit: EmitOption;
}

/** Pure: the calls are filled in by who looks for them. */
export function planReport({ annotated, history, planned, emit }: PlanInput): PlanReport {
  const transitions = planned.map(({ transition }) => transition);
  const tables = annotated.map((one) => {
    const key = tableKey(one.wanted.spec);
    return tablePlan(
      one,
      history.tables.get(key) ?? null,
      transitions.filter((step) => isOf(step, key)),
      history,
    );
  });
  const known = new Set(annotated.map(({ wanted }) => tableKey(wanted.spec)));
  const gone = [...history.tables].filter(([key]) => !known.has(key));
  return {
    emit,
    pending: planned.length > 0,
    package: transitions.filter((step) => !("spec" in step)).map((step) => describe(step, history, null, "none")),
    tables: [
      ...tables,
      ...gone.map(([key, reached]) =>
        goneTable(
          reached,
          transitions.filter((step) => isOf(step, key)),
          history,
        ),
      ),
    ],
  };
}

function isOf(transition: Transition, key: string): boolean {
  return "spec" in transition && tableKey(transition.spec) === key;
}

function describe(
  transition: Transition,
  history: History,
  reached: ReachedTable | null,
  wanted: Position,
): PlannedStep {
  const { does, lock } = descriptions[transition.transition];
  const why = causesOf(transition, history, reached?.spec ?? null, wanted);
  return { transition: transition.transition, folder: folderLabel(transition), does, why, lock };
}

function tablePlan(
  annotated: AnnotatedModel,
  reached: ReachedTable | null,
  transitions: readonly Transition[],
  history: History,
): TablePlan {
  const { model, key, wanted } = annotated;
  const { spec, advice } = wanted;
  const isAhead = spec.stage === "setup";
  return {
    model: model.name,
    client: clientName(model.name),
    table: qualifiedName(spec),
    key: key.name,
    reached: reached?.spec.stage ?? "none",
    wanted: spec.stage,
    steps: transitions.map((step) => describe(step, history, reached, spec.stage)),
    beforeCutover: isAhead && reached?.spec.stage !== "cutover" ? advice : [],
    canEdit: relationChanges(model, key).length === 0,
    hazards: hazards(annotated, reached, transitions),
    queries: spec.stage !== "cleanup" ? queryChanges(annotated, heldBefore(reached, spec.stage)) : null,
    calls: [],
  };
}

/** What the application's queries were written for: while the table is at cutover, they may still be those of setup. */
function heldBefore(reached: ReachedTable | null, wanted: Stage): PartitionSpec | null {
  if (reached === null) return null;
  return wanted === "cutover" && reached.spec.stage === "cutover" ? reached.setup : reached.spec;
}

function goneTable(reached: ReachedTable, transitions: readonly Transition[], history: History): TablePlan {
  const { spec } = reached;
  return {
    model: spec.model,
    client: clientName(spec.model),
    table: qualifiedName(spec),
    key: spec.key,
    reached: spec.stage,
    wanted: "none",
    steps: transitions.map((step) => describe(step, history, reached, "none")),
    beforeCutover: [],
    canEdit: false,
    hazards: transitions.flatMap(({ transition }) => descriptions[transition].after),
    queries: null,
    calls: [],
  };
}

/** What is lost, locked besides, or cannot be undone. */
function hazards(
  { model, key, wanted: { spec, fields } }: AnnotatedModel,
  reached: ReachedTable | null,
  transitions: readonly Transition[],
): string[] {
  const has = (name: Transition["transition"]) => transitions.some(({ transition }) => transition === name);
  const isCutoverAhead = has("cutover") || (spec.stage === "setup" && !has("rollback"));
  const relations = model.incoming
    .filter(({ references }) => references.includes(key.name) && (isCutoverAhead || has("rollback")))
    .map(
      ({ model: other, field }) =>
        `${other}.${field} references it: the swap locks ${other}'s table, too, and re-points the foreign key.`,
    );
  return [
    ...(isCutoverAhead ? losses(reached?.setup ?? spec, fields) : []),
    ...relations,
    ...(has("rollback")
      ? ["It is refused, naming them, while rows exist that the old table's uniques allow once only."]
      : []),
    ...transitions.flatMap(({ transition }) => descriptions[transition].after),
    ...(has("cleanup") && spec.keepOld !== null
      ? [`Its migration fails until ${spec.keepOld} have passed since the cutover.`]
      : []),
  ];
}
