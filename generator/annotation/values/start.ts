import type { KeyKindModule } from "../key-kinds/index.ts";
import { isoInstant } from "../key-kinds/instant.ts";
import { accept, type Result, refuse } from "../problem/problem.ts";
import { show, type Value } from "../text/argument.ts";
import { wholeNumber } from "./whole-number.ts";

const dateOnly = /^(\d{4})-(\d{2})-(\d{2})$/;
const localTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/;
const instant = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Lower bound of the first partition: an ISO instant in UTC, or a whole number. A date means its midnight in UTC. */
export function start(value: Value, kind: KeyKindModule): Result<string> {
  if (kind.axis === "number") return wholeNumber(value, -9_223_372_036_854_775_808n);
  const example = 'such as "2024-01-01" or "2024-01-01T00:00:00Z"';
  const text = value.type === "list" ? "" : value.text;
  const match = dateOnly.exec(text) ?? instant.exec(text);
  if (match !== null && value.type !== "string") return refuse(`\`${text}\` has no quotes.`, `write "${text}".`);
  if (match === null) {
    const isLocal = localTime.test(text);
    const reason = isLocal
      ? `${show(value)} does not say in which time zone it is.`
      : `\`${show(value)}\` is no date and no instant.`;
    return refuse(reason, isLocal ? `write "${text.replace(" ", "T")}Z" for UTC.` : `write a string ${example}.`);
  }
  const time = Date.parse(text);
  if (Number.isNaN(time) || !isInCalendar(match))
    return refuse(`${show(value)} is not in the calendar.`, `write a day that exists, ${example}.`);
  const nearest = kind.fromBound(kind.toBound(isoInstant(time)));
  if (nearest === isoInstant(time)) return accept(nearest);
  return refuse(`No value of a ${kind.kind} key stands exactly at ${show(value)}.`, `write "${nearest}".`);
}

function isInCalendar([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
