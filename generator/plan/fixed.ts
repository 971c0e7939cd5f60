import { isDeepStrictEqual } from "node:util";
import type { PartitionSpec } from "../spec.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Options that the shadow table is built on: they hold from setup on, for as long as the table is partitioned. */
const fixed = {
  key: "the shadow table is partitioned by it",
  kind: "the shadow table's bounds are written in it",
  start: "the first partition was created from it",
  maintenance: "it has created the partitions that exist",
  weakenUnique: "the shadow table's unique indexes are built by it",
} as const satisfies Partial<Record<keyof PartitionSpec, string>>;

const startOver =
  " To start over with another, remove the annotation, generate, and annotate the model again; a setup that was deployed " +
  "nowhere can be deleted instead, folder and all.";

/** Refuses a change of an option that cannot change any more. */
export function refuseFixed(reached: PartitionSpec, wanted: PartitionSpec): Refusal[] {
  const refusals = (Object.keys(fixed) as (keyof typeof fixed)[])
    .filter((option) => !isDeepStrictEqual(reached[option], wanted[option]))
    .map((option) => {
      const was = show(reached[option]);
      const fix =
        option === "kind"
          ? `Put the type of column ${wanted.key} back so that it is a ${was} key again.`
          : was === "none"
            ? `Remove \`${option}\` again.`
            : `Write \`${option}\` as it was: ${was}.`;
      return refuse(
        "PLAN_FIXED_OPTION",
        wanted,
        `${option} was ${was} at setup and is ${show(wanted[option])} now, but ${fixed[option]}.`,
        reached.stage === "setup" ? fix + startOver : fix,
      );
    });
  return [...refusals, ...refuseIdentity(reached, wanted)];
}

function show(value: string | readonly string[] | null): string {
  if (value === null || value.length === 0) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The change capture, which there is until cleanup, records rows by these columns. They change with the model at cutover
 * and rollback, and at no other time.
 */
function refuseIdentity(reached: PartitionSpec, wanted: PartitionSpec): Refusal[] {
  const [was, is] = [reached.identity.join(", "), wanted.identity.join(", ")];
  if (reached.stage !== wanted.stage || reached.stage === "cleanup" || was === is) return [];
  return [
    refuse(
      "PLAN_FIXED_OPTION",
      wanted,
      `the change capture identifies rows by (${was}), and the model now by (${is}).`,
      reached.stage === "setup"
        ? "If this is the change for the cutover, add `stage: cutover` to the annotation; else put the primary key back."
        : "If this is the change for the way back, write `stage: setup`; else put the primary key back as it was at cutover.",
    ),
  ];
}
