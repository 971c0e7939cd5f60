import { expect, it } from "vitest";
import { report } from "../../../generator/emit/report.ts";
import { cutoverSpec, spec, want } from "../plan/fixture.ts";

const setup = {
  path: "prisma/migrations/20260101000001_partition_setup_event_transactions",
  transition: { transition: "setup", spec, cutoverUniques: [] },
} as const;
const cutover = {
  path: "prisma/migrations/20260101000002_partition_cutover_event_transactions",
  transition: { transition: "cutover", spec: cutoverSpec, cutoverUniques: [], reached: spec },
} as const;

it("has a line per folder, then the advice for a table at setup", () => {
  expect(report([setup], [want(spec, ["one", "two"])])).toBe(
    `prisma-partition: wrote ${setup.path}

Before the cutover of EventTransaction (billing.event_transactions):
  one
  two
`,
  );
});

it("spares the advice when the cutover is there already, or asks for nothing", () => {
  expect(report([setup], [want(spec, [])])).toBe(`prisma-partition: wrote ${setup.path}\n`);
  expect(report([setup, cutover], [want(cutoverSpec, ["one"])])).toBe(
    `prisma-partition: wrote ${setup.path}\nprisma-partition: wrote ${cutover.path}\n`,
  );
});

it("is one short line when nothing changed", () => {
  expect(report([], [want(spec)])).toBe("prisma-partition: migrations are up to date with the annotations.\n");
  expect(report([], [])).toBe("prisma-partition: no model has a @partition annotation.\n");
});
