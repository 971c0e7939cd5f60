import { expect } from "vitest";
import {
  AnnotationError,
  type ReportedProblem,
  type ResolvedSpec,
  readSpecs,
} from "../../../generator/annotation/index.ts";
import { generateOne } from "../model/generate-with.ts";

/** The problems of a schema, one line each: `line:column code | what the carets mark | reason | fix`. */
export async function refusals(models: string, settings = "", source?: string): Promise<string[]> {
  return (await problemsOf(models, settings, source)).map(
    ({ line, column, code, frame, reason, fix }) => `${line}:${column} ${code} | ${marked(frame)} | ${reason} | ${fix}`,
  );
}

export async function problemsOf(models: string, settings = "", source?: string): Promise<readonly ReportedProblem[]> {
  const options = await generateOne(models, settings, source);
  try {
    readSpecs(options);
  } catch (error) {
    if (error instanceof AnnotationError) return error.problems;
    throw error;
  }
  return expect.unreachable("The schema was accepted.");
}

export async function accepted(models: string, settings = "", source?: string): Promise<ResolvedSpec[]> {
  return readSpecs(await generateOne(models, settings, source));
}

/** What stands above the carets. */
function marked(frame: string): string {
  const lines = frame.split("\n");
  const row = lines.findIndex((line) => /^ +\| +\^+$/.test(line.replaceAll("\t", " ")));
  const carets = lines[row] as string;
  const from = carets.indexOf("^");
  return Array.from(lines[row - 1] as string)
    .slice(Array.from(carets.slice(0, from)).length, Array.from(carets).length)
    .join("");
}

/** A model with a usable key of its own, annotated. Line 7 is the annotation, line 8 the model. */
export function event(annotation: string, body = "  id BigInt @id\n  at DateTime\n"): string {
  return `/// ${annotation}\nmodel Event {\n${body}}\n`;
}
