import { closest } from "../../../src/closest.ts";
import type { KeyKindModule } from "../key-kinds/index.ts";
import { accept, type Result, refuse } from "../problem/problem.ts";
import { oneOf } from "../problem/suggest.ts";
import { show, type Value } from "../text/argument.ts";
import { timeSpan } from "./time-span.ts";
import { wholeNumber } from "./whole-number.ts";

/** The words for an interval, and what they stand for. */
export const intervalWords: Readonly<Record<string, string>> = {
  hourly: "1 hour",
  daily: "1 day",
  weekly: "1 week",
  monthly: "1 month",
  quarterly: "3 months",
  yearly: "1 year",
};

/** The width of a partition: a PostgreSQL interval for an axis of time, a whole number for one of numbers. */
export function interval(value: Value, kind: KeyKindModule): Result<string> {
  if (kind.axis === "number") return numberInterval(value);
  const result = timeInterval(value);
  const refusal = "value" in result ? kind.refuseInterval?.(result.value) : null;
  return refusal ? { refusal } : result;
}

function timeInterval(value: Value): Result<string> {
  const words = Object.keys(intervalWords);
  const text = value.type === "list" ? "" : value.text;
  const word = intervalWords[text];
  if (word !== undefined && value.type !== "bare") return accept(word);
  const meant = closest(text, words);
  if (meant !== null && !/\d/.test(text))
    return refuse(`There is no interval \`${text}\`.`, `did you mean \`${meant}\`?`);
  if (value.type === "string" || value.type === "bare") return timeSpan(value, "10 days");
  const reason = `\`${show(value)}\` is not an interval of time.`;
  return refuse(reason, `write ${oneOf(words)}, or a string such as "10 days".`);
}

function numberInterval(value: Value): Result<string> {
  const isTime = value.type === "identifier" || (value.type === "string" && /[a-z]/i.test(value.text));
  if (!isTime) return wholeNumber(value, 1n);
  const reason = `\`${show(value)}\` is an interval of time, but the key is a number.`;
  return refuse(reason, "write how many values of the key a partition holds, such as `1000000`.");
}
