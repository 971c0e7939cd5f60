import internals from "@prisma/internals";
import { describe, expect, it } from "vitest";
import { primaryKeyName, uniqueName } from "../../../generator/model/index.ts";
import { datasource } from "./generate-with.ts";

/** Prisma refuses a schema in which two indexes have one name: an index with ours must clash with its own. */
async function clashes(table: string, column: string, ours: string): Promise<string> {
  const model = `model T {
    id Int @id
    a  Int @unique @map(${JSON.stringify(column)})
    b  Int
    @@index([b], map: ${JSON.stringify(ours)})
    @@map(${JSON.stringify(table)})
  }\n`;
  return internals.getDMMF({ datamodel: datasource + model }).then(
    () => "no clash",
    (error: Error) => error.message,
  );
}

const tables = [
  "events",
  ...[52, 53, 57, 58, 59, 60, 62, 63, 80].map((length) => "t".repeat(length)),
  "é".repeat(28),
  `x${"é".repeat(28)}`,
  `x${"é".repeat(40)}`,
  "🐘".repeat(14),
  `xy${"🐘".repeat(20)}`,
];

describe("constraint names", () => {
  it.each(tables)("are Prisma's for table %s", async (table) => {
    const id = primaryKeyName(table);
    const unique = uniqueName(table, ["größe"]);
    expect(Buffer.byteLength(id)).toBeLessThanOrEqual(63);
    expect(Buffer.byteLength(unique)).toBeLessThanOrEqual(63);
    expect(await clashes(table, "größe", id)).toContain(`constraint name \`${id}\` has to be unique`);
    expect(await clashes(table, "größe", unique)).toContain(`constraint name \`${unique}\` has to be unique`);
    expect(await clashes(table, "größe", "other")).toBe("no clash");
  });

  it("cut the name and keep the suffix", () => {
    expect(primaryKeyName("t".repeat(70))).toBe(`${"t".repeat(58)}_pkey`);
    expect(uniqueName("events", ["user_id", "key"])).toBe("events_user_id_key_key");
    expect(uniqueName("t".repeat(58), ["a", "b"])).toBe(`${"t".repeat(58)}__key`);
  });
});
