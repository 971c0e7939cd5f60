import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Problem } from "../../../generator/annotation/index.ts";
import { planMigrations } from "../../../generator/emit/emit-migrations.ts";
import { readHistory } from "../../../generator/history/index.ts";
import { accepted } from "./refusals.ts";

const models = (event: string, others: string, annotation = "@partition(at)") =>
  `/// ${annotation}\nmodel Event {\n  id Int @id\n  at DateTime\n${event}}\n${others}`;

const kid =
  "model Kid {\n  id Int @id\n  eventId Int\n  event Event @relation(fields: [eventId], references: [id])\n}\n";

async function problems(text: string, source?: string): Promise<readonly Problem[]> {
  return (await accepted(text, "", source)).flatMap(({ beforeSetup }) => beforeSetup);
}

const fixes = async (text: string) => (await problems(text)).map(({ fix }) => fix);

describe("foreign keys that a setup would be refused for", () => {
  it("are told with what to do, in order", async () => {
    const [only, ...rest] = await problems(models("  kids Kid[]\n", kid));
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ code: "relation-without-key" });
    expect(only?.reason).toContain("`Kid.event` references `[id]` of `Event`");
    expect(only?.fix).toBe(
      "in this order: 1. add `@@unique([id, at])` to `Event`; " +
        "2. add `eventAt DateTime` (the `at` of the row that is referenced) to `Kid` and write `@relation(fields: [eventId, eventAt], references: [id, at])`; " +
        "3. `npx prisma migrate dev --create-only`, and where `Kid` has rows, fill `eventAt` in its SQL before the foreign key is added, adding the column without NOT NULL and setting that afterwards: " +
        '`UPDATE "Kid" c SET "eventAt" = p."at" FROM "Event" p WHERE c."eventId" = p."id";`; ' +
        "4. `npx prisma migrate dev`; 5. `npx prisma generate`.",
    );
  });

  it("want no unique that is there, in whatever order", async () => {
    const [fix] = await fixes(models("  kids Kid[]\n  @@unique([at, id])\n", kid));
    expect(fix).not.toContain("@@unique");
  });

  it("are those of one-to-one relations, ignored models and join tables, too", async () => {
    const others = `${kid.replace("eventId Int", "eventId Int @unique")}model Tag {\n  id Int @id\n  events Event[]\n}
model Secret {\n  id Int @id\n  eventId Int\n  event Event @relation(fields: [eventId], references: [id])\n  @@ignore\n}\n`;
    const found = await fixes(models("  kid Kid?\n  tags Tag[]\n  secrets Secret[] @ignore\n", others));
    expect(found).toHaveLength(3);
    expect(found[0]).toContain("`@@unique([eventId, eventAt])` to `Kid`");
    expect(found[1]).toContain("fill `eventAt`");
    expect(found[2]).toContain("join table as a model of its own");
  });

  it("are those of the table to itself, even with the key", async () => {
    const tree =
      '  upId Int?\n  upAt DateTime?\n  up Event? @relation("t", fields: [upId, upAt], references: [id, at])\n  down Event[] @relation("t")\n  @@unique([id, at])\n';
    const [only, ...rest] = await problems(models(tree, ""));
    expect(rest).toEqual([]);
    expect(only).toMatchObject({
      code: "self-relation",
      fix: expect.stringContaining("1. remove `up` and its other side"),
    });
  });

  it("are none that hold the key, that the model holds itself, or that Prisma alone knows", async () => {
    const whole = kid
      .replace("eventId Int", "eventId Int\n  eventAt DateTime")
      .replace("[eventId], references: [id]", "[eventId, eventAt], references: [id, at]");
    expect(await problems(models("  kids Kid[]\n  @@unique([id, at])\n", whole))).toEqual([]);
    const outgoing = "  ownerId Int\n  owner Owner @relation(fields: [ownerId], references: [id])\n";
    expect(await problems(models(outgoing, "model Owner {\n  id Int @id\n  events Event[]\n}\n"))).toEqual([]);
    const emulated = 'datasource db {\n  provider = "postgresql"\n  relationMode = "prisma"\n}\n';
    const indexed = kid.replace("}\n", "  @@index([eventId])\n}\n");
    expect(await problems(models("  kids Kid[]\n", indexed), emulated)).toEqual([]);
    const inDatabase = emulated.replace('"prisma"', '"foreignKeys"');
    expect(await problems(models("  kids Kid[]\n", kid), inDatabase)).toHaveLength(1);
  });

  it("keep a setup from being planned, of all models at once; one that was emitted stays", async () => {
    const second = "/// @partition(at)\nmodel Log {\n  id Int @id\n  at DateTime\n  kids LogKid[]\n}\n";
    const others = `${kid}${second}${kid.replaceAll("Event", "Log").replace("Kid", "LogKid")}`;
    const wanted = await accepted(models("  kids Kid[]\n", others));
    const folder = mkdtempSync(join(tmpdir(), "prisma-partition-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const write = (name: string, sql: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "migration.sql"), sql);
    };
    write("20260101000000_init", 'CREATE TABLE "Event" ();\nCREATE TABLE "Log" ();');
    const before = await readHistory(folder);
    expect(() => planMigrations(wanted, before, new Date())).toThrow(/2 mistakes in the schema/);

    const sound = wanted.map((table) => ({ ...table, beforeSetup: [] }));
    for (const { name, sql } of planMigrations(sound, before, new Date())) write(name, sql);
    expect(planMigrations(wanted, await readHistory(folder), new Date())).toEqual([]);
  });
});
