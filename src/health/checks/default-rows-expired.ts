import { tableCheck } from "../check.ts";
import { identifier, literal, qualified, sql } from "../command.ts";
import { rowsOf } from "../words.ts";
import { defaultRowKinds } from "./default-rows.ts";

export const defaultRowsExpired = tableCheck({
  code: "default-rows-expired",
  severity: "info",
  title: "rows in the default partition that are older than the retention",
  why: "They came after their time was over. Expired rows are kept, so maintenance neither drops them nor makes a partition that would expire at once.",
  reads: "the default partition, once, ACCESS SHARE",
  query: defaultRowKinds,
  find([kinds], table) {
    if (kinds === undefined || kinds.expired === 0n) return [];
    const condition = `${identifier(table.keyColumn)} < ${literal(kinds.expiredBefore ?? "")}`;
    const kept = qualified({
      schema: `${table.schema}_partitioned`,
      table: `${table.table.slice(0, 40)}_late_expired`,
    });
    return [
      {
        subject: kinds.partition ?? "",
        what: `${rowsOf(kinds.expired, "is", "are")} older than the retention and stay in the default partition. This puts them beside the expired partitions.`,
        ...sql(
          `CREATE TABLE IF NOT EXISTS ${kept} AS SELECT * FROM ${qualified(table)} WITH NO DATA`,
          `WITH gone AS (DELETE FROM ${qualified(table)} WHERE ${condition} RETURNING *) INSERT INTO ${kept} SELECT * FROM gone`,
        ),
      },
    ];
  },
});
