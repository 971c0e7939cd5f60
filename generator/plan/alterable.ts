import { isDeepStrictEqual } from "node:util";
import type { PartitionSpec } from "../spec.ts";

/** Options that an `alter` changes on a table, at whatever stage. `model`: the Prisma model was renamed. */
export const alterable = [
  "model",
  "interval",
  "premake",
  "retention",
  "onExpire",
  "schedule",
  "batchSize",
  "scheduler",
  "cronNodename",
] as const satisfies readonly (keyof PartitionSpec)[];

export type Changes = Partial<Pick<PartitionSpec, (typeof alterable)[number]>>;

/** The alterable options whose wanted value differs, with that value; null when none does. */
export function changesBetween(reached: PartitionSpec, wanted: PartitionSpec): Changes | null {
  const changed = alterable.filter((option) => !isDeepStrictEqual(reached[option], wanted[option]));
  return changed.length === 0 ? null : Object.fromEntries(changed.map((option) => [option, wanted[option]]));
}
