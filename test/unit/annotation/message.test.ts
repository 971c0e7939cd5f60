import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { AnnotationError, readSpecs } from "../../../generator/annotation/index.ts";
import { datasource, generateWith, generatorBlock } from "../model/generate-with.ts";

describe("the message", () => {
  it("lists every mistake of every file, with path, frame, reason and fix", async () => {
    const options = await generateWith({
      "schema.prisma": generatorBlock() + datasource,
      "models/b.prisma": "/// @partition(at, montly)\nmodel B {\n  id Int @id\n  at DateTime\n}\n",
      "models/a.prisma":
        "/// Größe 🐘\n/* 🐘\t@partition(at, stage: done) */ model A {\r\n  id Int @id\n  at DateTime\n}\n",
    });
    const path = relative(process.cwd(), options.schemaPath);
    let error: unknown;
    try {
      readSpecs(options);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(AnnotationError);
    expect((error as AnnotationError).code).toBe("ANNOTATION_INVALID");
    expect((error as AnnotationError).message).toBe(`prisma-partition: 2 mistakes in the schema

${path}/models/a.prisma:2:29
  1 | /// Größe 🐘
> 2 | /* 🐘\t@partition(at, stage: done) */ model A {
    |     \t                      ^^^^
  3 |   id Int @id
\`done\` is not \`setup\`, \`cutover\` or \`cleanup\`.
Fix: write \`setup\`, \`cutover\` or \`cleanup\`.

${path}/models/b.prisma:1:20
> 1 | /// @partition(at, montly)
    |                    ^^^^^^
  2 | model B {
There is no interval \`montly\`.
Fix: did you mean \`monthly\`?`);
  });

  it("sorts what is sound by model name", async () => {
    const options = await generateWith({
      "schema.prisma": generatorBlock() + datasource,
      "a.prisma": "/// @partition(at)\nmodel Zebra {\n  id Int @id\n  at DateTime\n}\n",
      "z.prisma": "/// @partition(at)\nmodel Ant {\n  id Int @id\n  at DateTime\n}\n",
    });
    expect(readSpecs(options).map(({ spec }) => spec.model)).toEqual(["Ant", "Zebra"]);
  });
});
