import { functionChecksums } from "../../installation/function-checksums.ts";
import { installationCheck, installationQuery } from "../check.ts";
import { reinstall } from "../command.ts";
import { few, plural } from "../words.ts";

/** The functions that are not as the installation noted them. Nothing is known of one that noted none. */
export const functions = installationQuery({
  columns: { signature: "text", state: "text", drop: "text?" },
  sql: `
  WITH noted AS MATERIALIZED (
    SELECT n.key AS signature, n.value AS checksum FROM (
      -- LIMIT, because nothing else tells the planner that there is one row: it would have this query compiled.
      SELECT to_jsonb(i) -> 'functions' AS functions FROM prisma_partition.installation i LIMIT 1
    ) i CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(i.functions) WHEN 'object' THEN i.functions END) n
  ), found AS (${functionChecksums}
  )
  SELECT coalesce(noted.signature, found.signature) AS signature,
    CASE WHEN noted.signature IS NULL THEN 'extra' WHEN found.signature IS NULL THEN 'missing' ELSE 'changed' END AS state,
    (SELECT format('DROP ROUTINE prisma_partition.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) FROM pg_proc p WHERE p.oid = found.oid) AS drop
  FROM noted FULL JOIN found ON found.signature = noted.signature
  WHERE found.checksum IS DISTINCT FROM noted.checksum AND EXISTS (SELECT FROM noted)
  ORDER BY 1`,
});

export const functionsChanged = installationCheck({
  code: "functions-changed",
  severity: "error",
  title: "functions were edited or dropped in the database after they were installed",
  why: "What this package promises rests on the functions that it was tested with.",
  reads: "pg_proc",
  query: functions,
  find(rows) {
    const named = (state: string) => rows.filter((row) => row.state === state).map(({ signature }) => signature);
    const [changed, missing] = [named("changed"), named("missing")];
    if (changed.length + missing.length === 0) return [];
    const parts = [
      ...(changed.length > 0 ? [`${plural(changed.length, "function")} changed since: ${few(changed)}`] : []),
      ...(missing.length > 0 ? [`${plural(missing.length, "function")} missing: ${few(missing)}`] : []),
    ];
    return [{ subject: "prisma_partition", what: `${parts.join("; ")}.`, ...reinstall }];
  },
});
