import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readGeneratorOptions, readSpecs } from "../../../generator/annotation/index.ts";
import { generateOne } from "../model/generate-with.ts";
import { event, refusals } from "./refusals.ts";

const models = event("@partition(at)");

describe("generator options", () => {
  it("have defaults", async () => {
    expect(readGeneratorOptions(await generateOne(models))).toEqual({
      output: null,
      migrations: null,
      maintenance: "auto",
      scheduler: "auto",
      cronNodename: null,
      emit: "auto",
    });
  });

  it("are read, with paths from the schema file", async () => {
    const options = await generateOne(
      models,
      `  output = "../src/generated"
  migrations = "./migrations" // here
  maintenance = "builtin"
  scheduler = "pg_cron"
  cronNodename = ""
  emit = "never"
`,
    );
    const base = dirname(options.schemaPath);
    expect(readGeneratorOptions(options)).toEqual({
      output: join(base, "../src/generated"),
      migrations: join(base, "migrations"),
      maintenance: "builtin",
      scheduler: "pg_cron",
      cronNodename: "",
      emit: "never",
    });
    expect(readSpecs(options)[0]?.spec).toMatchObject({
      maintenance: "builtin",
      scheduler: "pg_cron",
      cronNodename: "",
    });
  });

  it("are refused with their place, together with the annotations", async () => {
    const settings = `  maintenance = "pg_partman"
  scheduler   = "cron"
  emit        = ["auto"]
  migrations  = ["a", "b"]
  cronNodname = "x"
  whatever    = "x"
  cronNodename = env("NODE")
`;
    expect(await refusals(event("@partition(att)"), settings)).toMatchSnapshot();
    const options = await generateOne(models, settings);
    expect(() => readGeneratorOptions(options)).toThrow("7 mistakes");
  });
});
