import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { lastDue } from "../schedule.ts";

const recorded = tableQuery({ columns: { id: "integer" }, sql: "SELECT $1::integer AS id" });

export const maintenanceUnscheduled = tableCheck({
  code: "maintenance-unscheduled",
  severity: "info",
  title: "maintenance has not run yet, and pg_cron does not run it",
  why: "It makes partitions ahead, empties the default partition and lets partitions expire. Without pg_cron a scheduler of yours has to run it, once a day: cron, a CronJob of Kubernetes, your application.",
  reads: "nothing but what is recorded of the table",
  query: recorded,
  find(_, table) {
    const { maintainedAt, createdAt, readAt, maintenanceSchedule, cronTimezone, scheduler } = table;
    if (scheduler === "pg_cron" || maintainedAt !== null) return [];
    // Once it is overdue, that is said.
    if (createdAt < lastDue(maintenanceSchedule, cronTimezone, readAt)) return [];
    return [
      {
        subject: `${table.schema}.${table.table}`,
        what: `Nothing has run the maintenance of ${table.reference} yet. Run this now, and schedule it.`,
        ...cli("maintain", table),
      },
    ];
  },
});
