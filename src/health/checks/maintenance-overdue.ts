import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { lastDue } from "../schedule.ts";
import { instant, since } from "../words.ts";

const recorded = tableQuery({ columns: { id: "integer" }, sql: "SELECT $1::integer AS id" });

export const maintenanceOverdue = tableCheck({
  code: "maintenance-overdue",
  severity: "warning",
  title: "maintenance has not run when it was due",
  why: "Nothing makes partitions ahead, empties the default partition or lets partitions expire.",
  reads: "nothing but what is recorded of the table",
  query: recorded,
  find(_, table) {
    const { maintainedAt, createdAt, readAt, maintenanceSchedule, cronTimezone, scheduler } = table;
    const due = lastDue(maintenanceSchedule, cronTimezone, readAt);
    if ((maintainedAt ?? createdAt) >= due) return [];
    const last =
      maintainedAt === null ? "Maintenance has never run" : `Maintenance last ran ${since(maintainedAt, readAt)} ago`;
    const who = scheduler === "pg_cron" ? "" : "; pg_cron does not run it here, so somebody has to";
    return [
      {
        subject: `${table.schema}.${table.table}`,
        what: `${last}. By its schedule (${maintenanceSchedule}, ${cronTimezone}) it was due at ${instant(due)}${who}.`,
        ...cli("maintain", table),
      },
    ];
  },
});
