import { qualifiedName } from "../history/history.ts";
import type { PartitionSpec } from "../spec.ts";

export type RefusalCode =
  /** No transition leads from the stage reached to the stage wanted. */
  | "PLAN_UNSUPPORTED"
  /** An option that is fixed once the shadow table exists was changed. */
  | "PLAN_FIXED_OPTION"
  /** The model now names another table. */
  | "PLAN_TABLE_MOVED"
  /** No migration creates the table that is to be partitioned. */
  | "PLAN_TABLE_NOT_CREATED"
  /** The model's primary key or uniques do not fit the table that a cutover or rollback puts in use. */
  | "PLAN_MODEL_NOT_READY";

/** Why a wanted state cannot be reached, and what to do about it. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly model: string;
  /** For people: `billing.event_transactions`. */
  readonly table: string;
  readonly reason: string;
  readonly fix: string;
}

export function refuse(code: RefusalCode, spec: PartitionSpec, reason: string, fix: string): Refusal {
  return { code, model: spec.model, table: qualifiedName(spec), reason, fix };
}

/** Nothing was planned: every table that stands in the way is in `refusals`, and in the message. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  /** The first refusal's. */
  readonly code: RefusalCode;
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly [Refusal, ...Refusal[]]) {
    super(
      refusals
        .map(({ model, table, reason, fix }) => `@partition of ${model} (${table}): ${reason}\n  ${fix}`)
        .join("\n\n"),
    );
    this.code = refusals[0].code;
    this.refusals = refusals;
  }
}
