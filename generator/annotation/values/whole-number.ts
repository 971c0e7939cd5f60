import { accept, type Result, refuse } from "../problem/problem.ts";
import { show, type Value } from "../text/argument.ts";

/** PostgreSQL's bigint. */
const largest = 9_223_372_036_854_775_807n;

/**
 * A whole number between `least` and `most`, both inclusive, as text without leading zeros: it may be larger than what
 * a JavaScript number holds exactly.
 */
export function wholeNumber(value: Value, least: bigint, most: bigint = largest): Result<string> {
  const digits = value.type === "list" ? "" : value.text.replaceAll("_", "");
  const isNumber = /^-?\d+$/.test(digits);
  if (value.type === "number" && isNumber) {
    const number = BigInt(digits);
    if (number < least) return refuse(`\`${show(value)}\` is too small.`, `write a whole number of at least ${least}.`);
    if (number > most) return refuse(`\`${show(value)}\` is too large.`, `write a whole number of at most ${most}.`);
    return accept(number.toString());
  }
  const fix = isNumber ? `write \`${digits}\`, without quotes or separators.` : "write digits, such as `12`.";
  return refuse(`\`${show(value)}\` is not a whole number.`, fix);
}
