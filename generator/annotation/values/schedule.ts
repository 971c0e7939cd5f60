import { accept, type Result, refuse } from "../problem/problem.ts";
import type { Literal, Value } from "../text/argument.ts";
import { cron } from "./cron.ts";

/** Cron expressions of the two jobs. */
export interface Schedule {
  readonly backfill: string;
  readonly maintenance: string;
}

/** The backfill every minute, the maintenance every midnight (UTC, unless pg_cron is set otherwise). */
export const defaultSchedule: Schedule = { backfill: "* * * * *", maintenance: "0 0 * * *" };

/** `"* * * * *"` for the backfill, or `["* * * * *", "0 0 * * *"]` for backfill and maintenance. */
export function schedule(value: Value): Result<Schedule> {
  const items: readonly Literal[] = value.type === "list" ? value.items : [value];
  const [backfill, maintenance, ...more] = items;
  if (backfill === undefined || more.length > 0) {
    const reason = `This list has ${items.length === 0 ? "no schedule" : `${items.length} schedules`}; there are two jobs.`;
    return refuse(reason, 'write `["* * * * *", "0 0 * * *"]`: the backfill\'s schedule, then the maintenance\'s.');
  }
  const first = located(backfill);
  if ("refusal" in first) return first;
  if (maintenance === undefined) return accept({ ...defaultSchedule, backfill: first.value });
  const second = located(maintenance);
  return "refusal" in second ? second : accept({ backfill: first.value, maintenance: second.value });
}

function located(value: Literal): Result<string> {
  const result = cron(value);
  return "refusal" in result ? { refusal: { ...result.refusal, span: value.span } } : result;
}
