-- The privileges in an access control list, one row per grantee, with the statements that give the grantee exactly them.
--   p_on       what follows ON: `app.t`, `SEQUENCE app.t_id_seq`
--   p_columns  ` (v)` for those of a column, else empty
CREATE OR REPLACE FUNCTION prisma_partition.acl_properties(p_acl aclitem[], p_on text, p_columns text)
RETURNS TABLE (grantee text, privileges text, make text, remove text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT g.role, string_agg(g.privilege_type || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', ' ORDER BY g.privilege_type),
    concat_ws('; ', format('REVOKE ALL%s ON %s FROM %s CASCADE', p_columns, p_on, g.role),
      'GRANT ' || string_agg(g.privilege_type || p_columns, ', ' ORDER BY g.privilege_type) FILTER (WHERE NOT g.is_grantable)
        || format(' ON %s TO %s', p_on, g.role),
      'GRANT ' || string_agg(g.privilege_type || p_columns, ', ' ORDER BY g.privilege_type) FILTER (WHERE g.is_grantable)
        || format(' ON %s TO %s WITH GRANT OPTION', p_on, g.role)),
    format('REVOKE ALL%s ON %s FROM %s CASCADE', p_columns, p_on, g.role)
  FROM (
    SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS role, x.privilege_type, bool_or(x.is_grantable) AS is_grantable
    FROM aclexplode(p_acl) x GROUP BY 1, 2
  ) g
  GROUP BY g.role
$fn$;
