import { accept, type Result, refuse } from "../problem/problem.ts";
import { show, type Value } from "../text/argument.ts";

const pattern = /^\s*(\d{1,6})\s+(hour|day|week|month|year)s?\s*$/i;

/** `"10 days"` in PostgreSQL's own spelling: one number of at least 1, one unit. `example` is for the fix. */
export function timeSpan(value: Value, example: string): Result<string> {
  const fix = `write one number and one unit of hours, days, weeks, months or years, such as "${example}".`;
  const inQuotes = value.type === "bare" ? value.text.replaceAll("'", "") : "";
  if (pattern.test(inQuotes))
    return refuse(`\`${show(value)}\` is not a string.`, `write "${inQuotes}", in double quotes.`);
  if (value.type !== "string") return refuse(`\`${show(value)}\` is not a span of time.`, fix);
  const match = pattern.exec(value.text);
  if (match === null) return refuse(`${show(value)} is not a span of time.`, fix);
  const count = Number(match[1]);
  if (count < 1) return refuse(`${show(value)} is no time at all.`, fix);
  const unit = (match[2] as string).toLowerCase();
  return accept(`${count} ${unit}${count === 1 ? "" : "s"}`);
}
