import type { Field } from "../../model/index.ts";
import type { KeyKind } from "../../spec.ts";
import type { Refusal } from "../problem/problem.ts";

/** Whether a key kind takes a field; null where the field is another kind's business. */
export type Verdict = "accepted" | Refusal | null;

/**
 * One kind of partition key: which fields it takes, and how its values lie on the axis that is cut into partitions.
 * A point of the axis is text: an ISO instant in UTC (`2024-01-01T00:00:00Z`) or a whole number. `toBound` and
 * `fromBound` do in TypeScript what `prisma_partition.axis_to_bound` and `axis_from_bound` do in SQL.
 */
export interface KeyKindModule {
  readonly kind: KeyKind;
  /** `time`: intervals are PostgreSQL intervals, points instants. `number`: both are whole numbers. */
  readonly axis: "time" | "number";
  /** The fields it takes, for the docs and for refusals. */
  readonly accepts: string;
  examine(field: Field): Verdict;
  /** The smallest value of the key at a point, as the text of a PostgreSQL literal without its quotes. */
  toBound(point: string): string;
  /** The point at which a value stands. @throws RangeError for text that is no value of the key */
  fromBound(value: string): string;
  /** The kind's own rules for a normalised interval. */
  refuseInterval?(interval: string): Refusal | null;
}
