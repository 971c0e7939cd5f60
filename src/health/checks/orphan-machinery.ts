import { tableFunctions } from "../../installation/function-checksums.ts";
import { installationCheck, installationQuery } from "../check.ts";
import { sql } from "../command.ts";
import { few } from "../words.ts";

/** Change logs and generated functions, by the number in their name, of which prisma_partition.tables has no row. */
const machinery = installationQuery({
  columns: { number: "text", names: "texts", statements: "texts" },
  sql: `
  WITH part AS (
    SELECT substring(c.relname FROM '[0-9]+') AS number, c.relname::text AS name, 2 AS turn,
      format('DROP TABLE prisma_partition.%I', c.relname) AS statement
    FROM pg_class c WHERE c.relnamespace = to_regnamespace('prisma_partition') AND c.relkind = 'r' AND c.relname ~ '^log_[0-9]+$'
    UNION ALL
    -- With CASCADE go the triggers that call it.
    SELECT substring(p.proname FROM '[0-9]+'), p.proname, 1, format('DROP FUNCTION prisma_partition.%I(%s) CASCADE', p.proname, pg_get_function_identity_arguments(p.oid))
    FROM pg_proc p WHERE p.pronamespace = to_regnamespace('prisma_partition') AND p.proname ~ '${tableFunctions}'
  )
  SELECT number, array_agg(name ORDER BY turn, name) AS names, array_agg(statement ORDER BY turn, name) AS statements
  FROM part WHERE NOT EXISTS (SELECT FROM prisma_partition.tables t WHERE t.id::text = part.number)
  GROUP BY number ORDER BY number`,
});

export const orphanMachinery = installationCheck({
  code: "orphan-machinery",
  severity: "warning",
  title: "change logs and functions of a table that is not registered any more",
  why: "They take room, and where their triggers still stand on a table, its writes are logged for nobody.",
  reads: "catalogs",
  query: machinery,
  find: (rows) =>
    rows.map(({ number, names, statements }) => ({
      subject: `prisma_partition, table ${number}`,
      what: `Left of table number ${number}, which is not registered: ${few(names, 4)}.`,
      ...sql(...statements),
    })),
});
