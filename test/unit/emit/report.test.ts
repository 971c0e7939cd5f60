import { expect, it } from "vitest";
import { report } from "../../../generator/emit/report.ts";
import type { Transition } from "../../../generator/plan/transition.ts";
import type { PartitionSpec, UniqueKey } from "../../../generator/spec.ts";
import { cutoverSpec, idAndKey, spec, want } from "../plan/fixture.ts";

const setup = {
  path: "prisma/migrations/20260101000001_partition_setup_event_transactions",
  transition: { transition: "setup", spec, cutoverUniques: [] },
} as const;
const cutover = {
  path: "prisma/migrations/20260101000002_partition_cutover_event_transactions",
  transition: { transition: "cutover", spec: cutoverSpec, cutoverUniques: [], reached: spec },
} as const;

const code: UniqueKey = { kind: "unique", name: "c", columns: ["code", "id"] };
const lost = (what: string) =>
  `The database no longer guarantees that ${what} is unique by itself: two rows with the same ${what} and different timestamp are possible.`;

it("has a line per folder, then the advice for a table at setup and what the cutover gives up", () => {
  expect(report([setup], [want(spec, ["one", "two"])])).toBe(
    `prisma-partition: wrote ${setup.path}

Before the cutover of EventTransaction (billing.event_transactions):
  one
  two

After the cutover of EventTransaction (billing.event_transactions):
  ${lost("id")}
`,
  );
});

it("says again at the cutover what is given up, by the names of fields, and nothing of keys that stay", () => {
  const reached: PartitionSpec = { ...spec, uniques: [idAndKey, code], weakenUnique: ["a_idx"] };
  const transition = { ...cutover.transition, reached };
  expect(report([{ ...cutover, transition }], [want(cutoverSpec, [])])).toBe(
    `prisma-partition: wrote ${cutover.path}

After the cutover of EventTransaction (billing.event_transactions):
  ${lost("(eventCode, id)")}
  The database no longer guarantees what unique index a_idx did: two rows that are the same to it and have different timestamp are possible.
`,
  );
});

it("spares the advice when the cutover is there already, and both where nothing changes", () => {
  const whole: PartitionSpec = { ...spec, uniques: [idAndKey] };
  expect(report([{ ...setup, transition: { ...setup.transition, spec: whole } }], [want(whole, [])])).toBe(
    `prisma-partition: wrote ${setup.path}\n`,
  );
  const swapped = { ...cutover, transition: { ...cutover.transition, reached: whole } };
  expect(report([setup, swapped], [want(cutoverSpec, ["one"])])).toBe(
    `prisma-partition: wrote ${setup.path}\nprisma-partition: wrote ${cutover.path}\n`,
  );
});

it("says what cannot be undone, and what is left to the user", () => {
  const folder = (transition: Transition) => ({ path: "p", transition });
  expect(report([folder({ transition: "cleanup", spec: cutoverSpec })], [want(cutoverSpec)])).toMatch(
    /\n\nAfter the cleanup of EventTransaction \(billing\.event_transactions\):\n {2}There is no way back/,
  );
  const removal = [folder({ transition: "release", spec: cutoverSpec }), folder({ transition: "uninstall" })];
  expect(report(removal, [])).toMatch(
    /\n\nAfter the release of .*:\n {2}It stays partitioned\. New partitions are yours/,
  );
  const others = [
    folder({ transition: "rollback", spec, reached: cutoverSpec }),
    folder({ transition: "teardown", spec: { ...spec, table: "logs" } }),
  ];
  expect(report(others, [want(spec, ["one"])])).toBe("prisma-partition: wrote p\nprisma-partition: wrote p\n");
});

it("is one short line when nothing changed", () => {
  expect(report([], [want(spec)])).toBe("prisma-partition: migrations are up to date with the annotations.\n");
  expect(report([], [])).toBe("prisma-partition: no model has a @partition annotation.\n");
});
