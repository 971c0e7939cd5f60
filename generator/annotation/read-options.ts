import { type ArgumentDefinition, type ArgumentName, definitions } from "./definitions.ts";
import { type KeyKindModule, keyKinds } from "./key-kinds/index.ts";
import type { Problem, Result } from "./problem/problem.ts";
import type { Value } from "./text/argument.ts";
import type { Annotation } from "./text/find-annotations.ts";
import { parseValue } from "./text/parse-arguments.ts";

type Read<D> = D extends ArgumentDefinition<infer T> ? T : never;

/** The arguments of an annotation, read, with the defaults filled in. `undefined` where one is wrong or missing. */
export type ReadOptions = { [Name in ArgumentName]?: Read<(typeof definitions)[Name]> };

/**
 * Reads every argument but the key. Each mistake is a problem, and hides no other.
 *
 * @param kind null where the key is wrong: then only what no kind of key would take is a mistake
 */
export function readOptions(
  annotation: Annotation,
  values: ReadonlyMap<string, Value>,
  kind: KeyKindModule | null,
): { options: ReadOptions; problems: Problem[] } {
  const problems: Problem[] = [];
  const entries = Object.entries(definitions).map(([name, definition]) => {
    const given = values.get(name);
    if (given === undefined && name === "interval" && kind?.axis === "number") {
      const reason = "An integer key has no default interval.";
      const fix = "say how many values of the key a partition holds: `interval: 1000000`.";
      problems.push({ code: "missing-argument", span: annotation.span, reason, fix });
      return [name, undefined];
    }
    if (given === undefined && definition.default === null) return [name, null];
    const value = given ?? defaultValue(definition.default as string, annotation);
    const result = readValue(definition, value, kind);
    if ("value" in result) return [name, result.value];
    problems.push({ code: "invalid-value", span: value.span, ...result.refusal });
    return [name, undefined];
  });
  if (values.has("onExpire") && !values.has("retention")) {
    const span = (values.get("onExpire") as Value).span;
    const reason = "Without `retention` no partition expires.";
    problems.push({
      code: "missing-argument",
      span,
      reason,
      fix: 'add `retention: "24 months"`, or remove `onExpire`.',
    });
  }
  return { options: Object.fromEntries(entries) as ReadOptions, problems };
}

function readValue(definition: ArgumentDefinition<unknown>, value: Value, kind: KeyKindModule | null): Result<unknown> {
  if (kind !== null) return definition.read(value, kind);
  const results = Object.values(keyKinds).map((candidate) => definition.read(value, candidate));
  return results.find((result) => "value" in result) ?? (results[0] as Result<unknown>);
}

function defaultValue(text: string, annotation: Annotation): Value {
  return parseValue({ text, span: () => annotation.span });
}
