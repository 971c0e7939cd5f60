import { CronExpressionParser } from "cron-parser";

/** pg_cron starts jobs at the minute, and a round of maintenance takes its time. */
const graceMs = 10 * 60_000;

/**
 * The last time before `now` (less ten minutes) at which a job of this schedule had to begin. pg_cron's own forms are
 * known: `30 seconds`, and `$` for the last day of the month. Throws for what is no schedule.
 *
 * @param timezone in which the expression is read: pg_cron's `cron.timezone`, `GMT` by default
 */
export function lastDue(schedule: string, timezone: string, now: Date): Date {
  const settled = new Date(now.getTime() - graceMs);
  const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(schedule)?.[1];
  if (seconds !== undefined) return new Date(settled.getTime() - Number(seconds) * 1000);
  const expression = schedule.replaceAll("$", "L");
  return CronExpressionParser.parse(expression, { currentDate: settled, tz: timezone }).prev().toDate();
}
