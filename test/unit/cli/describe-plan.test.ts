import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAnnotated } from "../../../generator/annotation/index.ts";
import { describePlan } from "../../../generator/cli/describe-plan.ts";
import { findCalls } from "../../../generator/cli/find-calls.ts";
import { planReport } from "../../../generator/cli/plan-report.ts";
import { planMigrations } from "../../../generator/emit/emit-migrations.ts";
import { foldHistory } from "../../../generator/history/fold.ts";
import type { Migration } from "../../../generator/history/migration.ts";
import { readSchema } from "../../../generator/model/index.ts";
import { generateOne } from "../model/generate-with.ts";
import { createTable, emitted } from "../plan/fixture.ts";
import { captureTerminal } from "./capture.ts";

const events: Migration = { ...createTable, sql: 'CREATE TABLE "events" ();' };

/** The plan of a schema whose table is created, and taken to where each earlier schema asked. */
async function planOf(schemas: readonly string[], columns?: number): Promise<string[]> {
  const migrations: Migration[] = [events];
  for (const [index, models] of schemas.entries()) {
    const options = await generateOne(models);
    const annotated = readAnnotated(options, readSchema(options));
    const history = foldHistory(migrations);
    const planned = planMigrations(
      annotated.map(({ wanted }) => wanted),
      history,
      new Date(0),
    );
    if (index === schemas.length - 1) {
      return describePlan(planReport({ annotated, history, planned, emit: "auto" }), captureTerminal(columns).terminal);
    }
    for (const { name, transition } of planned) migrations.push(emitted(name, transition));
  }
  throw new Error("no schema");
}

const byId = (more = "") =>
  `/// @partition(id${more})\nmodel Event {\n  id String @id @default(uuid(7)) @db.Uuid\n  kids Kid[]\n  @@map("events")\n}\nmodel Kid {\n  id Int @id\n  e String @db.Uuid\n  event Event @relation(fields: [e], references: [id])\n}\n`;

describe("the plan for people", () => {
  test("says that no query changes where the key is the id, and what else the swap locks", async () => {
    const text = (await planOf([byId()])).join("\n");
    expect(text).toContain("Event (events): none → setup");
    expect(text).toContain("No query changes");
    expect(text).toContain("Kid.event references it");
  });

  test("names the options that changed, and the stage", async () => {
    const text = (await planOf([byId(), byId(', premake: 3, retention: "2 years", stage: cutover')])).join("\n");
    expect(text).toContain("premake: 12 → 3");
    expect(text).toContain("retention: none → 2 years");
    expect(text).toContain("stage: setup → cutover");
    expect(text).toContain("2 migrations are pending");
  });

  test("says that a cleanup is final, and when it is too early", async () => {
    const cutover = byId(", stage: cutover");
    const text = (await planOf([cutover, byId(', stage: cleanup, keepOld: "7 days"')])).join("\n");
    expect(text).toContain("There is no way back");
    expect(text).toContain("until 7 days have passed");
  });

  test("says what leads away from a table whose annotation is gone", async () => {
    const gone = byId().replace(/^.*@partition.*\n/, "");
    const text = (await planOf([byId(), gone])).join("\n");
    expect(text).toContain("Event (events): setup → none");
    expect(text).toContain("partition_teardown_events");
    // In the order of the folders.
    expect(text).toMatch(/partition_teardown_events[\s\S]*partition_uninstall/);
  });

  test.each([80, 200])("fits %d columns", async (columns) => {
    const lines = await planOf([byId().replace("partition(id)", 'partition(id, retention: "2 years")')], columns);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
    const widths = lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, "").length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    expect(Math.max(...widths)).toBeGreaterThan(60);
  });
});

test("calls are found by the model's name on the client, wherever the line breaks", async () => {
  const root = await mkdtemp(join(tmpdir(), "prisma-partition-calls-"));
  try {
    const file = join(root, "a.ts");
    await writeFile(
      file,
      "db.event.findUnique({});\ndb.eventLog.update({});\n\ndb\n  .event\n  .delete({});\ndb.event.updateMany({});\n",
    );
    expect(await findCalls("event", [file], root)).toEqual([
      { path: "a.ts", line: 1, method: "findUnique" },
      { path: "a.ts", line: 6, method: "delete" },
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});
