import { installationCheck } from "../check.ts";
import { sql } from "../command.ts";
import { functions } from "./functions-changed.ts";

export const functionsExtra = installationCheck({
  code: "functions-extra",
  severity: "warning",
  title: "functions in schema prisma_partition that are none of the package's",
  why: "One with other arguments may be called instead of the package's own. Keep yours in a schema of yours.",
  reads: "pg_proc",
  query: functions,
  find: (rows) =>
    rows
      .filter(({ state }) => state === "extra")
      .map(({ signature, drop }) => ({
        subject: `prisma_partition.${signature}`,
        what: `Function prisma_partition.${signature} was not installed by this package.`,
        ...sql(drop ?? ""),
      })),
});
