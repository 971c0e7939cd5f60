import { argumentNames, positionalNames } from "./definitions.ts";
import type { Problem } from "./problem/problem.ts";
import { didYouMean, oneOf } from "./problem/suggest.ts";
import { type Argument, show, type Value } from "./text/argument.ts";

/** Gives every argument its name: the first positional ones are the key, the interval and premake, in this order. */
export function bindArguments(given: readonly Argument[]): { values: Map<string, Value>; problems: Problem[] } {
  const values = new Map<string, Value>();
  const problems: Problem[] = [];
  let namedBefore: string | null = null;
  for (const [index, { name, value }] of given.entries()) {
    const bound = name?.text ?? positionalNames[index];
    const span = name?.span ?? value.span;
    if (name === null && namedBefore !== null) {
      const reason = `\`${show(value)}\` has no name, but stands after the named argument \`${namedBefore}\`.`;
      problems.push({ code: "positional-argument", span, reason, fix: `write \`name: ${show(value)}\`.` });
    } else if (bound === undefined) {
      const reason = `Only ${positionalNames.join(", ")} can stand without a name.`;
      const fix = `write \`name: ${show(value)}\`; the names are ${oneOf(argumentNames)}.`;
      problems.push({ code: "positional-argument", span, reason, fix });
    } else if (!argumentNames.includes(bound)) {
      const fix = didYouMean(bound, argumentNames, `the arguments are ${oneOf(argumentNames)}.`);
      problems.push({ code: "unknown-argument", span, reason: `There is no argument \`${bound}\`.`, fix });
    } else if (values.has(bound)) {
      const reason = `The argument \`${bound}\` is given twice.`;
      problems.push({ code: "duplicate-argument", span, reason, fix: "keep one of the two." });
    } else values.set(bound, value);
    namedBefore = name?.text ?? namedBefore;
  }
  return { values, problems };
}
