/** The names of functions that belong to one table, its capture and its drains, as a regular expression of PostgreSQL's. */
export const tableFunctions = "^(capture_[0-9]+(_(insert|update|delete))?|drain_[0-9]+_(forward|reverse))$";

/**
 * What is installed, function by function: its signature and an MD5 over what makes it behave as it does. Read from
 * pg_proc's columns, not from pg_get_functiondef(), whose wording differs between PostgreSQL versions: so a checksum
 * holds across an upgrade of the server and a dump. Functions that belong to one table (its capture and its drains) are
 * written anew for each table and are left out.
 *
 * The schema's own types lose its name, which depends on the search path.
 *
 * The install migration records this and `doctor` compares with it: one text for both. Reads catalogs only.
 */
export const functionChecksums = `
  SELECT p.oid, p.proname || '(' || coalesce(a.types, '') || ')' AS signature,
    md5(concat_ws(' ', p.prosrc, lower(p.proconfig::text), a.types, p.prokind, p.prosecdef, p.provolatile)) AS checksum
  FROM pg_catalog.pg_proc p
  CROSS JOIN LATERAL (
    SELECT string_agg(replace(format_type(x.type, NULL), 'prisma_partition.', ''), ', ' ORDER BY x.ordinality) AS types
    FROM unnest(p.proargtypes) WITH ORDINALITY x(type, ordinality)
  ) a
  WHERE p.pronamespace = pg_catalog.to_regnamespace('prisma_partition')
    AND p.proname !~ '${tableFunctions}'`;
