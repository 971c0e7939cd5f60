import type { PartitionSpec } from "../spec.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Options that the shadow table is built on: they hold from setup on, for as long as the table is partitioned. */
const fixed = {
  key: "the shadow table is partitioned by it",
  kind: "the shadow table's bounds are written in it",
  start: "the first partition was created from it",
  maintenance: "it has created the partitions that exist",
} as const satisfies Partial<Record<keyof PartitionSpec, string>>;

/** Refuses a change of an option that cannot change any more. */
export function refuseFixed(reached: PartitionSpec, wanted: PartitionSpec): Refusal[] {
  const refusals = (Object.keys(fixed) as (keyof typeof fixed)[])
    .filter((option) => reached[option] !== wanted[option])
    .map((option) => {
      const was = reached[option] ?? "none";
      return refuse(
        "PLAN_FIXED_OPTION",
        wanted,
        `${option} was ${was} at setup and is ${wanted[option] ?? "none"} now, but ${fixed[option]}.`,
        option === "kind"
          ? `Put the type of column ${wanted.key} back so that it is a ${was} key again.`
          : reached[option] === null
            ? `Remove \`${option}\` again.`
            : `Write \`${option}\` as it was: ${was}.`,
      );
    });
  return [...refusals, ...refuseIdentity(reached, wanted)];
}

/** The change capture records rows by these columns. They change with the model at cutover, and at no other time. */
function refuseIdentity(reached: PartitionSpec, wanted: PartitionSpec): Refusal[] {
  const [was, is] = [reached.identity.join(", "), wanted.identity.join(", ")];
  if (reached.stage !== wanted.stage || was === is) return [];
  return [
    refuse(
      "PLAN_FIXED_OPTION",
      wanted,
      `the change capture identifies rows by (${was}), and the model now by (${is}).`,
      reached.stage === "setup"
        ? "If this is the change for the cutover, add `stage: cutover` to the annotation; else put the primary key back."
        : "Put the primary key back as it was at cutover.",
    ),
  ];
}
