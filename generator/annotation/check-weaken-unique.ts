import type { Model } from "../model/index.ts";
import { keysOf } from "./cutover/key-changes.ts";
import type { Problem } from "./problem/problem.ts";
import type { Value } from "./text/argument.ts";

/** `weakenUnique` is for indexes that Prisma does not know: one that the model states weakens when the model says so. */
export function checkWeakenUnique(value: Value | undefined, names: readonly string[], model: Model): Problem[] {
  if (value === undefined) return [];
  const items = value.type === "list" ? value.items : [value];
  return keysOf(model)
    .filter((key) => names.includes(key.name))
    .map((key) => ({
      code: "invalid-value",
      span: items.find((item) => item.text === key.name)?.span ?? value.span,
      reason: `\`${key.name}\` is the index of \`${key.attribute.text}\`, which \`${model.name}\` states itself.`,
      fix: "take it out of `weakenUnique`; for the cutover, add the key to it in the model.",
    }));
}
