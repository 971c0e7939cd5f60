import { describe, expect, it } from "vitest";
import { accepted, refusals } from "./refusals.ts";

const model = "model Event {\n  id BigInt @id\n  at DateTime\n}\n";
const annotation = "/// @partition(at)\n";

describe("where an annotation counts", () => {
  it.each([
    ["above the model", annotation + model],
    ["with // lines in between", `${annotation}// @partition(old)\n// more\n${model}`],
    ["in a block comment", `/* @partition(at) */\n${model}`],
    ["on the model's own line", `/* @partition(at) */ ${model}`],
    ["in a starred block comment", `/**\n * Text.\n\n * @partition(at)\n */\n${model}`],
    ["after text", `/// Text. @partition(at) Text.\n${model}`],
    ["behind the closing brace above", `enum E {\n  A\n} /// @partition(at)\n${model}`],
    ["with CRLF", (annotation + model).replaceAll("\n", "\r\n")],
    ["with CR", (annotation + model).replaceAll("\n", "\r")],
    ["beside commented-out models", `/* ${annotation}${model}*/\n\n/// {\n${annotation}\n${annotation}${model}`],
  ])("%s", async (_, models) => {
    expect((await accepted(models)).map(({ spec }) => spec.model)).toEqual(["Event"]);
  });

  it.each([
    ["prose", `/// The \`@partition(at)\` annotation, or @partition alone.\n${model}`],
    ["other annotations", `/// @zod.max(3)\n/// @position(5)\n${model}`],
    ["plain comments elsewhere", `// @partition(at)\n\n${model}`],
  ])("ignores %s", async (_, models) => {
    expect(await accepted(models)).toEqual([]);
  });

  it.each([
    ["// instead of ///", `// @partition(at)\n${model}`],
    ["misspelt", `/// @Partion(at)\n${model}`],
    ["twice", `${annotation}/// text\n${annotation}${model}`],
    ["a blank line", `${annotation}\n${model}`],
    ["a blank line with spaces", `${annotation} \t\n${model}`],
    ["a block cut off", `/*\n @partition(at)\n*/\n\n${model}`],
    ["at the end of the file", `${model}${annotation}`],
    ["above an enum", `${annotation}enum Status {\n  ON\n}\n`],
    ["above an enum value", `enum Status {\n  ON\n  /// @partition(at)\n  OFF\n}\n`],
    ["above a field", `model Event {\n  id BigInt @id\n  /// @partition(at)\n  at DateTime\n}\n`],
    ["beside a field", `model Event {\n  id BigInt @id\n  at DateTime /// @partition(at)\n}\n`],
    ["beside a block attribute", `model Event {\n  id BigInt\n  @@id([id]) /// @partition(at)\n}\n`],
    ["at the end of a model", `model Event {\n  id BigInt @id\n  /// @partition(at)\n}\n`],
    ["above a generator", `${annotation}generator other {\n  provider = "x"\n}\n`],
    ["above an @@ignore model", `${annotation}model Event {\n  id BigInt @id\n  at DateTime\n  @@ignore\n}\n`],
  ])("refuses %s", async (_, models) => {
    expect(await refusals(models)).toMatchSnapshot();
  });

  it("refuses a view", async () => {
    const views = '  previewFeatures = ["views"]\n';
    expect(
      await refusals(`${annotation}view Event {\n  id BigInt @unique\n  at DateTime\n}\n`, views),
    ).toMatchSnapshot();
  });

  it("refuses a model in which nothing identifies a row", async () => {
    const partial = '  previewFeatures = ["partialIndexes"]\n';
    const body = '  id BigInt @unique(where: raw("id > 0"))\n  at DateTime\n';
    expect(await refusals(`${annotation}model Event {\n${body}}\n`, partial)).toMatchSnapshot();
  });

  it("refuses a table name that PostgreSQL would cut", async () => {
    const long = "é".repeat(32);
    expect(await refusals(`${annotation}${model.replace("}", `  @@map("${long}")\n}`)}`)).toMatchSnapshot();
    expect(await accepted(`${annotation}${model.replace("}", `  @@map("${long.slice(1)}")\n}`)}`)).toHaveLength(1);
  });

  it("refuses other databases, at the provider", async () => {
    const mysql = 'datasource db {\n  provider = "mysql"\n}\n';
    expect(await refusals(annotation + model, "", mysql)).toMatchSnapshot();
    expect(await accepted(model, "", mysql)).toEqual([]);
  });

  it("leaves two models on one table to Prisma, which refuses them itself", async () => {
    const both = `${annotation}${model}${annotation}${model.replace("Event", "Other").replace("}", '  @@map("Event")\n}')}`;
    await expect(accepted(both)).rejects.toThrow(/another model or view with this name exists/);
  });
});
