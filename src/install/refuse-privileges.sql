-- What the role that runs migrations lacks. It acts as the table's owner and creates partitions beside the table.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_privileges(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class; v_schema text := prisma_partition.schema_of(p_plain); v_role name;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_plain;
  IF NOT pg_has_role(c.relowner, 'USAGE') THEN
    RETURN NEXT format('role %I is not a member of its owner %s; run migrations as the owner, or run: GRANT %2$s TO %1$I', current_user, c.relowner::regrole);
  END IF;
  -- The partitions are created by the one and become the other's.
  FOR v_role IN SELECT DISTINCT r FROM unnest(ARRAY[current_user, pg_get_userbyid(c.relowner)]) r LOOP
    IF NOT (has_schema_privilege(v_role, c.relnamespace, 'USAGE') AND has_schema_privilege(v_role, c.relnamespace, 'CREATE')) THEN
      CONTINUE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user); -- who may give anything to anybody
      RETURN NEXT format('role %I may not create partitions in its schema; run: GRANT USAGE, CREATE ON SCHEMA %I TO %1$I', v_role, v_schema);
    END IF;
  END LOOP;
  IF row_security_active(p_plain) THEN
    RETURN NEXT format('row security hides rows from role %I; run migrations as a role that sees all of them, or run: ALTER ROLE %1$I BYPASSRLS', current_user);
  END IF;
END
$fn$;
