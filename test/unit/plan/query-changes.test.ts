import { expect, it } from "vitest";
import { readAnnotated } from "../../../generator/annotation/index.ts";
import { readSchema } from "../../../generator/model/index.ts";
import { queryChanges, showWhere } from "../../../generator/plan/query-changes.ts";
import type { PartitionSpec } from "../../../generator/spec.ts";
import { generateOne } from "../model/generate-with.ts";

/** `before → after`, as they stand after `where:`; `–` where no unique query is left. */
async function changes(models: string, reached: PartitionSpec | null = null): Promise<string[]> {
  const options = await generateOne(models);
  const [annotated] = readAnnotated(options, readSchema(options));
  if (annotated === undefined) throw new Error("no annotation");
  return queryChanges(annotated, reached).map(
    ({ before, after }) => `${showWhere(before)} → ${after ? showWhere(after) : "–"}`,
  );
}

async function specOf(models: string): Promise<PartitionSpec> {
  const options = await generateOne(models);
  const [annotated] = readAnnotated(options, readSchema(options));
  return annotated?.wanted.spec as PartitionSpec;
}

const event = (body: string, stage = "setup") =>
  `/// @partition(at, stage: ${stage})\nmodel Event {\n${body}\n  at DateTime\n}\n`;

it("names the compound keys as Prisma Client does", async () => {
  expect(await changes(event("  id Int @id\n  email String @unique"))).toEqual([
    "{ id } → { id_at: { id, at } }",
    "{ email } → { email_at: { email, at } }",
  ]);
  expect(await changes(event('  a Int\n  b Int\n  @@id([a, b], name: "both")\n  c Int\n  @@unique([b, c])'))).toEqual([
    "{ both: { a, b } } → { both: { a, b, at } }",
    "{ b_c: { b, c } } → { b_c_at: { b, c, at } }",
  ]);
});

it("says where no unique query is left, and which other key takes the place", async () => {
  expect(await changes(event("  id Int\n  a Int? @unique\n  @@id([id, at])"))).toEqual(["{ a } → –"]);
  expect(await changes(event("  id Int\n  a Int @unique\n  @@id([id, at])\n  @@unique([at, a])"))).toEqual([
    "{ a } → { at_a: { at, a } }",
  ]);
});

it("is empty where the key is the id", async () => {
  const model = "/// @partition(id)\nmodel Event {\n  id String @id @default(uuid(7)) @db.Uuid\n}\n";
  expect(await changes(model)).toEqual([]);
  expect(await changes(model.replace("(id)", "(id, stage: cutover)"), await specOf(model))).toEqual([]);
});

it("follows a cutover and a rollback that are pending", async () => {
  const plain = event("  id Int @id\n  a Int @unique");
  const swapped = event('  id Int\n  a Int\n  @@id([id, at], name: "row")\n  @@unique([a, at])', "cutover");
  expect(await changes(swapped, await specOf(plain))).toEqual([
    "{ id } → { row: { id, at } }",
    "{ a } → { a_at: { a, at } }",
  ]);
  expect(await changes(plain, await specOf(swapped))).toEqual([
    "{ id_at: { id, at } } → { id }",
    "{ a_at: { a, at } } → { a }",
  ]);
  expect(await changes(swapped, await specOf(swapped))).toEqual([]);
});
