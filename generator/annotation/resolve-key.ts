import type { Field, Model } from "../model/index.ts";
import { type KeyKindModule, keyKindOf } from "./key-kinds/index.ts";
import type { Problem } from "./problem/problem.ts";
import { didYouMean, oneOf } from "./problem/suggest.ts";
import { show, type Value } from "./text/argument.ts";

/** The field that is the partition key, and what kind of key it is. */
export interface ResolvedKey {
  readonly field: Field;
  readonly kind: KeyKindModule;
}

/** The field that the `key` argument names, or why it cannot be the key. */
export function resolveKey(value: Value, model: Model): ResolvedKey | Problem {
  const { span } = value;
  if (value.type !== "identifier") {
    const isName = value.type === "string" && model.fields.some((field) => field.name === value.text);
    const fix = isName ? `write \`${value.text}\` without quotes.` : `write the name of a field: ${candidates(model)}.`;
    return { code: "invalid-value", span, reason: `\`${show(value)}\` is not the name of a field.`, fix };
  }
  const field = model.fields.find((candidate) => candidate.name === value.text);
  if (field === undefined) return unknownField(value.text, value, model);
  const unusable = (reason: string, fix: string): Problem => ({ code: "unusable-key", span, reason, fix });
  const name = `\`${field.name}\``;
  const another = `choose another field: ${candidates(model)}.`;
  if (field.kind === "ignored") {
    return unusable(`${name} is an \`@ignore\` field: Prisma Client cannot write it.`, "remove `@ignore` from it.");
  }
  if (field.kind === "unsupported") {
    return unusable(`${name} is an \`Unsupported\` field: Prisma does not know how its values are ordered.`, another);
  }
  if (field.kind === "relation") return unusable(`${name} is a relation, not a column.`, another);
  if (field.isList) return unusable(`${name} is a list: a row has no single place among the partitions.`, another);
  const kind = keyKindOf(field);
  if ("refusal" in kind) return unusable(kind.refusal.reason, kind.refusal.fix);
  if (!field.isRequired) {
    const fix = `fill the rows where it is NULL, then make the field required: \`${field.name} ${field.type}\`, without \`?\`.`;
    return unusable(`${name} is nullable: a row without a key belongs to no partition.`, fix);
  }
  return { field, kind: kind.value };
}

function unknownField(text: string, value: Value, model: Model): Problem {
  const problem = { code: "unknown-field", span: value.span } as const;
  const mapped = model.fields.find((field) => field.column === text);
  if (mapped !== undefined) {
    const reason = `\`${text}\` is a column; the annotation takes the field's name.`;
    return { ...problem, reason, fix: `write \`${mapped.name}\`.` };
  }
  const names = model.fields.filter((field) => field.kind !== "relation").map((field) => field.name);
  const reason = `Model \`${model.name}\` has no field \`${text}\`.`;
  return {
    ...problem,
    reason,
    fix: didYouMean(text, names, `the fields that can be the key are: ${candidates(model)}.`),
  };
}

/** The fields that could be the key, as prose. */
export function candidates(model: Model): string {
  const usable = model.fields.filter(
    (field) => field.kind === "scalar" && field.isRequired && !field.isList && "value" in keyKindOf(field),
  );
  return usable.length === 0 ? "none of this model's can be the key" : oneOf(usable.map((field) => field.name));
}
