-- prisma-partition {"format":1,"transition":"install","version":"0.1.0","checksum":"f73dab2fe3e6a7194c22b12893705cfbd16b2337b82f0335cd4adebc136f5161"}
--
-- prisma-partition 0.1.0: installs what partitioning needs.
--
-- What it does   Creates schema prisma_partition (functions, state, progress) and, where this server has them and this
--                role may, the extensions pg_partman and pg_cron. Touches no table of yours.
-- Locks          None on your tables.
-- If it fails    Nothing is left behind: it is one statement, so one transaction. Mend the cause, then
--                npx prisma migrate resolve --rolled-back 20261126204037_partition_install && npx prisma migrate deploy
DO $prisma_partition$
BEGIN
IF current_setting('server_version_num')::integer < 140000 THEN
  RAISE EXCEPTION 'prisma-partition needs PostgreSQL 14 or later, this is %', current_setting('server_version');
END IF;

-- 00-schema ------------------------------------------------------------------------------------------------------------
-- Everything this package keeps in the database lives here, in a schema that Prisma does not manage. `IF NOT EXISTS`,
-- because `prisma migrate reset` drops only the datasource's own schemas: this one survives it and is met again.
CREATE SCHEMA IF NOT EXISTS prisma_partition;
REVOKE ALL ON SCHEMA prisma_partition FROM PUBLIC;
GRANT USAGE ON SCHEMA prisma_partition TO pg_monitor;

-- 01-extensions ------------------------------------------------------------------------------------------------------------
-- pg_partman and pg_cron where this server has them and this role may create them. Neither is required: without
-- pg_partman the package maintains partitions itself, without pg_cron somebody calls `prisma-partition`.
-- pg_cron can only live in the one database that cron.database_name names, so never in Prisma's shadow database.
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_partman')
     AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_partman') THEN
    CREATE SCHEMA IF NOT EXISTS partman;
    CREATE EXTENSION pg_partman SCHEMA partman;
  END IF;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR object_not_in_prerequisite_state THEN
  RAISE NOTICE 'prisma-partition: pg_partman is left out (%), partitions are maintained by prisma_partition itself', SQLERRM;
END;
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron')
     AND current_setting('cron.database_name', true) = current_database()
     AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    CREATE EXTENSION pg_cron;
  END IF;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR object_not_in_prerequisite_state THEN
  RAISE NOTICE 'prisma-partition: pg_cron is left out (%), run `prisma-partition backfill` by hand', SQLERRM;
END;

-- 02-tables ------------------------------------------------------------------------------------------------------------
-- One row per converted table. `plain` and `partitioned` are the two tables, whichever of them is live: at stage `setup`
-- `plain` is, at `cutover` `partitioned`, with `plain` kept for the way back; at `cleanup` there is no `plain` any more.
CREATE TABLE IF NOT EXISTS prisma_partition.tables (
  id                   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model                text NOT NULL,
  schema_name          text NOT NULL,
  table_name           text NOT NULL,
  plain                regclass, -- not oid: a dump holds names, and finds the tables again when it is restored
  partitioned          regclass,
  stage                text NOT NULL DEFAULT 'setup' CHECK (stage IN ('setup', 'cutover', 'cleanup')),
  step                 text NOT NULL DEFAULT 'load' CHECK (step IN ('load', 'settle', 'index', 'drain', 'validate')),
  key_column           text NOT NULL,
  key_kind             text NOT NULL CHECK (key_kind IN ('timestamptz', 'timestamp', 'date', 'integer', 'uuid7', 'ulid')),
  partition_interval   text NOT NULL,
  premake              integer NOT NULL CHECK (premake >= 1),
  batch_size           integer NOT NULL CHECK (batch_size >= 1),
  retention            text,
  on_expire            text NOT NULL DEFAULT 'detach' CHECK (on_expire IN ('detach', 'drop')),
  identity_columns     text[] NOT NULL,
  weaken_unique        text[] NOT NULL DEFAULT '{}', -- unique indexes unknown to Prisma that may weaken to (…, key)
  backfill_schedule    text NOT NULL,
  maintenance_schedule text NOT NULL,
  maintenance          text NOT NULL CHECK (maintenance IN ('partman', 'builtin')),
  scheduler            text NOT NULL CHECK (scheduler IN ('pg_cron', 'none')),
  cron_nodename        text,
  loaded_filenode      oid,           -- the plain table's file when its block ranges were cut; another one means they moved
  rows_estimated       bigint NOT NULL DEFAULT 0,
  created_at           timestamptz NOT NULL DEFAULT now(),
  swapped_at           timestamptz,      -- the last swap, of a cutover or of a rollback …
  swap_lock_ms         double precision, -- … from the lock request to its end
  maintained_at        timestamptz,
  last_error           text,
  last_error_at        timestamptz,
  UNIQUE (schema_name, table_name)
);
-- The point of the axis before which rows of the old table may have expired in the new one, whatever `retention` is by now.
ALTER TABLE prisma_partition.tables ADD COLUMN IF NOT EXISTS expired_before text;

-- Every unit of work, committed together with the rows it moved: what is finished here is done, whatever crashed.
CREATE TABLE IF NOT EXISTS prisma_partition.batches (
  table_id    integer NOT NULL REFERENCES prisma_partition.tables ON DELETE CASCADE,
  step        text NOT NULL CHECK (step IN ('load', 'settle', 'index', 'drain', 'validate')),
  batch       bigint GENERATED ALWAYS AS IDENTITY,
  from_block  bigint,                 -- load: block range of the plain table, inclusive …
  to_block    bigint,                 -- … exclusive
  partition   text,                   -- index, validate: the leaf worked on
  rows        bigint,
  started_at  timestamptz,
  finished_at timestamptz,
  pid         integer,
  PRIMARY KEY (table_id, batch)
);
ALTER TABLE prisma_partition.batches ADD COLUMN IF NOT EXISTS log_appended bigint; -- drain: what had ever been appended to the log by then
CREATE INDEX IF NOT EXISTS batches_open ON prisma_partition.batches (table_id, step, batch) WHERE finished_at IS NULL;
CREATE INDEX IF NOT EXISTS batches_finished ON prisma_partition.batches (table_id, finished_at) WHERE finished_at IS NOT NULL;

-- The indexes that the partitioned table gets, as read from the plain one when the load was done.
CREATE TABLE IF NOT EXISTS prisma_partition.indexes (
  table_id   integer NOT NULL REFERENCES prisma_partition.tables ON DELETE CASCADE,
  ordinal    integer NOT NULL,
  name       text NOT NULL,           -- on the partitioned parent
  contype    text CHECK (contype IN ('p', 'u')), -- primary key, unique constraint, or null: a plain index
  is_unique  boolean NOT NULL,
  definition text NOT NULL,           -- index: what follows the table's name; constraint: what follows its name
  columns    text[] NOT NULL,
  PRIMARY KEY (table_id, ordinal)
);

-- The uniques that the model states, and what each becomes: `columns` is what the plain table has today.
CREATE TABLE IF NOT EXISTS prisma_partition.uniques (
  table_id       integer NOT NULL REFERENCES prisma_partition.tables ON DELETE CASCADE,
  columns        text[] NOT NULL,
  target_name    text NOT NULL,
  target_columns text[] NOT NULL,
  PRIMARY KEY (table_id, columns)
);

CREATE TABLE IF NOT EXISTS prisma_partition.installation (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version      text NOT NULL,
  checksum     text NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now()
);
-- Checksum of each function as it was installed, by signature: how `prisma-partition doctor` finds those edited since.
ALTER TABLE prisma_partition.installation ADD COLUMN IF NOT EXISTS functions jsonb;

GRANT SELECT ON prisma_partition.tables, prisma_partition.batches, prisma_partition.indexes, prisma_partition.uniques,
  prisma_partition.installation TO pg_monitor;

-- acl-properties ------------------------------------------------------------------------------------------------------------
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

-- alter-settings ------------------------------------------------------------------------------------------------------------
-- Changes a table's settings: only those named in p_changes (as in the annotation: premake, batchSize, retention, …).
-- A new interval holds for partitions created from now on. pg_partman knows one interval per table: it would go on from
-- the last partition's name (5.2: into overlaps, 4.7: with gaps), so the table is then maintained by this package.
CREATE OR REPLACE FUNCTION prisma_partition.alter_settings(p_table integer, p_changes jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_interval text;
BEGIN
  SELECT x.partition_interval INTO STRICT v_interval FROM prisma_partition.tables x WHERE x.id = p_table;
  UPDATE prisma_partition.tables x SET
    model = coalesce(p_changes ->> 'model', x.model),
    partition_interval = coalesce(p_changes ->> 'interval', x.partition_interval),
    premake = coalesce((p_changes ->> 'premake')::integer, x.premake),
    batch_size = coalesce((p_changes ->> 'batchSize')::integer, x.batch_size),
    retention = CASE WHEN p_changes ? 'retention' THEN p_changes ->> 'retention' ELSE x.retention END,
    expired_before = prisma_partition.expired_up_to(x), -- by the retention that was
    on_expire = coalesce(p_changes ->> 'onExpire', x.on_expire),
    backfill_schedule = coalesce(p_changes -> 'schedule' ->> 'backfill', x.backfill_schedule),
    maintenance_schedule = coalesce(p_changes -> 'schedule' ->> 'maintenance', x.maintenance_schedule),
    scheduler = CASE WHEN p_changes ? 'scheduler' THEN prisma_partition.choose_scheduler(p_changes ->> 'scheduler') ELSE x.scheduler END,
    cron_nodename = CASE WHEN p_changes ? 'cronNodename' THEN p_changes ->> 'cronNodename' ELSE x.cron_nodename END
  WHERE x.id = p_table
  RETURNING * INTO STRICT t;
  IF t.maintenance = 'partman' AND t.partition_interval::interval <> v_interval::interval THEN
    PERFORM prisma_partition.partman_forget(t);
    UPDATE prisma_partition.tables x SET maintenance = 'builtin' WHERE x.id = t.id;
    RAISE NOTICE 'prisma-partition: %.% has partitions of two intervals now and is maintained by prisma_partition itself', t.schema_name, t.table_name;
  ELSE
    PERFORM prisma_partition.partman_follow(t, prisma_partition.schema_of(t.partitioned));
  END IF;
END
$fn$;

-- assert-intact ------------------------------------------------------------------------------------------------------------
-- Refuses to go on when somebody took away what the conversion stands on: one of its two tables, the name the application
-- knows the live one by, the change log, or the triggers that fill it. Writes made without them are not on the log: a row
-- would be lost, unless a comparison happened to see it.
CREATE OR REPLACE FUNCTION prisma_partition.assert_intact(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_live oid := prisma_partition.live_of(t); v_other oid := prisma_partition.other_of(t);
  v_expected text := format('%I.%I', t.schema_name, t.table_name);
  v_name text; v_problem text; v_remedy text;
  v_start_over text := CASE t.stage
    WHEN 'setup' THEN 'Start over: remove the annotation, npx prisma generate, npx prisma migrate deploy; then put it back and do the same'
    ELSE 'There is no way back any more. Go on to "stage: cleanup"' END;
BEGIN
  SELECT format('%I.%I', relnamespace::regnamespace::text, relname) INTO v_name FROM pg_class WHERE oid = v_live;
  IF v_name IS NULL THEN
    v_problem := format('table %s was dropped', v_expected);
    v_remedy := 'Remove its annotation, npx prisma generate, npx prisma migrate deploy';
  ELSIF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = v_live AND n.nspname = t.schema_name AND c.relname = t.table_name) THEN -- who monitors may have no right to look names up
    v_problem := format('table %s is now named %s', v_expected, v_name);
    v_remedy := format('Give it back its name and schema, and change them when the conversion is over; or start over under the new ones');
  ELSIF NOT EXISTS (SELECT FROM pg_class WHERE oid = v_other) THEN
    v_problem := format('the other table of %s (stage %s) was dropped', v_expected, t.stage);
    v_remedy := v_start_over;
  ELSIF to_regclass(format('prisma_partition.%I', 'log_' || t.id)) IS NULL OR EXISTS (
      SELECT FROM prisma_partition.capture_triggers(t, v_live) c WHERE to_regprocedure(format('prisma_partition.%I()', c.function)) IS NULL) THEN
    v_problem := format('the change log of %s or one of its functions was dropped', v_expected);
    v_remedy := v_start_over || '. Until then every write of the application may fail';
  ELSIF EXISTS (SELECT FROM prisma_partition.capture_triggers(t, v_live) c
      LEFT JOIN pg_trigger g ON g.tgrelid = v_live AND g.tgname = c.name AND g.tgenabled = c.enabled
        AND g.tgfoid = to_regprocedure(format('prisma_partition.%I()', c.function))
      -- Of a row trigger every partition has a clone, which can be altered there alone: DISABLE and ENABLE TRIGGER ALL make it
      -- silent for replicas.
      LEFT JOIN pg_inherits h ON h.inhparent = v_live AND c.fires LIKE '% OR %' AND NOT EXISTS (
        SELECT FROM pg_trigger l WHERE l.tgrelid = h.inhrelid AND l.tgname = c.name AND l.tgparentid = g.oid AND l.tgenabled = c.enabled)
      WHERE g.oid IS NULL OR h.inhrelid IS NOT NULL) THEN
    v_problem := format('change capture on %s was dropped or disabled: what was written since then is not on the log', v_expected);
    v_remedy := format('SELECT prisma_partition.restart_capture(%L, %L) puts it back and has the whole table replayed', t.schema_name, t.table_name);
  END IF;
  IF v_problem IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: %', v_problem USING ERRCODE = 'object_not_in_prerequisite_state', HINT = v_remedy || '.';
  END IF;
END
$fn$;

-- assert-read-committed ------------------------------------------------------------------------------------------------------------
-- Work that reads the log first and the table afterwards is right under READ COMMITTED only (READ UNCOMMITTED is the same).
CREATE OR REPLACE FUNCTION prisma_partition.assert_read_committed()
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'prisma-partition: this must run under READ COMMITTED, not %', upper(current_setting('transaction_isolation'))
      USING ERRCODE = 'invalid_transaction_state',
        HINT = 'Set default_transaction_isolation to ''read committed'' for the role or connection that runs migrations and backfills.';
  END IF;
END
$fn$;

-- assert-same-columns ------------------------------------------------------------------------------------------------------------
-- Refuses to go on when the live table's columns were changed after setup: rows would lose what the shadow lacks.
-- Gives the statements that make the other table's columns the same, where there are any.
CREATE OR REPLACE FUNCTION prisma_partition.assert_same_columns(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_difference text;
BEGIN
  SELECT string_agg(DISTINCT quote_ident(attname), ', ') INTO v_difference
  FROM (
    SELECT attname, atttypid, atttypmod, attnotnull, attcollation, attgenerated, count(*) AS sides
    FROM pg_attribute WHERE attrelid IN (t.plain, t.partitioned) AND attnum > 0 AND NOT attisdropped
    GROUP BY 1, 2, 3, 4, 5, 6
  ) c WHERE sides <> 2;
  IF v_difference IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: columns of %.% and its partitioned copy differ: %', t.schema_name, t.table_name, v_difference
      USING ERRCODE = 'object_not_in_prerequisite_state',
        DETAIL = (SELECT string_agg(p.statement || ';', E'\n') FROM prisma_partition.parity(t.id) p
          WHERE p.kind IN ('column', 'not null') AND p.state <> 'same'),
        HINT = format('The table was altered after %s. Make the same change on the other one, %s, and go on.', t.stage,
          (CASE t.stage WHEN 'setup' THEN t.partitioned ELSE t.plain END)::regclass);
  END IF;
END
$fn$;

-- axis-bucket ------------------------------------------------------------------------------------------------------------
-- Lower bound (inclusive) of the bucket that holds a point of the axis. Points are text: an instant in UTC for time
-- kinds and time-ordered ids, a whole number for integers. Month-based intervals are counted from year 0, all others
-- from Monday 2001-01-01, so that the same point always falls into the same bucket.
CREATE OR REPLACE FUNCTION prisma_partition.axis_bucket(p_kind text, p_interval text, p_point text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_at timestamp; v_interval interval; v_months integer; v_month integer; v_year integer;
BEGIN
  IF p_kind = 'integer' THEN
    -- Not floor(point / interval): a quotient of numerics is rounded, up to the next bucket at the end of bigint.
    RETURN p_point::numeric - mod(p_point::numeric, p_interval::numeric)
      - CASE WHEN mod(p_point::numeric, p_interval::numeric) < 0 THEN p_interval::numeric ELSE 0 END;
  END IF;
  v_at := p_point::timestamptz AT TIME ZONE 'UTC';
  v_interval := p_interval::interval;
  v_months := extract(year FROM v_interval) * 12 + extract(month FROM v_interval);
  IF v_months = 0 THEN
    RETURN date_bin(v_interval, v_at, timestamp '2001-01-01') AT TIME ZONE 'UTC';
  END IF;
  -- Years are counted with a year 0, which is 1 BC: extract() and make_timestamptz() have none.
  v_month := (extract(year FROM v_at) + CASE WHEN v_at < '0001-01-01' THEN 1 ELSE 0 END) * 12 + extract(month FROM v_at) - 1;
  v_month := floor(v_month::numeric / v_months) * v_months;
  v_year := floor(v_month / 12.0);
  RETURN make_timestamptz(v_year - CASE WHEN v_year < 1 THEN 1 ELSE 0 END, v_month - v_year * 12 + 1, 1, 0, 0, 0, 'UTC');
END
$fn$;

-- axis-compare ------------------------------------------------------------------------------------------------------------
-- Orders two points of the axis: -1, 0 or 1; null if one is. (As text they do not sort: 9 > 10, and years differ in width.)
CREATE OR REPLACE FUNCTION prisma_partition.axis_compare(p_kind text, p_left text, p_right text)
RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $fn$
  SELECT CASE WHEN p_left IS NULL OR p_right IS NULL THEN NULL
              WHEN p_kind = 'integer' THEN sign(p_left::numeric - p_right::numeric)::integer
              WHEN p_left::timestamptz < p_right::timestamptz THEN -1
              WHEN p_left::timestamptz > p_right::timestamptz THEN 1
              ELSE 0 END
$fn$;

-- axis-from-bound ------------------------------------------------------------------------------------------------------------
-- The point of the axis at which a value of the key stands (the inverse of axis_to_bound, for any value, not only
-- bounds). Null for a value that has no place on it: infinity, or text that is no ULID.
CREATE OR REPLACE FUNCTION prisma_partition.axis_from_bound(p_kind text, p_value text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_ms bigint := 0; v_digit integer;
BEGIN
  CASE p_kind
    WHEN 'integer' THEN RETURN p_value;
    WHEN 'timestamptz' THEN RETURN CASE WHEN isfinite(p_value::timestamptz) THEN p_value::timestamptz::text END;
    WHEN 'timestamp', 'date' THEN
      RETURN CASE WHEN isfinite(p_value::timestamp) THEN (p_value::timestamp AT TIME ZONE 'UTC')::text END;
    WHEN 'uuid7' THEN
      v_ms := ('x' || lpad(left(replace(p_value, '-', ''), 12), 16, '0'))::bit(64)::bigint;
    ELSE
      FOR i IN 1..10 LOOP
        v_digit := strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', upper(substr(p_value, i, 1))) - 1; -- char(n) is padded
        IF v_digit < 0 OR length(rtrim(p_value)) <> 26 THEN RETURN NULL; END IF;
        v_ms := (v_ms << 5) | v_digit;
      END LOOP;
  END CASE;
  RETURN to_timestamp(v_ms / 1000.0);
END
$fn$;

-- axis-has-bound ------------------------------------------------------------------------------------------------------------
-- Whether a bound can stand at a point of the axis: an integer's only where its type goes. Rows beyond the last bucket
-- that has both its bounds stay in the default partition.
CREATE OR REPLACE FUNCTION prisma_partition.axis_has_bound(t prisma_partition.tables, p_point text)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT t.key_kind <> 'integer' OR p_point::numeric BETWEEN -power(2::numeric, bits) AND power(2::numeric, bits) - 1
  FROM (SELECT attlen * 8 - 1 AS bits FROM pg_attribute WHERE attrelid = t.partitioned AND attname = t.key_column) a
$fn$;

-- axis-step ------------------------------------------------------------------------------------------------------------
-- The bucket `p_count` intervals after (before, if negative) the bucket that starts at p_lower.
CREATE OR REPLACE FUNCTION prisma_partition.axis_step(p_kind text, p_interval text, p_lower text, p_count integer)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
BEGIN
  IF p_kind = 'integer' THEN
    RETURN p_lower::numeric + p_interval::numeric * p_count;
  END IF;
  RETURN ((p_lower::timestamptz AT TIME ZONE 'UTC') + p_interval::interval * p_count) AT TIME ZONE 'UTC';
END
$fn$;

-- axis-to-bound ------------------------------------------------------------------------------------------------------------
-- The partition bound, as a literal of the key's own type, that stands at a point of the axis. A time-ordered id's
-- bound is the smallest id of that millisecond: its first 48 bits are Unix milliseconds (RFC 9562, ULID spec).
CREATE OR REPLACE FUNCTION prisma_partition.axis_to_bound(p_kind text, p_point text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_ms bigint; v_text text := '';
BEGIN
  CASE p_kind
    WHEN 'integer' THEN RETURN p_point::numeric::bigint;
    WHEN 'timestamptz' THEN RETURN p_point::timestamptz;
    WHEN 'timestamp' THEN RETURN p_point::timestamptz AT TIME ZONE 'UTC';
    WHEN 'date' THEN RETURN (p_point::timestamptz AT TIME ZONE 'UTC')::date;
    ELSE v_ms := floor(extract(epoch FROM p_point::timestamptz) * 1000);
  END CASE;
  IF v_ms < 0 THEN v_ms := 0; END IF;
  IF p_kind = 'uuid7' THEN
    RETURN (lpad(to_hex(v_ms), 12, '0') || repeat('0', 20))::uuid;
  END IF;
  FOR i IN REVERSE 9..0 LOOP
    v_text := v_text || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((v_ms >> (i * 5)) & 31)::integer + 1, 1);
  END LOOP;
  RETURN v_text || repeat('0', 16);
END
$fn$;

-- base-type ------------------------------------------------------------------------------------------------------------
-- The type that a domain is over, through all domains; of any other type, that type.
CREATE OR REPLACE FUNCTION prisma_partition.base_type(p_type oid)
RETURNS oid LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  WITH RECURSIVE types AS (
    SELECT oid, typbasetype FROM pg_type WHERE oid = p_type
    UNION ALL SELECT y.oid, y.typbasetype FROM types x JOIN pg_type y ON y.oid = x.typbasetype
  )
  SELECT oid FROM types WHERE typbasetype = 0
$fn$;

-- begin-compare ------------------------------------------------------------------------------------------------------------
-- What both verify and differences begin with: refuses where there is nothing to compare, and takes ACCESS SHARE on both
-- tables and every partition, until the transaction ends. None can be attached or detached from then on (that takes ACCESS
-- EXCLUSIVE on the default partition, or on the parent), so the bounds that are read next are those of the rows that are
-- read after them; and nobody can TRUNCATE behind the snapshot's back.
CREATE OR REPLACE FUNCTION prisma_partition.begin_compare(p_table integer)
RETURNS prisma_partition.tables LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_stage text;
BEGIN
  LOOP
    SELECT * INTO t FROM prisma_partition.tables WHERE id = p_table;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'prisma-partition: there is no table number %', p_table USING ERRCODE = 'undefined_object';
    END IF;
    IF prisma_partition.other_of(t) IS NULL THEN
      RAISE EXCEPTION 'prisma-partition: the old table of %.% is gone; there is nothing to compare with', t.schema_name, t.table_name
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = 'Both tables can be compared from the end of the backfill to stage: cleanup, which drops the old one.';
    END IF;
    IF t.step IN ('load', 'settle') THEN
      RAISE EXCEPTION 'prisma-partition: %.% is still being loaded; there is nothing to compare yet', t.schema_name, t.table_name
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'npx prisma-partition backfill ' || t.model;
    END IF;
    EXIT WHEN t.stage = v_stage; -- and not one that a swap ended while we waited for the lock
    v_stage := t.stage;
    EXECUTE format('LOCK TABLE %s, %s IN ACCESS SHARE MODE', prisma_partition.live_of(t)::regclass, prisma_partition.other_of(t)::regclass);
  END LOOP;
  RETURN t;
END
$fn$;

-- bucket-expression ------------------------------------------------------------------------------------------------------------
-- The expression, over a row `s`, of the partition (its oid) that the row's key belongs into: by the bounds that there are,
-- else the default one. The bounds stand in it as arrays of literals, which are read once, when the query is planned.
CREATE OR REPLACE FUNCTION prisma_partition.bucket_expression(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
BEGIN
  RETURN (
    SELECT format('(ARRAY[%1$s]::oid[])[1 + CASE WHEN %2$s > 0 AND s.%3$I < (ARRAY[%4$s]::%5$s[])[%2$s] THEN %2$s ELSE 0 END]',
      concat_ws(', ', coalesce(max(p.leaf) FILTER (WHERE p.is_default), '0'), string_agg(p.leaf, ', ' ORDER BY p.ordinality) FILTER (WHERE NOT p.is_default)),
      format('width_bucket(s.%I, ARRAY[%s]::%s[])', t.key_column,
        string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.lower)), ', ' ORDER BY p.ordinality) FILTER (WHERE NOT p.is_default), k.type),
      t.key_column,
      string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.upper)), ', ' ORDER BY p.ordinality) FILTER (WHERE NOT p.is_default), k.type)
    FROM (SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = t.plain AND attname = t.key_column) k,
      (SELECT x.*, x.partition::regclass::oid::text AS leaf FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY x) p
    GROUP BY k.type
  );
END
$fn$;

-- capture-triggers ------------------------------------------------------------------------------------------------------------
-- The capture triggers that stand on one of the two tables, and what each is made of: the one place that says so.
--
-- The plain table has statement triggers, which append the pairs of all rows of a statement at once from its transition
-- tables. A row trigger costs a writer 4.7 µs a row beside 5.0 µs for a heap-only update, these 1.2 µs; a single-row
-- INSERT takes 1.04 times as long with them, 1.15 times with a row trigger (PostgreSQL 18, 1,000 rows a statement).
-- Logical replication applies rows, not statements, so that they do not fire for it: for that there is a row trigger,
-- which fires where changes are applied as a replica. Statements of a session that takes that role fire both, and append
-- a pair twice: a statement that itself changes session_replication_role (by a trigger, a function) would escape from
-- two kinds of which each fires where the other does not.
--
-- The partitioned table has a row trigger: a statement may name one of its partitions, and the parent's statement
-- triggers do not fire for that, while its row triggers stand on every partition, those attached later too.
--
-- enabled: as in pg_trigger.tgenabled. A: always, R: only where changes are applied as a replica.
CREATE OR REPLACE FUNCTION prisma_partition.capture_triggers(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (name text, enabled "char", fires text, function text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT c.name, c.enabled::"char", c.fires, 'capture_' || t.id || c.suffix
  FROM (VALUES
    (NULL, 'prisma_partition_capture_truncate', 'A', 'TRUNCATE', ''),
    (true, 'prisma_partition_capture', 'R', 'INSERT OR UPDATE OR DELETE', ''),
    (true, 'prisma_partition_capture_insert', 'A', 'INSERT', '_insert'),
    (true, 'prisma_partition_capture_update', 'A', 'UPDATE', '_update'),
    (true, 'prisma_partition_capture_delete', 'A', 'DELETE', '_delete'),
    (false, 'prisma_partition_capture', 'A', 'INSERT OR UPDATE OR DELETE', '')
  ) AS c (on_plain, name, enabled, fires, suffix)
  WHERE c.on_plain IS NULL OR c.on_plain = (p_relation = t.plain)
$fn$;

-- carry-properties ------------------------------------------------------------------------------------------------------------
-- Gives the table that follows what neither LIKE nor the backfill gave it: owner, grants, row security and policies,
-- triggers, comments, statistics targets, storage parameters … (see property_kinds). From the live table to the other
-- one, in either direction, and again whenever they went apart. Changes the table that nobody uses, only.
CREATE OR REPLACE FUNCTION prisma_partition.carry_properties(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  PERFORM prisma_partition.carry(p_table);
  -- Rows are only replayed there, which to the application's triggers is no change.
  PERFORM prisma_partition.silence_triggers(prisma_partition.other_of(t));
  IF t.stage = 'setup' THEN
    PERFORM prisma_partition.carry_to_partition(t.partitioned, inhrelid) FROM pg_inherits WHERE inhparent = t.partitioned;
  END IF;
END
$fn$;

-- carry-publications ------------------------------------------------------------------------------------------------------------
-- Puts p_to into the publications that name p_from, with the same columns and row filter, and takes p_from out. To be
-- called in the swap, after its last drain: what is replayed has been published when it was written, and whether a change
-- is published is decided by the catalog as it was when the change was made. ALTER PUBLICATION takes SHARE UPDATE EXCLUSIVE
-- on the table. In a publication of the whole schema a table is by being there; so that its partitions are never there
-- without it, where they would be published under their own names, they go where their parent went only now.
CREATE OR REPLACE FUNCTION prisma_partition.carry_publications(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT p.pubname, x.columns, x.filter FROM prisma_partition.publications_of(p_from) x JOIN pg_publication p ON p.oid = x.publication
    WHERE NOT x.by_schema
  LOOP
    EXECUTE format('ALTER PUBLICATION %I ADD TABLE %s%s%s', r.pubname, p_to::regclass,
      ' (' || prisma_partition.join_columns(r.columns, '%I', ', ') || ')', ' WHERE (' || r.filter || ')');
    EXECUTE format('ALTER PUBLICATION %I DROP TABLE %s', r.pubname, p_from::regclass);
  END LOOP;
  IF prisma_partition.schema_is_published(prisma_partition.schema_of(p_to)) THEN
    PERFORM prisma_partition.put_partitions(x.relation, prisma_partition.schema_of(x.relation)) FROM unnest(ARRAY[p_from, p_to]) x(relation);
  END IF;
END
$fn$;

-- carry-storage ------------------------------------------------------------------------------------------------------------
-- Gives a partition what its parent cannot have: storage parameters and the index it is clustered on, and, while it is
-- empty, its place (tablespace, access method). They are the plain table's before cutover; afterwards those of the
-- partition that was made before this one. The statistics targets of index expressions are the parent's.
CREATE OR REPLACE FUNCTION prisma_partition.carry_storage(p_parent oid, p_leaf oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_leaf text := p_leaf::regclass; v_model oid; v_clustered oid; m pg_class; c pg_class; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE partitioned = p_parent;
  v_model := t.plain;
  IF t.stage <> 'setup' THEN
    SELECT h.inhrelid INTO v_model FROM pg_inherits h
    WHERE h.inhparent = p_parent AND h.inhrelid <> p_leaf AND h.inhrelid <> (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = p_parent)
    ORDER BY h.inhrelid < p_leaf DESC, h.inhrelid DESC LIMIT 1;
    IF v_model IS NULL THEN RETURN; END IF;
  END IF;
  SELECT * INTO STRICT m FROM pg_class WHERE oid = v_model;
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_leaf;

  FOR r IN SELECT s.name, s.value FROM prisma_partition.storage_parameters(v_model) s
    WHERE NOT EXISTS (SELECT FROM prisma_partition.storage_parameters(p_leaf) l WHERE (l.name, l.value) = (s.name, s.value))
      AND (c.reltoastrelid <> 0 OR NOT starts_with(s.name, 'toast.'))
  LOOP
    EXECUTE format('ALTER TABLE %s SET (%s = %L)', v_leaf, r.name, r.value);
  END LOOP;
  IF pg_relation_size(p_leaf) = 0 THEN
    -- The parent's tablespace is that of partitions to come.
    IF c.reltablespace <> (SELECT reltablespace FROM pg_class WHERE oid = p_parent) THEN
      EXECUTE format('ALTER TABLE %s SET TABLESPACE %I', v_leaf, (SELECT coalesce(s.spcname, d.spcname) FROM pg_class p
        CROSS JOIN pg_database b JOIN pg_tablespace d ON d.oid = b.dattablespace LEFT JOIN pg_tablespace s ON s.oid = p.reltablespace
        WHERE p.oid = p_parent AND b.datname = current_database()));
    END IF;
    IF c.relam <> m.relam AND current_setting('server_version_num')::integer >= 150000 THEN
      EXECUTE format('ALTER TABLE %s SET ACCESS METHOD %I', v_leaf, (SELECT amname FROM pg_am WHERE oid = m.relam));
    END IF;
  END IF;
  SELECT x.indexrelid INTO v_clustered FROM pg_index x WHERE x.indrelid = v_model AND x.indisclustered;
  IF v_clustered IS NOT NULL THEN -- the parent's index, then this partition's share of it
    v_clustered := CASE v_model WHEN t.plain THEN (SELECT p.partitioned FROM prisma_partition.index_pairs(t) p WHERE p.plain = v_clustered)
      ELSE (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = v_clustered) END;
  END IF;
  FOR r IN SELECT k.relname FROM pg_inherits h JOIN pg_index x ON x.indexrelid = h.inhrelid JOIN pg_class k ON k.oid = x.indexrelid
    WHERE h.inhparent = v_clustered AND x.indrelid = p_leaf AND NOT x.indisclustered
  LOOP
    EXECUTE format('ALTER TABLE %s CLUSTER ON %I', v_leaf, r.relname);
  END LOOP;
  FOR r IN
    SELECT l.attrelid::regclass AS index, l.attnum, a.attstattarget FROM pg_index x JOIN pg_inherits h ON h.inhparent = x.indexrelid
    JOIN pg_index y ON y.indexrelid = h.inhrelid AND y.indrelid = p_leaf
    JOIN pg_attribute a ON a.attrelid = x.indexrelid JOIN pg_attribute l ON l.attrelid = h.inhrelid AND l.attnum = a.attnum
    WHERE x.indrelid = p_parent AND coalesce(a.attstattarget, -1) >= 0 AND l.attstattarget IS DISTINCT FROM a.attstattarget
  LOOP
    EXECUTE format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', r.index, r.attnum, r.attstattarget);
  END LOOP;
END
$fn$;

-- carry-to-partition ------------------------------------------------------------------------------------------------------------
-- Gives a partition what neither LIKE nor the parent hands down, nor pg_partman: owner, no grants that the parent does
-- not give, columns' storage, compression, statistics targets and options, replica identity, extended statistics; and
-- what a parent cannot have: see carry_storage.
CREATE OR REPLACE FUNCTION prisma_partition.carry_to_partition(p_parent oid, p_leaf oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS $fn$
DECLARE
  v_leaf text := p_leaf::regclass; p pg_class; c pg_class; r record;
BEGIN
  SELECT * INTO STRICT p FROM pg_class WHERE oid = p_parent;
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_leaf;
  IF c.relowner <> p.relowner THEN EXECUTE format('ALTER TABLE %s OWNER TO %s', v_leaf, p.relowner::regrole); END IF;
  -- ALTER DEFAULT PRIVILEGES may have granted more, and past the parent's row security.
  FOR r IN SELECT DISTINCT x.grantee FROM pg_class l, aclexplode(l.relacl) x
    WHERE l.oid = p_leaf AND x.grantee <> p.relowner AND (p.relrowsecurity OR (x.grantee, x.privilege_type) NOT IN (
      SELECT y.grantee, y.privilege_type FROM aclexplode(coalesce(p.relacl, acldefault('r', p.relowner))) y))
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', v_leaf, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
  END LOOP;
  FOR r IN
    SELECT a.attname, concat_ws(', ',
      CASE WHEN coalesce(a.attstattarget, -1) <> coalesce(b.attstattarget, -1) THEN format('ALTER COLUMN %I SET STATISTICS %s', a.attname, coalesce(a.attstattarget, -1)) END,
      CASE WHEN a.attstorage <> b.attstorage THEN format('ALTER COLUMN %I SET STORAGE %s', a.attname,
        CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
      CASE WHEN a.attcompression <> b.attcompression THEN format('ALTER COLUMN %I SET COMPRESSION %s', a.attname,
        CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END) END,
      (SELECT string_agg(format('ALTER COLUMN %I SET (%s = %s)', a.attname, o.option_name, o.option_value), ', ') FROM prisma_partition.column_options(a.attoptions) o
        WHERE o.option_name <> 'n_distinct_inherited' AND NOT EXISTS (
          SELECT FROM prisma_partition.column_options(b.attoptions) x WHERE (x.option_name, x.option_value) = (o.option_name, o.option_value)))) AS changes
    FROM pg_attribute a JOIN pg_attribute b ON b.attrelid = p_leaf AND b.attname = a.attname
    WHERE a.attrelid = p_parent AND a.attnum > 0 AND NOT a.attisdropped
  LOOP
    IF r.changes <> '' THEN EXECUTE format('ALTER TABLE %s %s', v_leaf, r.changes); END IF;
  END LOOP;
  IF p.relreplident = 'i' THEN
    EXECUTE (SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', v_leaf, k.relname)
      FROM pg_index x JOIN pg_inherits h ON h.inhparent = x.indexrelid JOIN pg_class k ON k.oid = h.inhrelid
      JOIN pg_index l ON l.indexrelid = k.oid WHERE x.indrelid = p_parent AND x.indisreplident AND l.indrelid = p_leaf);
  ELSIF p.relreplident <> c.relreplident THEN
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY %s', v_leaf, CASE p.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END);
  END IF;
  FOR r IN
    SELECT format('%I.%I', prisma_partition.schema_of(p_leaf), prisma_partition.leaf_name(c.relname, '_' || s.stxname)) AS statistics,
      prisma_partition.statistics_definition(s.oid) AS definition
    FROM pg_statistic_ext s WHERE s.stxrelid = p_parent AND NOT EXISTS (
      SELECT FROM pg_statistic_ext l WHERE l.stxrelid = p_leaf AND prisma_partition.statistics_definition(l.oid) = prisma_partition.statistics_definition(s.oid))
  LOOP
    EXECUTE format('CREATE STATISTICS %s %s FROM %s', r.statistics, r.definition, v_leaf);
  END LOOP;
  PERFORM prisma_partition.carry_storage(p_parent, p_leaf);
END
$fn$;

-- carry ------------------------------------------------------------------------------------------------------------
-- Makes the table that follows equal to the live one in the properties of these kinds (null: all that can be carried), as
-- parity finds them: what differs is changed, what the live table lacks is taken away. Run again, it changes nothing.
-- What one statement brings about may be what another needs (a comment its trigger), so it looks again until it is done.
CREATE OR REPLACE FUNCTION prisma_partition.carry(p_table integer, p_kinds text[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_statements text[]; v_statement text;
BEGIN
  FOR v_pass IN 1..3 LOOP
    v_statements := ARRAY(
      SELECT p.statement FROM prisma_partition.parity(p_table) WITH ORDINALITY p JOIN prisma_partition.property_kinds() k ON k.kind = p.kind
      WHERE k.brought_by = 'carry' AND p.state <> 'same' AND p.statement IS NOT NULL AND (p_kinds IS NULL OR p.kind = ANY (p_kinds))
      ORDER BY p.ordinality);
    EXIT WHEN v_statements = '{}';
    FOREACH v_statement IN ARRAY v_statements LOOP EXECUTE v_statement; END LOOP;
  END LOOP;
END
$fn$;

-- changed-meaning ------------------------------------------------------------------------------------------------------------
-- What an object that depends on a table would do otherwise, without an error, once the other table stands under the name;
-- null if nothing. A partitioned table has no rows of its own, so ONLY of it is none; and a ctid is a place in one
-- partition, where another one may have a row as well. (On the way back a ctid is unique again.)
-- PostgreSQL's own text says ONLY where it is meant, and not for the target of an INSERT, which is never looked up in
-- children; a ctid is a column of its own in pg_depend, so one of another table is not taken for it.
--   p_definition  the object's, written under this search_path, so with schemas
CREATE OR REPLACE FUNCTION prisma_partition.changed_meaning(p_table oid, p_class oid, p_object oid, p_definition text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_table text := p_table::regclass; v_found text[] := '{}';
BEGIN
  IF p_definition ~ ('ONLY ' || regexp_replace(v_table, '[]*+?(){}|^$.\\[]', '\\\&', 'g') || '(?![a-z0-9_"])') THEN
    v_found := v_found || format('says ONLY %s, which is every row of a plain table and none of a partitioned one: take ONLY away, the plain table has no children', v_table);
  END IF;
  IF (SELECT relkind FROM pg_class WHERE oid = p_table) = 'r' AND EXISTS (SELECT FROM pg_depend
      WHERE classid = p_class AND objid = p_object AND refclassid = 'pg_class'::regclass AND refobjid = p_table AND refobjsubid = -1) THEN
    v_found := v_found || format('names the ctid of %s, which rows of several partitions may share: name the columns that identify a row', v_table);
  END IF;
  RETURN nullif(array_to_string(v_found, '; '), '');
END
$fn$;

-- check-duplicates ------------------------------------------------------------------------------------------------------------
-- Refuses a rollback while rows of the live table share what a unique of the old table allows once: since the cutover only
-- (that, partition key) is unique. Names them by identity. Reads the live table once for each such unique (ACCESS SHARE
-- only). One that is written after this is met in the swap, which then refuses as well.
CREATE OR REPLACE FUNCTION prisma_partition.check_duplicates(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; i record; v_line text; v_found text[] := '{}'; v_pair text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_pair := prisma_partition.join_columns(prisma_partition.pair_columns(t), $c$%1$L || '=' || s.%1$I$c$, $c$ || ' ' || $c$);
  FOR i IN
    SELECT c.relname, pg_get_expr(x.indpred, x.indrelid) AS predicate, coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false')::boolean AS nulls_equal,
      (SELECT array_agg(pg_get_indexdef(x.indexrelid, n, false) ORDER BY n) FROM generate_series(1, x.indnkeyatts) n) AS keys
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid = t.plain AND x.indisunique AND x.indisvalid AND NOT t.key_column = ANY (prisma_partition.index_columns(x.indexrelid))
    ORDER BY c.relname
  LOOP
    FOR v_line IN EXECUTE format(
      $sql$SELECT string_agg(%1$s, ' and ' ORDER BY %1$s) FROM %2$s s WHERE %3$s AND %4$s GROUP BY %5$s HAVING count(*) > 1 ORDER BY 1 LIMIT 10$sql$,
      v_pair, t.partitioned::regclass, coalesce('(' || i.predicate || ')', 'true'),
      CASE WHEN i.nulls_equal THEN 'true' ELSE (SELECT string_agg(format('(%s) IS NOT NULL', k), ' AND ') FROM unnest(i.keys) k) END,
      array_to_string(i.keys, ', '))
    LOOP
      v_found := v_found || format('%s (%s): %s', i.relname, array_to_string(i.keys, ', '), v_line);
    END LOOP;
  END LOOP;
  IF v_found <> '{}' THEN
    RAISE EXCEPTION 'prisma-partition: %.% has rows that the old table cannot hold beside each other; the rollback is refused', t.schema_name, t.table_name
      USING ERRCODE = 'unique_violation', DETAIL = array_to_string(v_found, E'\n'),
        HINT = 'Nothing was changed. Since the cutover these are unique only together with the partition key. Change or delete one row of each line, then deploy again.';
  END IF;
END
$fn$;

-- check-parity ------------------------------------------------------------------------------------------------------------
-- Refuses the swap while a property of the table would be lost by it, or invented: names each, with the statement that
-- mends it. Takes no lock on the live table but ACCESS SHARE.
CREATE OR REPLACE FUNCTION prisma_partition.check_parity(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_found text; v_problem text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT string_agg(concat_ws(' ', p.kind, nullif(p.name, ''), CASE
      WHEN p.other_definition IS NULL THEN 'is missing' WHEN p.live_definition IS NULL THEN 'is not on the live table'
      ELSE format('is "%s", not "%s"', p.other_definition, p.live_definition) END) || coalesce(': ' || p.statement || ';', ''), E'\n')
  INTO v_found
  FROM prisma_partition.parity(p_table) p JOIN prisma_partition.property_kinds() k ON k.kind = p.kind
  -- What the swap brings is yet to come; what carry_properties brings must be there by now.
  WHERE p.state <> 'same' AND (k.brought_by IS DISTINCT FROM 'swap' OR p.state IN ('missing', 'differs', 'extra'));
  IF t.stage = 'setup' THEN
    v_problem := prisma_partition.refusal(t.plain, t.key_column, t.key_kind, t.identity_columns,
      coalesce((SELECT jsonb_agg(jsonb_build_object('columns', u.columns)) FROM prisma_partition.uniques u WHERE u.table_id = t.id), '[]'), t.weaken_unique);
  ELSE
    v_problem := array_to_string(ARRAY(SELECT prisma_partition.refuse_dependents(t.partitioned, t.key_column))
      || ARRAY(SELECT prisma_partition.refuse_unvalidated(t.partitioned)), E'\n');
  END IF;
  v_found := concat_ws(E'\n', v_found, nullif(v_problem, ''));
  IF v_found <> '' THEN
    RAISE EXCEPTION 'prisma-partition: % of %.% is not its equal; the swap is refused',
      CASE t.stage WHEN 'setup' THEN 'the partitioned copy' ELSE 'the old table' END, t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = v_found,
        HINT = format('Nothing was changed. Make both tables alike (the other one is %s), then deploy again.', prisma_partition.other_of(t)::regclass);
  END IF;
END
$fn$;

-- check-rows ------------------------------------------------------------------------------------------------------------
-- Verifies before the swap, without a lock on the live table, and refuses while anything differs.
CREATE OR REPLACE FUNCTION prisma_partition.check_rows(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_found text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT string_agg(format('%s: %s rows here, %s there', v.partition, v.source_rows, v.target_rows), E'\n') INTO v_found
  FROM prisma_partition.verify(p_table) v WHERE NOT v.matches;
  IF v_found IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: %.% and % differ; the swap is refused', t.schema_name, t.table_name,
      CASE t.stage WHEN 'setup' THEN 'its partitioned copy' ELSE 'the old table' END
      USING ERRCODE = 'data_exception', DETAIL = v_found,
        HINT = format('Nothing was changed. npx prisma-partition verify %s names the rows. If capture was switched off or entries of the log were lost, SELECT prisma_partition.restart_capture(%L, %L) mends it.',
          t.model, t.schema_name, t.table_name);
  END IF;
END
$fn$;

-- choose-scheduler ------------------------------------------------------------------------------------------------------------
-- Who runs the jobs: 'pg_cron' where it is installed and this role may use it, else 'none'. Asking for pg_cron in its own
-- database without having it is an error; in another one (Prisma's shadow database) it cannot be had and is passed over.
CREATE OR REPLACE FUNCTION prisma_partition.choose_scheduler(p_wanted text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF p_wanted = 'none' THEN RETURN 'none'; END IF;
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') AND has_schema_privilege('cron', 'USAGE') THEN RETURN 'pg_cron'; END IF;
  IF p_wanted = 'pg_cron' AND current_setting('cron.database_name', true) = current_database() THEN
    RAISE EXCEPTION 'prisma-partition: scheduler = "pg_cron" is asked for, but this role cannot use it here'
      USING HINT = 'CREATE EXTENSION pg_cron and GRANT USAGE ON SCHEMA cron as a superuser, or use scheduler = "auto".';
  END IF;
  RETURN 'none';
END
$fn$;

-- claim-batch ------------------------------------------------------------------------------------------------------------
-- Claims the next open task of a step for this transaction; null if none is free. The claim is a row lock: it ends with
-- the transaction, so a worker that dies leaves its task open.
CREATE OR REPLACE FUNCTION prisma_partition.claim_batch(p_table integer, p_step text)
RETURNS prisma_partition.batches LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT b FROM prisma_partition.batches b
  WHERE b.table_id = p_table AND b.step = p_step AND b.finished_at IS NULL
  ORDER BY b.batch LIMIT 1 FOR UPDATE SKIP LOCKED
$fn$;

-- claim-table ------------------------------------------------------------------------------------------------------------
-- Takes a table for a transition: keeps its runners out until the transaction ends, and refuses one that is not at the
-- stage the transition starts from.
CREATE OR REPLACE FUNCTION prisma_partition.claim_table(p_table integer, p_stage text)
RETURNS prisma_partition.tables LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  PERFORM pg_advisory_xact_lock(1347440720, p_table);
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF t.stage <> p_stage THEN
    RAISE EXCEPTION 'prisma-partition: %.% is at stage %, this migration starts from stage %', t.schema_name, t.table_name, t.stage, p_stage
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Nothing was changed. If this migration has been carried out before: npx prisma migrate resolve --applied <this migration>';
  END IF;
  RETURN t;
END
$fn$;

-- cleanup ------------------------------------------------------------------------------------------------------------
-- Gives up the way back: drops the old table, its change log and the capture. The partitioned table stays, with its
-- maintenance. ACCESS EXCLUSIVE on it while triggers are dropped, for milliseconds.
--
-- p_keep is how long the old table must be kept after the cutover, null for no time at all. It does not hold where there
-- is nothing to keep (an empty old table), nor where this very session has set the table up and it is small: then a whole
-- history is being replayed, on a fresh database or Prisma's shadow database.
CREATE OR REPLACE FUNCTION prisma_partition.cleanup(p_table integer, p_keep interval)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_kept boolean; v_until timestamptz;
BEGIN
  t := prisma_partition.claim_table(p_table, 'cutover');
  PERFORM prisma_partition.validate_small(t);
  IF prisma_partition.unvalidated(t) IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: foreign keys of %.% are not validated yet', t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = format('Nothing was changed. 1. npx prisma-partition backfill %s   2. npx prisma migrate resolve --rolled-back <this migration>   3. npx prisma migrate deploy', t.model);
  END IF;
  v_until := t.swapped_at + p_keep;
  IF v_until > clock_timestamp() AND EXISTS (SELECT FROM pg_class WHERE oid = t.plain) THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t.plain::regclass) INTO v_kept;
    IF v_kept AND NOT (prisma_partition.is_small(t.plain) AND t.created_at >= (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())) THEN
      RAISE EXCEPTION 'prisma-partition: the old table of %.% is to be kept until % UTC', t.schema_name, t.table_name, to_char(v_until, 'YYYY-MM-DD HH24:MI')
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = 'Nothing was changed. 1. npx prisma migrate resolve --rolled-back <this migration>   2. Wait until then and run npx prisma migrate deploy; or delete the folder of this migration, shorten keepOld in the annotation, npx prisma generate, and deploy that.';
    END IF;
  END IF;
  PERFORM prisma_partition.lock_relations(ARRAY[t.partitioned, t.plain], 'ACCESS EXCLUSIVE');
  PERFORM prisma_partition.drop_machinery(t);
  PERFORM prisma_partition.drop_relation(t.plain);
  DELETE FROM prisma_partition.batches WHERE table_id = t.id;
  UPDATE prisma_partition.tables SET stage = 'cleanup', step = 'drain', plain = NULL, last_error = NULL, last_error_at = NULL WHERE id = t.id;
  PERFORM prisma_partition.drop_empty_schemas(t);
END
$fn$;

-- column-list ------------------------------------------------------------------------------------------------------------
-- The columns that can be written, in order, quoted, each with a prefix: from the live catalog, never from the model,
-- which knows nothing of unsupported or ignored columns.
CREATE OR REPLACE FUNCTION prisma_partition.column_list(p_relation oid, p_format text DEFAULT '%I')
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT string_agg(replace(p_format, '%I', quote_ident(attname)), ', ' ORDER BY attnum)
  FROM pg_attribute
  WHERE attrelid = p_relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$fn$;

-- column-options ------------------------------------------------------------------------------------------------------------
-- The options that somebody has set on a column. Names that begin with `pg_` are the server's own: from 17.12 on it keeps
-- a `pg_attver` on every column, another one for each table, which neither SET nor RESET changes.
CREATE OR REPLACE FUNCTION prisma_partition.column_options(p_options text[])
RETURNS TABLE (option_name text, option_value text) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT o.option_name, o.option_value FROM pg_options_to_table(p_options) o WHERE NOT starts_with(o.option_name, 'pg_')
$fn$;

-- column-properties ------------------------------------------------------------------------------------------------------------
-- A table's columns, as properties (see properties): order, type, collation, generated expression, NOT NULL, default,
-- identity and its sequence, storage, compression, statistics target, options, grants, comment. A serial's sequence is
-- the same for both tables; an identity's is another one, and is advanced in the swap.
DROP FUNCTION IF EXISTS prisma_partition.column_properties(oid);
CREATE OR REPLACE FUNCTION prisma_partition.column_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_table text := v_other::regclass;
  v_opposite oid := CASE p_relation WHEN v_other THEN prisma_partition.live_of(t) ELSE v_other END;
  v_parent boolean := (SELECT relkind = 'p' FROM pg_class WHERE oid = v_other);
  v_number integer := current_setting('server_version_num')::integer;
  a record; v_alter text; v_type text;
BEGIN
  FOR a IN
    SELECT c.*, row_number() OVER (ORDER BY c.attnum) AS ordinal, pg_get_expr(d.adbin, d.adrelid) AS expression, y.typstorage, y.typcollation,
      o.attname IS NOT NULL AS there, o.atttypid AS other_type, o.atttypmod AS other_modifier, o.attcollation AS other_collation,
      o.attidentity AS other_identity, o.attgenerated AS other_generated, o.attnum AS other_number,
      -- from PostgreSQL 18 on a constraint with a name
      (SELECT k.conname::text FROM pg_constraint k WHERE k.conrelid = c.attrelid AND k.contype = 'n' AND k.conkey[1] = c.attnum) AS required,
      (SELECT k.conname::text FROM pg_constraint k WHERE k.conrelid = v_opposite AND k.contype = 'n' AND k.conkey[1] = o.attnum) AS other_required
    FROM pg_attribute c JOIN pg_type y ON y.oid = c.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.attrelid AND d.adnum = c.attnum
    LEFT JOIN pg_attribute o ON o.attrelid = v_opposite AND o.attname = c.attname AND o.attnum > 0 AND NOT o.attisdropped
    WHERE c.attrelid = p_relation AND c.attnum > 0 AND NOT c.attisdropped
  LOOP
    name := a.attname;
    v_alter := format('ALTER TABLE %s ALTER COLUMN %I ', v_table, a.attname);
    v_type := format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> a.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END;

    kind := 'column';
    definition := concat_ws(' ', format('%s:', a.ordinal), v_type,
      format('GENERATED ALWAYS AS (%s) %s', a.expression, CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END));
    IF a.attgenerated = '' THEN definition := format('%s: %s', a.ordinal, v_type); END IF;
    remove := format('ALTER TABLE %s DROP COLUMN %I', v_table, a.attname);
    make := CASE
      WHEN NOT a.there THEN format('ALTER TABLE %s ADD COLUMN %I ', v_table, a.attname) || concat_ws(' ', v_type,
        CASE a.attgenerated WHEN 's' THEN format('GENERATED ALWAYS AS (%s) STORED', a.expression)
          WHEN 'v' THEN format('GENERATED ALWAYS AS (%s) VIRTUAL', a.expression) ELSE 'DEFAULT ' || a.expression END,
        CASE a.attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
        CASE WHEN a.attnotnull THEN concat_ws(' ', 'CONSTRAINT ' || quote_ident(a.required), 'NOT NULL') END)
      WHEN (a.other_type, a.other_modifier, a.other_collation) IS DISTINCT FROM (a.atttypid, a.atttypmod, a.attcollation) THEN v_alter || 'TYPE ' || v_type
      WHEN a.attgenerated <> '' AND a.attgenerated = a.other_generated AND v_number >= 170000 THEN v_alter || format('SET EXPRESSION AS (%s)', a.expression)
      WHEN a.attgenerated = '' AND a.other_generated = 's' THEN v_alter || 'DROP EXPRESSION'
    END;
    RETURN NEXT;
    CONTINUE WHEN NOT a.there; -- the rest of it comes, or goes, with the column

    IF a.attnotnull THEN
      kind := 'not null'; definition := coalesce(a.required, 'NOT NULL'); remove := v_alter || 'DROP NOT NULL';
      make := CASE
        WHEN a.required IS NULL THEN v_alter || 'SET NOT NULL'
        WHEN a.other_required IS NOT NULL THEN format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', v_table, a.other_required, a.required)
        ELSE format('ALTER TABLE %s ADD CONSTRAINT %I NOT NULL %I', v_table, a.required, a.attname) END;
      RETURN NEXT;
    END IF;
    IF a.attgenerated = '' AND a.expression IS NOT NULL THEN
      kind := 'default'; definition := a.expression; remove := v_alter || 'DROP DEFAULT';
      make := v_alter || 'SET DEFAULT ' || a.expression;
      RETURN NEXT;
    END IF;
    IF a.attidentity <> '' THEN
      kind := 'identity'; definition := CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END; remove := v_alter || 'DROP IDENTITY';
      make := CASE WHEN a.other_identity = '' THEN format('%sADD GENERATED %s AS IDENTITY', v_alter, definition)
        ELSE format('%sSET GENERATED %s', v_alter, definition) END;
      RETURN NEXT;
      IF a.other_identity <> '' THEN
        RETURN QUERY SELECT * FROM prisma_partition.sequence_properties(p_relation, v_other, a.attname);
      END IF;
    END IF;
    IF a.attstorage <> a.typstorage THEN
      kind := 'storage'; definition := CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END;
      make := v_alter || 'SET STORAGE ' || definition;
      remove := v_alter || 'SET STORAGE ' || CASE a.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END;
      RETURN NEXT;
    END IF;
    -- Neither compression nor options are handed down to partitions.
    v_alter := format('ALTER TABLE {} ALTER COLUMN %I ', a.attname);
    IF a.attcompression <> '' THEN
      kind := 'compression'; definition := CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END;
      make := prisma_partition.on_table(v_other, v_alter || 'SET COMPRESSION ' || definition);
      remove := prisma_partition.on_table(v_other, v_alter || 'SET COMPRESSION default');
      RETURN NEXT;
    END IF;
    IF coalesce(a.attstattarget, -1) >= 0 THEN
      kind := 'statistics target'; definition := a.attstattarget;
      make := prisma_partition.on_table(v_other, v_alter || 'SET STATISTICS ' || definition);
      remove := prisma_partition.on_table(v_other, v_alter || 'SET STATISTICS -1');
      RETURN NEXT;
    END IF;
    -- For a partitioned table's own statistics n_distinct_inherited takes the place of n_distinct.
    RETURN QUERY
      SELECT 'column option', format('%s %s', a.attname, o.option_name), o.option_value,
        prisma_partition.on_table(v_other, v_alter || format('SET (%s = %s)', o.option_name, o.option_value))
          || CASE WHEN v_parent AND o.option_name = 'n_distinct' THEN replace(format('; %sSET (n_distinct_inherited = %s)', v_alter, o.option_value), '{}', v_table) ELSE '' END,
        prisma_partition.on_table(v_other, v_alter || format('RESET (%s)', o.option_name))
          || CASE WHEN v_parent AND o.option_name = 'n_distinct' THEN replace(format('; %sRESET (n_distinct_inherited)', v_alter), '{}', v_table) ELSE '' END
      FROM prisma_partition.column_options(a.attoptions) o
      WHERE NOT (o.option_name = 'n_distinct_inherited' AND EXISTS (SELECT FROM prisma_partition.column_options(a.attoptions) d WHERE d.option_name = 'n_distinct'));
    RETURN QUERY
      SELECT 'column grant', format('%s to %s', a.attname, x.grantee), x.privileges, x.make, x.remove
      FROM prisma_partition.acl_properties(a.attacl, v_table, format(' (%I)', a.attname)) x;
    IF col_description(p_relation, a.attnum) IS NOT NULL THEN
      kind := 'comment'; name := 'column ' || a.attname; definition := col_description(p_relation, a.attnum);
      make := format('COMMENT ON COLUMN %s.%I IS %L', v_table, a.attname, definition);
      remove := format('COMMENT ON COLUMN %s.%I IS NULL', v_table, a.attname);
      RETURN NEXT;
    END IF;
  END LOOP;
END
$fn$;

-- compare-lock ------------------------------------------------------------------------------------------------------------
-- The statement that locks what a comparison reads: for a transaction whose snapshot must be younger than its locks, and
-- LOCK TABLE as its first statement takes none. Refuses as begin_compare does; another text inside that transaction tells
-- that a swap came between.
CREATE OR REPLACE FUNCTION prisma_partition.compare_lock(p_table integer)
RETURNS text LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('LOCK TABLE %s, %s IN ACCESS SHARE MODE', prisma_partition.live_of(t)::regclass, prisma_partition.other_of(t)::regclass)
    FROM prisma_partition.begin_compare(p_table) t
  );
END
$fn$;

-- compare-query ------------------------------------------------------------------------------------------------------------
-- The query that compares both sides of a table, partition by partition, in one statement, so in one snapshot: see
-- compare_side.
CREATE OR REPLACE FUNCTION prisma_partition.compare_query(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format($sql$
      WITH live AS (%1$s), other AS (%2$s), pending AS (%3$s)
      SELECT p.partition, p.lower, p.upper, coalesce(a.total, 0)::bigint, coalesce(b.total, 0)::bigint, coalesce(c.total, 0)::bigint,
        coalesce(a.total, 0) = coalesce(b.total, 0) AND a.hash IS NOT DISTINCT FROM b.hash
      FROM prisma_partition.list_partitions($1) WITH ORDINALITY p
      LEFT JOIN live a ON a.leaf = p.partition::regclass
      LEFT JOIN other b ON b.leaf = p.partition::regclass
      LEFT JOIN pending c ON c.leaf = p.partition::regclass
      ORDER BY p.ordinality
    $sql$, prisma_partition.compare_side(t, prisma_partition.live_of(t)), prisma_partition.compare_side(t, prisma_partition.other_of(t)),
      prisma_partition.pending_query(t))
  );
END
$fn$;

-- compare-side ------------------------------------------------------------------------------------------------------------
-- One side of a comparison, as a query: for each partition (its oid) the number of rows and the sum of their hashes. Rows
-- of the plain table are put where their key belongs, those of the partitioned one, or of one of its partitions, where
-- they are: so a row in a wrong partition shows as two that differ. Sums add up, so both sides may be read in pieces:
-- p_range is a condition on `s` (on its ctid, see digest).
--
-- Why live writes never show. A writer's change and its entry on the log commit together, and so do a drain's change of
-- the other table and the removal of the entry. So in any one snapshot, a row whose pair is not on the log is the same on
-- both sides; those whose pair is are left out on both, and counted as pending. After a TRUNCATE that is every row.
CREATE OR REPLACE FUNCTION prisma_partition.compare_side(t prisma_partition.tables, p_relation oid, p_range text DEFAULT 'true')
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('SELECT %1$s AS leaf, count(*) AS total, sum(%2$s) AS hash FROM %3$s s
        WHERE %4$s AND NOT %5$s AND NOT EXISTS (SELECT FROM prisma_partition.%6$I l WHERE %7$s) AND %8$s GROUP BY 1',
      CASE p_relation WHEN t.plain THEN prisma_partition.bucket_expression(t) ELSE 's.tableoid' END,
      prisma_partition.row_hash(p_relation),
      CASE p_relation WHEN t.partitioned THEN '' ELSE 'ONLY ' END || p_relation::regclass,
      p_range,
      prisma_partition.truncated_expression(t),
      'log_' || t.id,
      prisma_partition.join_columns(prisma_partition.pair_columns(t), 'l.%1$I = s.%1$I', ' AND '),
      CASE p_relation WHEN t.plain THEN prisma_partition.kept_rows(t) ELSE 'true' END)
  );
END
$fn$;

-- compares-as-columns ------------------------------------------------------------------------------------------------------------
-- Whether a unique index takes for equal at least what `=` does on its columns: else two rows that it tells apart are one to
-- a replay. It does where each column is indexed under its own collation, unless that one is deterministic, by which what
-- is equal is the same under all; and where the operator class means the type's default equality (text_pattern_ops does,
-- text_ops on citext does not). A type without an operator class of its own uses another's: varchar that of text.
CREATE OR REPLACE FUNCTION prisma_partition.compares_as_columns(p_index oid)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  WITH equality AS (
    SELECT o.oid, o.opcintype, o.opcdefault, e.amopopr AS operator
    FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
    JOIN pg_amop e ON e.amopfamily = o.opcfamily AND e.amopstrategy = 3 AND e.amoplefttype = o.opcintype AND e.amoprighttype = o.opcintype
  )
  SELECT coalesce(bool_and(
    (k.collated = a.attcollation OR NOT EXISTS (SELECT FROM pg_collation c WHERE c.oid = a.attcollation AND NOT c.collisdeterministic))
    AND e.operator = coalesce(
      (SELECT d.operator FROM equality d WHERE d.opcdefault AND d.opcintype = prisma_partition.base_type(a.atttypid)),
      (SELECT d.operator FROM equality d WHERE d.opcdefault AND d.opcintype = e.opcintype))), true)
  FROM pg_index i
  CROSS JOIN unnest(i.indkey::smallint[], i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY AS k(attnum, opclass, collated, ordinal)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  JOIN equality e ON e.oid = k.opclass
  WHERE i.indexrelid = p_index AND k.ordinal <= i.indnkeyatts
$fn$;

-- constraint-properties ------------------------------------------------------------------------------------------------------------
-- A table's check constraints, foreign keys in both directions, sequences that belong to it and extended statistics, as
-- properties. A foreign key that is not validated yet counts as what it will be: step `validate` brings it. Statistics
-- keep their name; their schema is their table's.
CREATE OR REPLACE FUNCTION prisma_partition.constraint_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_opposite oid := CASE p_relation WHEN v_other THEN prisma_partition.live_of(t) ELSE v_other END;
  v_table text := v_other::regclass;
BEGIN
  RETURN QUERY
    SELECT 'check constraint', k.conname::text, pg_get_constraintdef(k.oid), format('ALTER TABLE %s ADD CONSTRAINT %I ', v_table, k.conname) || pg_get_constraintdef(k.oid),
      format('ALTER TABLE %s DROP CONSTRAINT %I', v_table, k.conname)
    FROM pg_constraint k WHERE k.conrelid = p_relation AND k.contype = 'c';
  RETURN QUERY
    SELECT 'comment', 'constraint ' || k.conname, obj_description(k.oid, 'pg_constraint'),
      format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, v_table, obj_description(k.oid, 'pg_constraint')),
      format('COMMENT ON CONSTRAINT %I ON %s IS NULL', k.conname, v_table)
    FROM pg_constraint k JOIN pg_constraint o ON o.conrelid = v_opposite AND o.conname = k.conname
    WHERE k.conrelid = p_relation AND k.contype IN ('c', 'n') AND obj_description(k.oid, 'pg_constraint') IS NOT NULL;
  RETURN QUERY
    SELECT DISTINCT ON (k.conname) 'foreign key', k.conname::text,
      concat_ws(' -- ', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), obj_description(k.oid, 'pg_constraint')),
      NULL::text, format('ALTER TABLE %s DROP CONSTRAINT %I', v_table, k.conname)
    FROM pg_constraint k
    WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid = p_relation OR k.conrelid IN (SELECT prisma_partition.leaves_of(p_relation)))
    ORDER BY k.conname, k.conrelid = p_relation DESC;
  RETURN QUERY
    SELECT 'referenced by', format('%s on %s', k.conname, k.conrelid::regclass),
      concat_ws(' -- ', replace(regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), format(' REFERENCES %s(', p_relation::regclass), format(' REFERENCES %s(', v_table)),
        obj_description(k.oid, 'pg_constraint')),
      NULL::text, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)
    FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = p_relation AND k.conparentid = 0;
  RETURN QUERY
    SELECT 'owned sequence', s.oid::regclass::text, 'OWNED BY ' || quote_ident(a.attname), NULL::text, format('ALTER SEQUENCE %s OWNED BY NONE', s.oid::regclass)
    FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.deptype = 'a';
  RETURN QUERY
    WITH statistics AS (
      SELECT s.oid, s.stxname::text, s.stxowner, nullif(coalesce((to_jsonb(s) ->> 'stxstattarget')::integer, -1), -1) AS target,
        prisma_partition.statistics_definition(s.oid) AS definition, format('%I.%I', prisma_partition.schema_of(v_other), s.stxname) AS as_named,
        (SELECT format('%s.%I', o.stxnamespace::regnamespace, o.stxname) FROM pg_statistic_ext o WHERE o.stxrelid = v_other AND o.stxname = s.stxname) AS there
      FROM pg_statistic_ext s WHERE s.stxrelid = p_relation
    )
    SELECT 'extended statistics', s.stxname, concat_ws(' ', s.definition, 'STATISTICS ' || s.target, 'OWNER ' || s.stxowner::regrole),
      concat_ws('; ', format('CREATE STATISTICS %s %s FROM %s', s.as_named, s.definition, v_table), format('ALTER STATISTICS %s OWNER TO %s', s.as_named, s.stxowner::regrole),
        CASE WHEN s.target IS NOT NULL THEN format('ALTER STATISTICS %s SET STATISTICS %s', s.as_named, s.target) END),
      'DROP STATISTICS ' || s.there
    FROM statistics s
    UNION ALL
    SELECT 'comment', 'statistics ' || s.stxname, obj_description(s.oid, 'pg_statistic_ext'),
      format('COMMENT ON STATISTICS %s IS %L', s.there, obj_description(s.oid, 'pg_statistic_ext')), format('COMMENT ON STATISTICS %s IS NULL', s.there)
    FROM statistics s WHERE obj_description(s.oid, 'pg_statistic_ext') IS NOT NULL
      AND EXISTS (SELECT FROM pg_statistic_ext o WHERE o.stxrelid = v_opposite AND o.stxname = s.stxname);
END
$fn$;

-- create-capture-functions ------------------------------------------------------------------------------------------------------------
-- Creates what the capture triggers of a table call: all of them append (identity, key) pairs to its change log, old and
-- new, in the writer's own transaction, so that an entry appears or vanishes with the write.
--
-- SECURITY DEFINER: writers need no right on the log. The row trigger's function has a fixed search_path. The statement
-- triggers' have none, which a single-row INSERT would pay with 5 %; whatever they name is qualified, operators too, and
-- an unqualified transition table is found before any table of that name. UNION compares by the types' own operator
-- classes, as the unique index on the pair does, whatever the search_path; it takes the pairs of an update once where they
-- have not changed.
CREATE OR REPLACE FUNCTION prisma_partition.create_capture_functions(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_pair text[] := prisma_partition.pair_columns(t);
  v_columns text := prisma_partition.join_columns(v_pair, '%I', ', ');
  v_log text := format('prisma_partition.%I', 'log_' || t.id);
  f record;
BEGIN
  -- Bodies are quoted as literals: a name may hold any dollar quote.
  FOR f IN
    SELECT '' AS suffix, 'SET search_path = pg_catalog, pg_temp' AS settings, format($sql$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO %1$s VALUES (%2$s);
      ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO %1$s VALUES (%3$s);
      ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO %1$s VALUES (%3$s);
        IF record_image_ne(ROW(%2$s), ROW(%3$s)) THEN
          INSERT INTO %1$s VALUES (%2$s);
        END IF;
      ELSE -- TRUNCATE: an entry of nulls stands for the whole table
        INSERT INTO %1$s DEFAULT VALUES;
      END IF;
      RETURN NULL;
    END
  $sql$, v_log, prisma_partition.join_columns(v_pair, 'NEW.%I', ', '), prisma_partition.join_columns(v_pair, 'OLD.%I', ', ')) AS body
    UNION ALL
    SELECT s.suffix, '', format($sql$
    #variable_conflict use_column -- a column may be named like what a trigger function has: found, new, tg_op
    BEGIN
      IF pg_catalog.current_setting('prisma_partition.draining', true) OPERATOR(pg_catalog.=) 'on' THEN RETURN NULL; END IF;
      INSERT INTO %s %s;
      RETURN NULL;
    END
  $sql$, v_log, s.pairs)
    FROM (VALUES
      ('_insert', format('SELECT %s FROM new_rows', v_columns)),
      ('_update', format('SELECT %1$s FROM old_rows UNION SELECT %1$s FROM new_rows', v_columns)),
      ('_delete', format('SELECT %s FROM old_rows', v_columns))
    ) AS s (suffix, pairs)
  LOOP
    EXECUTE format('CREATE FUNCTION prisma_partition.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER %s AS %L',
      'capture_' || t.id || f.suffix, f.settings, f.body);
    EXECUTE format('REVOKE ALL ON FUNCTION prisma_partition.%I() FROM PUBLIC', 'capture_' || t.id || f.suffix);
  END LOOP;
END
$fn$;

-- create-capture ------------------------------------------------------------------------------------------------------------
-- Starts change capture on the live table: a change log, and triggers that append to it the identity and partition key of
-- every row that is written, old and new (see capture_triggers).
--
-- Why no write is missed: CREATE TRIGGER needs SHARE ROW EXCLUSIVE, which is held until this transaction commits and
-- conflicts with the ROW EXCLUSIVE of every writer. So whoever wrote before has committed before (the load will see
-- those rows), and whoever writes later finds the triggers, under any isolation level: triggers are read from the
-- catalog as it is, not as the writer's snapshot was. The block ranges of the load are cut under that same lock, so
-- every row that lies outside them was logged.
CREATE OR REPLACE FUNCTION prisma_partition.create_capture(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
  v_pair text[];
  v_log text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_pair := prisma_partition.pair_columns(t);
  v_log := format('prisma_partition.%I', 'log_' || t.id);

  -- Of base types: a domain may refuse the nulls of a TRUNCATE's entry, or have a default for them.
  EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA', v_log, (
    SELECT string_agg(format('%1$I::%2$s AS %1$I', a.attname, format_type(prisma_partition.base_type(a.atttypid), -1)), ', ' ORDER BY v.ordinality)
    FROM unnest(v_pair) WITH ORDINALITY AS v (name, ordinality) JOIN pg_attribute a ON a.attrelid = t.plain AND a.attname = v.name
  ), t.plain::regclass);
  -- Entries are appended and deleted all the time: vacuum by count, not by share of the table.
  EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 2147483647)', v_log);

  PERFORM prisma_partition.create_capture_functions(t);
  PERFORM prisma_partition.create_drain(t, 'forward', t.plain);

  PERFORM prisma_partition.lock_relations(ARRAY[t.plain], 'SHARE ROW EXCLUSIVE');
  PERFORM prisma_partition.create_triggers(t, t.plain);
  PERFORM prisma_partition.cut_batches(t.id);
END
$fn$;

-- create-drain ------------------------------------------------------------------------------------------------------------
-- Generates the function that replays the change log from one table to the other, written out for this table so that
-- its plans are cached.
--
-- Why a drain is right. It takes entries off the log in one statement and reads the source in later ones. Under READ
-- COMMITTED each statement sees what had committed when it began, so a later statement sees every write whose entry was
-- taken. A write that commits in between is seen too, or not; either way its own entry is still on the log and will be
-- replayed. Replaying is idempotent: it makes the target's rows under a logged (identity, key) pair equal to the
-- source's, whatever they were. It all commits together with the removal of the entries, so a crash replays them.
-- Under REPEATABLE READ the source would be read as of before the entries: run_step and cutover refuse it.
--
--   1  take p_limit entries (null: all)
--   2  delete from the target the pairs that are gone
--   3  upsert the source's rows under the pairs, leaving alone what is identical bit for bit
--
-- Pairs hold the partition key, so both statements prune to the partitions concerned. The key is met as a range: by `=` the
-- planner may take an index on the key alone, which by statistics from before a bulk insert is as good as one on the
-- identity, and then reads all rows of one instant for each of them (10,000 rows of one instant: 25 s against 0.5 s).
--
-- A unique value that moved between two rows of which only one was taken makes step 3 collide. p_mode says what then:
--   upsert   as above; a collision is an error and the caller, drain_all, puts the batch back
--   replace  all taken pairs are deleted first. With everything taken, what is left of the target are rows equal to the
--            source's, so only rows that collide in the source itself can collide: none do, if uniques are the same
--   rest     as replace, but a row that collides is left out and its pair stays on the log. On the way back, where only
--            (identity, key) is unique in the source, two rows may share what the target holds once
--
-- The way back conflicts by identity. A row found under it with another key (displaced) is either the same row before it
-- moved, or a second one that the source has still: the first is overwritten, the second must not be, hence the check
-- before step 3. A row that appears between the check and step 3 may overwrite the second one all the same; its own entry
-- will find nothing left to do. So what step 3 has overwritten and the source has still goes back on the log, where it
-- collides as it should.
--
-- The tables are named as they will be when this way is taken, so that the swap has nothing to write under its lock.
--
-- Settings: JIT cost 290 ms for 100 rows; a custom plan is planned anew each time; a leaf whose statistics still say
-- "empty" would be read whole for every pair (> 106 s for a batch).
CREATE OR REPLACE FUNCTION prisma_partition.create_drain(t prisma_partition.tables, p_direction text, p_source oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_pair text[] := prisma_partition.pair_columns(t);
  v_log text := format('prisma_partition.%I', 'log_' || t.id);
  v_on_source text := prisma_partition.meet_pairs(t, 's');
  v_on_target text := prisma_partition.meet_pairs(t, 'd');
  v_conflict text[] := CASE p_direction WHEN 'forward' THEN v_pair ELSE t.identity_columns END;
  v_columns text := prisma_partition.column_list(p_source);
  v_source text := format('%I.%I', t.schema_name, t.table_name);
  v_target text := format('%I.%I', t.schema_name || CASE p_direction WHEN 'forward' THEN '_partitioned' ELSE '_old' END, t.table_name);
  v_search_path text := prisma_partition.operator_path(p_source, v_pair);
  v_set text; v_declared text := ''; v_guard text := ''; v_put_back text := ''; v_body text;
BEGIN
  SELECT string_agg(format('%1$I = excluded.%1$I', attname), ', ' ORDER BY attnum) INTO v_set
  FROM pg_attribute
  WHERE attrelid = p_source AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a';
  IF v_conflict <> v_pair THEN
    v_declared := format(' v_displaced %s[];', v_log);
    v_guard := format($sql$
        v_displaced := ARRAY(
          SELECT ROW(%6$s)::%7$s FROM unnest(drain.v_pairs) AS p JOIN %1$s d ON %2$s WHERE d.%5$I <> p.%5$I);
        IF v_displaced <> '{}' AND EXISTS (
          SELECT FROM unnest(drain.v_pairs) AS p JOIN %3$s s ON %4$s JOIN %1$s d ON %2$s JOIN %3$s o ON %8$s WHERE d.%5$I <> p.%5$I
        ) THEN
          RAISE unique_violation;
        END IF;$sql$,
      v_target, prisma_partition.join_columns(v_conflict, 'd.%1$I = p.%1$I', ' AND '), v_source, v_on_source, t.key_column,
      prisma_partition.join_columns(v_pair, 'd.%I', ', '), v_log, prisma_partition.join_columns(v_pair, 'o.%1$I = d.%1$I', ' AND '));
    v_put_back := format($sql$
        IF v_displaced <> '{}' THEN
          INSERT INTO %1$s SELECT %2$s FROM unnest(drain.v_displaced) AS p JOIN %3$s s ON %4$s
          WHERE NOT EXISTS (SELECT FROM %5$s d WHERE %6$s);
        END IF;$sql$,
      v_log, prisma_partition.join_columns(v_pair, 'p.%I', ', '), v_source, v_on_source, v_target, v_on_target);
  END IF;

  v_body := format($sql$
    #variable_conflict use_column -- columns may have the names of variables, which are qualified beside them
    <<drain>>
    DECLARE
      v_pairs %3$s[]; v_gone %3$s[];%21$s v_taken bigint; v_whole boolean; v_left bigint; v_entries tid[];
      v_position tid := coalesce(nullif(current_setting('prisma_partition.log_position', true), ''), '(0,0)');
    BEGIN
      SET CONSTRAINTS ALL IMMEDIATE; -- a deferred unique must collide here, where the caller can do something about it

      -- Not always from the beginning: 10,000 entries taken and not vacuumed yet cost the next batch 10 ms, and so on.
      v_entries := ARRAY(
        SELECT e.ctid FROM %3$s e WHERE e.ctid > v_position UNION ALL SELECT e.ctid FROM %3$s e WHERE e.ctid <= v_position
        LIMIT %1$I.p_limit);
      PERFORM set_config('prisma_partition.log_position', v_entries[array_upper(v_entries, 1)]::text, false);
      WITH taken AS (
        DELETE FROM %3$s l WHERE l.ctid = ANY (v_entries) RETURNING l.*
      )
      SELECT count(*), array_agg(DISTINCT ROW(%4$s)::%3$s) FILTER (WHERE %5$s IS NOT NULL), bool_or(%5$s IS NULL)
      INTO v_taken, v_pairs, v_whole FROM taken;
      IF v_taken = 0 THEN RETURN 0; END IF;

      IF v_whole THEN -- the table was truncated: start from nothing
        TRUNCATE %6$s;
        IF p_mode = 'rest' THEN
          INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE SELECT %8$s FROM %9$s s ON CONFLICT DO NOTHING;
          INSERT INTO %3$s SELECT %16$s FROM %9$s s WHERE NOT EXISTS (SELECT FROM %6$s d WHERE %17$s);
          GET DIAGNOSTICS v_left = ROW_COUNT;
          RETURN greatest(v_taken - v_left, 0);
        END IF;
        INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE SELECT %8$s FROM %9$s s;
        RETURN v_taken;
      END IF;

      IF p_mode = 'upsert' THEN
        v_gone := ARRAY(SELECT ROW(%19$s)::%3$s FROM unnest(drain.v_pairs) AS p WHERE NOT EXISTS (SELECT FROM %9$s s WHERE %11$s));
        IF v_gone <> '{}' THEN
          DELETE FROM %6$s d USING unnest(drain.v_gone) AS p WHERE %10$s;
        END IF;%18$s
        INSERT INTO %6$s AS d (%7$s) OVERRIDING SYSTEM VALUE
        SELECT %8$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s
        ON CONFLICT (%12$s) DO UPDATE SET %13$s WHERE record_image_ne(ROW(%14$s), ROW(%15$s));%20$s
        RETURN v_taken;
      END IF;

      DELETE FROM %6$s d USING unnest(drain.v_pairs) AS p WHERE %10$s;
      IF p_mode = 'replace' THEN
        INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE
        SELECT %8$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s;
        RETURN v_taken;
      END IF;

      INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE
      SELECT %8$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s
      ON CONFLICT DO NOTHING;
      INSERT INTO %3$s
      SELECT %16$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s WHERE NOT EXISTS (SELECT FROM %6$s d WHERE %17$s);
      GET DIAGNOSTICS v_left = ROW_COUNT;
      RETURN greatest(v_taken - v_left, 0);
    END
  $sql$,
    'drain_' || t.id || '_' || p_direction,
    v_search_path,
    v_log,
    prisma_partition.join_columns(v_pair, 'taken.%I', ', '),
    format('taken.%I', v_pair[1]),
    v_target,
    v_columns,
    prisma_partition.column_list(p_source, 's.%I'),
    v_source,
    v_on_target,
    v_on_source,
    prisma_partition.join_columns(v_conflict, '%I', ', '),
    v_set,
    prisma_partition.column_list(p_source, 'd.%I'),
    prisma_partition.column_list(p_source, 'excluded.%I'),
    prisma_partition.join_columns(v_pair, 's.%I', ', '),
    prisma_partition.join_columns(v_pair, 'd.%1$I = s.%1$I', ' AND '),
    v_guard,
    prisma_partition.join_columns(v_pair, 'p.%I', ', '),
    v_put_back,
    v_declared);
  -- Quoted as a literal: a name may hold any dollar quote.
  EXECUTE format($sql$
    CREATE OR REPLACE FUNCTION prisma_partition.%I(p_limit bigint, p_mode text) RETURNS bigint LANGUAGE plpgsql
    SET search_path = %s SET jit = off SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS %L
  $sql$, 'drain_' || t.id || '_' || p_direction, v_search_path, v_body);
  -- For drain_all, which writes it anew when columns were added or dropped on both sides.
  EXECUTE format('COMMENT ON FUNCTION prisma_partition.%I(bigint, text) IS %L', 'drain_' || t.id || '_' || p_direction, v_columns);
END
$fn$;

-- create-partition ------------------------------------------------------------------------------------------------------------
-- Creates one partition for [p_lower, p_upper), points of the axis, beside its parent: through pg_partman where it
-- maintains the table, which expects its own names there. Else it is made as a table of its own and attached, because
-- ATTACH takes less of a lock than CREATE … PARTITION OF while nobody uses the table yet. A default
-- partition is locked ACCESS EXCLUSIVE and scanned for rows that belong here: there must be none.
CREATE OR REPLACE FUNCTION prisma_partition.create_partition(t prisma_partition.tables, p_lower text, p_upper text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_schema text := prisma_partition.schema_of(t.partitioned); v_leaf text;
BEGIN
  -- Where the application inserts: a row that waits for the default partition has been routed there, and would fail when
  -- it gets it. One that waits for the parent is routed afterwards.
  IF t.stage <> 'setup' THEN PERFORM prisma_partition.lock_relations(ARRAY[t.partitioned], 'ACCESS EXCLUSIVE'); END IF;
  IF t.maintenance = 'partman' THEN
    EXECUTE format('SELECT %s.create_partition_time($1, ARRAY[$2::timestamptz])', prisma_partition.partman_schema())
    USING v_schema || '.' || t.table_name, p_lower;
    PERFORM prisma_partition.carry_to_partition(t.partitioned, max(inhrelid)) FROM pg_inherits WHERE inhparent = t.partitioned;
    RETURN;
  END IF;
  v_leaf := format('%I.%I', v_schema, prisma_partition.leaf_name(t.table_name, '_p' ||
    CASE WHEN t.key_kind = 'integer' THEN p_lower
         WHEN t.partition_interval::interval < interval '1 day' THEN to_char(p_lower::timestamptz, 'YYYYMMDD_HH24MI')
         ELSE to_char(p_lower::timestamptz, CASE WHEN p_lower::timestamptz < '0001-01-01' THEN 'YYYYMMDD"bc"' ELSE 'YYYYMMDD' END) END));
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY)', v_leaf, t.partitioned::regclass);
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', t.partitioned::regclass, v_leaf,
    prisma_partition.axis_to_bound(t.key_kind, p_lower), prisma_partition.axis_to_bound(t.key_kind, p_upper));
  PERFORM prisma_partition.carry_to_partition(t.partitioned, v_leaf::regclass);
END
$fn$;

-- create-partitions ------------------------------------------------------------------------------------------------------------
-- Creates the partitions: from p_start (null: the oldest row) to now, `premake` ahead, and a default partition. Through
-- pg_partman where it maintains the table, else one by one. The scan for the oldest row, if the key has no index, takes
-- ACCESS SHARE only.
CREATE OR REPLACE FUNCTION prisma_partition.create_partitions(p_table integer, p_start text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_current text; v_lower text; v_upper text; v_first text; v_last text; v_count integer := 0; v_locks integer; v_capacity integer; v_taken text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_current := prisma_partition.current_bucket(t);
  v_first := prisma_partition.axis_bucket(t.key_kind, t.partition_interval,
    coalesce(p_start, prisma_partition.edge_point(t.plain, t.key_column, t.key_kind, false), v_current));
  IF prisma_partition.axis_compare(t.key_kind, v_first, v_current) > 0 THEN v_first := v_current; END IF;
  v_last := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_current, t.premake);

  v_lower := v_first;
  WHILE prisma_partition.axis_compare(t.key_kind, v_lower, v_last) <= 0 LOOP
    v_count := v_count + 1;
    IF v_count > 5000 THEN
      RAISE EXCEPTION 'prisma-partition: partitions of % from % on would be more than 5000', t.partition_interval, v_first
        USING HINT = 'Use a longer interval, or set start: in the annotation; older rows then get partitions of their own only where there are any.';
    END IF;
    v_lower := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
  END LOOP;
  -- The swap holds a lock on every partition, its TOAST and its indexes at once (7.1 each with four indexes, measured).
  v_locks := v_count * (3 + (SELECT count(*) FROM pg_index WHERE indrelid = t.plain));
  v_capacity := current_setting('max_locks_per_transaction')::integer
    * (current_setting('max_connections')::integer + current_setting('max_prepared_transactions')::integer);
  IF v_locks > v_capacity THEN
    RAISE EXCEPTION 'prisma-partition: % partitions need some % locks at cutover, this server has room for %', v_count, v_locks, v_capacity
      USING ERRCODE = 'configuration_limit_exceeded',
        HINT = format('Use a longer interval, set start: in the annotation, or raise max_locks_per_transaction to %s and restart.',
          ceil(current_setting('max_locks_per_transaction')::numeric * v_locks / v_capacity * 1.5));
  END IF;
  v_lower := v_first;
  WHILE t.maintenance = 'builtin' AND prisma_partition.axis_compare(t.key_kind, v_lower, v_last) <= 0 LOOP
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
    EXIT WHEN NOT prisma_partition.axis_has_bound(t, v_upper);
    IF prisma_partition.axis_has_bound(t, v_lower) THEN
      PERFORM prisma_partition.create_partition(t, v_lower, v_upper);
    END IF;
    v_lower := v_upper;
  END LOOP;

  IF t.maintenance = 'partman' THEN
    PERFORM prisma_partition.partman_adopt(t, v_first);
  ELSE
    EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s DEFAULT', t.schema_name || '_partitioned',
      prisma_partition.leaf_name(t.table_name, '_default'), t.partitioned::regclass);
  END IF;

  -- At cutover they move beside the live table: their names must be free there.
  SELECT string_agg(c.relname, ', ') INTO v_taken FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
  WHERE h.inhparent = t.partitioned AND to_regclass(format('%I.%I', t.schema_name, c.relname)) IS NOT NULL;
  IF v_taken IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: schema % already has relations with the names of partitions: %', t.schema_name, v_taken
      USING ERRCODE = 'duplicate_table', HINT = 'Rename or drop them first. Nothing was changed.';
  END IF;
END
$fn$;

-- create-range ------------------------------------------------------------------------------------------------------------
-- Creates the partitions that are missing from p_point on, the lower bound of a bucket, up to p_end, exclusive, each bucket
-- by itself: one further on may exist already, because rows were there. Neighbours that were cut differently are kept
-- clear of. No row of these buckets may be in the default partition: see empty_default.
CREATE OR REPLACE FUNCTION prisma_partition.create_range(t prisma_partition.tables, p_point text, p_end text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_point text := p_point; v_lowers text[]; v_uppers text[]; v_upper text; v_next integer := 1;
BEGIN
  SELECT array_agg(p.lower ORDER BY p.ordinality), array_agg(p.upper ORDER BY p.ordinality) INTO v_lowers, v_uppers
  FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p
  WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_point) > 0;
  WHILE prisma_partition.axis_compare(t.key_kind, v_point, p_end) < 0 LOOP
    IF prisma_partition.axis_compare(t.key_kind, v_lowers[v_next], v_point) <= 0 THEN -- not true of null: none is left
      v_point := v_uppers[v_next];
      v_next := v_next + 1;
      CONTINUE;
    END IF;
    -- pg_partman cuts one interval from where it is told to, we cut to the end of the bucket.
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, CASE t.maintenance WHEN 'partman' THEN v_point
      ELSE prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_point) END, 1);
    IF prisma_partition.axis_compare(t.key_kind, v_lowers[v_next], v_upper) < 0 THEN
      EXIT WHEN t.maintenance = 'partman';
      v_upper := v_lowers[v_next];
    END IF;
    EXIT WHEN NOT prisma_partition.axis_has_bound(t, v_upper);
    PERFORM prisma_partition.create_partition(t, v_point, v_upper);
    v_point := v_upper;
  END LOOP;
END
$fn$;

-- create-shadow ------------------------------------------------------------------------------------------------------------
-- Creates the partitioned shadow `<schema>_partitioned.<table>`, without indexes and partitions, from the live table's
-- own catalog entry, with what matters while rows are loaded and analyzed. Nobody reads or writes it before cutover.
CREATE OR REPLACE FUNCTION prisma_partition.create_shadow(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_shadow text; v_place text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_shadow := format('%I.%I', t.schema_name || '_partitioned', t.table_name);
  FOREACH v_place IN ARRAY ARRAY[t.schema_name || '_partitioned', t.schema_name || '_old'] LOOP
    -- IF NOT EXISTS would ask for the right to create them even where they are there.
    IF to_regnamespace(quote_ident(v_place)) IS NULL THEN EXECUTE format('CREATE SCHEMA %I', v_place); END IF;
  END LOOP;
  -- Partitions follow their parent in both; that it has an access method is new in PostgreSQL 17.
  SELECT CASE WHEN current_setting('server_version_num')::integer >= 170000 THEN format(' USING %I', m.amname) ELSE '' END
    || CASE WHEN s.spcname IS NOT NULL THEN format(' TABLESPACE %I', s.spcname) ELSE '' END
  INTO v_place
  FROM pg_class c JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = t.plain;
  -- Extended statistics are carried, for they keep their names.
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS) PARTITION BY RANGE (%I)%s',
    v_shadow, t.plain::regclass, t.key_column, v_place);
  UPDATE prisma_partition.tables SET partitioned = to_regclass(v_shadow) WHERE id = t.id;
  PERFORM prisma_partition.carry(t.id, ARRAY['sequence', 'storage', 'compression', 'statistics target', 'column option', 'extended statistics']);
END
$fn$;

-- create-triggers ------------------------------------------------------------------------------------------------------------
-- Creates the capture triggers of one of the two tables (see capture_triggers), in the place of those that may be there.
-- They are silent while a drain writes: what a drain copies from one side to the other is no change of its own. The
-- functions of statement triggers look at that themselves, once a statement: a WHEN clause costs more.
CREATE OR REPLACE FUNCTION prisma_partition.create_triggers(t prisma_partition.tables, p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c record; v_table text := p_relation::regclass;
  v_when constant text := $sql$ WHEN (current_setting('prisma_partition.draining', true) IS DISTINCT FROM 'on') $sql$;
BEGIN
  PERFORM prisma_partition.drop_triggers(p_relation);
  FOR c IN SELECT * FROM prisma_partition.capture_triggers(t, p_relation) LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s EXECUTE FUNCTION prisma_partition.%I()', c.name, c.fires, v_table,
      CASE c.fires
        WHEN 'INSERT' THEN 'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT'
        WHEN 'UPDATE' THEN 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT'
        WHEN 'DELETE' THEN 'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT'
        WHEN 'TRUNCATE' THEN 'FOR EACH STATEMENT' || v_when
        ELSE 'FOR EACH ROW' || v_when
      END, c.function);
    EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', v_table, CASE c.enabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END, c.name);
  END LOOP;
END
$fn$;

-- current-bucket ------------------------------------------------------------------------------------------------------------
-- Lower bound of the bucket that new rows go to: that of now; for integer keys, that of the largest key there is.
CREATE OR REPLACE FUNCTION prisma_partition.current_bucket(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
BEGIN
  RETURN prisma_partition.axis_bucket(t.key_kind, t.partition_interval,
    CASE WHEN t.key_kind = 'integer' THEN coalesce(prisma_partition.edge_point(
      prisma_partition.live_of(t), t.key_column, t.key_kind, true), '0')
    ELSE now()::text END);
END
$fn$;

-- cut-batches ------------------------------------------------------------------------------------------------------------
-- Cuts the plain table into block ranges of about batch_size rows, the tasks of the load, and of at most 64 MB with what is
-- toasted: 10,000 rows of a kilobyte are 10 MB, but rows of a megabyte would be 10 GB in one transaction. Blocks added later hold only
-- rows that were logged, so the end that is seen now is the end of the load.
CREATE OR REPLACE FUNCTION prisma_partition.cut_batches(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_blocks bigint; v_sampled bigint; v_per_block numeric; v_step bigint;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  DELETE FROM prisma_partition.batches WHERE table_id = t.id;
  v_blocks := pg_relation_size(t.plain) / current_setting('block_size')::integer;
  SELECT CASE WHEN relpages > 0 AND reltuples > 0 THEN reltuples / relpages END INTO v_per_block FROM pg_class WHERE oid = t.plain;
  IF v_per_block IS NULL AND v_blocks > 0 THEN -- never analyzed: count the first blocks
    EXECUTE format('SELECT count(*) FROM %s WHERE ctid < ''(64,0)''', t.plain::regclass) INTO v_sampled;
    v_per_block := v_sampled::numeric / least(v_blocks, 64);
  END IF;
  v_step := greatest(1, least(ceil(t.batch_size / greatest(coalesce(v_per_block, 1), 1)),
    64 * 1024 * 1024 / greatest(pg_table_size(t.plain) / greatest(v_blocks, 1), 1)));
  INSERT INTO prisma_partition.batches (table_id, step, from_block, to_block)
  SELECT t.id, 'load', b, least(b + v_step, v_blocks) FROM generate_series(0, v_blocks - 1, v_step) AS b ORDER BY b;
  UPDATE prisma_partition.tables
  SET step = 'load', loaded_filenode = pg_relation_filenode(t.plain), rows_estimated = v_blocks * coalesce(v_per_block, 0)
  WHERE id = t.id;
END
$fn$;

-- default-row-kinds ------------------------------------------------------------------------------------------------------------
-- What will become of the rows in a table's default partition, from one scan of it (ACCESS SHARE):
--   movable    the next maintenance gives them a partition
--   beyond     they lie after the end of what is premade, and wait for it; beyond_from and beyond_to are the bounds around the first and
--              the last of them, or around the first bucket alone where more than two dozen would lie between
--   expired    their partition would expire at once; expired partitions are kept, so they stay
--   placeless  no bound can stand beside them: infinity, text that is no ULID
-- SECURITY DEFINER: who monitors may know how many there are.
CREATE OR REPLACE FUNCTION prisma_partition.default_row_kinds(p_table integer,
  OUT partition text, OUT movable bigint, OUT beyond bigint, OUT expired bigint, OUT placeless bigint,
  OUT beyond_from text, OUT beyond_to text, OUT expired_before text, OUT placeless_condition text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  t prisma_partition.tables; v_default oid; v_end text; v_limit text; v_key text; v_first text; v_last text;
BEGIN
  movable := 0; beyond := 0; expired := 0; placeless := 0;
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT partdefid INTO v_default FROM pg_partitioned_table WHERE partrelid = t.partitioned AND partdefid <> 0;
  IF v_default IS NULL THEN RETURN; END IF;
  SELECT format('%I.%I', n.nspname, c.relname) INTO partition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = v_default;

  v_end := prisma_partition.premake_end(t); -- as empty_default has it
  WHILE NOT prisma_partition.axis_has_bound(t, v_end) LOOP
    v_end := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_end, -1);
  END LOOP;
  v_limit := CASE t.on_expire WHEN 'detach' THEN prisma_partition.retention_limit(t) END;
  expired_before := prisma_partition.axis_to_bound(t.key_kind, prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_limit));
  placeless_condition := CASE t.key_kind WHEN 'integer' THEN 'false' WHEN 'uuid7' THEN 'false'
    WHEN 'ulid' THEN format('%I !~ ''^[0-9A-HJKMNP-TV-Z]{26} *$''', t.key_column)
    ELSE format('NOT isfinite(%I)', t.key_column) END;
  -- There is no min(uuid) before PostgreSQL 18; its text sorts as it does.
  v_key := format(CASE t.key_kind WHEN 'uuid7' THEN '%I::text COLLATE "C"' WHEN 'ulid' THEN '%I COLLATE "C"' ELSE '%I' END, t.key_column);
  EXECUTE format(
    'SELECT count(*) FILTER (WHERE k.kind = ''placeless''), count(*) FILTER (WHERE k.kind = ''expired''), count(*) FILTER (WHERE k.kind = ''beyond''),
       count(*) FILTER (WHERE k.kind = ''movable''), min(%1$s) FILTER (WHERE k.kind = ''beyond'')::text, max(%1$s) FILTER (WHERE k.kind = ''beyond'')::text
     FROM %2$s CROSS JOIN LATERAL (SELECT CASE WHEN %3$s THEN ''placeless'' WHEN %4$I >= %5$L THEN ''beyond'' WHEN %4$I < %6$L THEN ''expired'' ELSE ''movable'' END AS kind) k',
    v_key, v_default::regclass, placeless_condition, t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_end), expired_before)
  INTO placeless, expired, beyond, movable, v_first, v_last;
  v_first := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, prisma_partition.axis_from_bound(t.key_kind, v_first));
  v_last := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, prisma_partition.axis_from_bound(t.key_kind, v_last));
  IF prisma_partition.axis_compare(t.key_kind, v_last, prisma_partition.axis_step(t.key_kind, t.partition_interval, v_first, 24)) > 0 THEN
    v_last := v_first;
  END IF;
  beyond_from := v_first;
  beyond_to := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_last, 1);
END
$fn$;

-- default-rows ------------------------------------------------------------------------------------------------------------
-- The number of rows in a table's default partition. SECURITY DEFINER: who monitors may know how many there are.
CREATE OR REPLACE FUNCTION prisma_partition.default_rows(p_partitioned oid)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = p_partitioned); v_count bigint := 0;
BEGIN
  IF v_default <> 0 THEN EXECUTE format('SELECT count(*) FROM %s', v_default::regclass) INTO v_count; END IF;
  RETURN v_count;
END
$fn$;

-- dependents ------------------------------------------------------------------------------------------------------------
-- The objects that hold on to a table itself, not to its name: after a swap they would go on reading the old one. Nothing
-- that belongs to the table (its policies, triggers, constraints) is among them, and no view on such a view: it follows by
-- itself. An index look-up in pg_depend, so next to nothing where there are none.
--   kind           view, rule, policy and function can follow (see repoint_statements); materialized view, trigger and
--                  row type cannot
--   relation       what must be locked to change it, and whose owner may: a view, or the table of a rule or policy
--   narrow_unique  a unique without p_key that it relies on (GROUP BY a primary key, ON CONFLICT ON CONSTRAINT)
CREATE OR REPLACE FUNCTION prisma_partition.dependents(p_table oid, p_key text DEFAULT NULL)
RETURNS TABLE (kind text, class oid, object oid, relation oid, narrow_unique text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE
      WHEN d.row_type THEN 'row type'
      WHEN d.classid = 'pg_proc'::regclass THEN 'function'
      WHEN d.classid = 'pg_policy'::regclass THEN 'policy'
      WHEN d.classid = 'pg_trigger'::regclass THEN 'trigger'
      WHEN c.relkind = 'm' THEN 'materialized view'
      WHEN r.rulename = '_RETURN' THEN 'view'
      ELSE 'rule' END,
    d.classid, d.objid, coalesce(r.ev_class, p.polrelid, g.tgrelid), d.narrow_unique
  FROM (
    SELECT x.classid, x.objid, bool_or(x.row_type) AS row_type, string_agg(x.narrow_unique, ', ') AS narrow_unique
    FROM (
      SELECT classid, objid, false AS row_type, NULL AS narrow_unique FROM pg_depend
      WHERE refclassid = 'pg_class'::regclass AND refobjid = p_table AND (deptype = 'n'
        AND classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
        OR deptype = 'a' AND classid = 'pg_trigger'::regclass)
      UNION
      SELECT b.classid, b.objid, true, NULL FROM pg_type y JOIN pg_depend b ON b.refclassid = 'pg_type'::regclass AND b.refobjid IN (y.oid, y.typarray)
      WHERE y.typrelid = p_table AND b.deptype = 'n'
      UNION
      SELECT b.classid, b.objid, false, quote_ident(k.conname) FROM pg_constraint k
      JOIN pg_depend b ON b.refclassid = 'pg_constraint'::regclass AND b.refobjid = k.oid
      WHERE k.conrelid = p_table AND k.contype IN ('p', 'u') AND b.deptype = 'n'
        AND b.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = p_table AND a.attname = p_key AND a.attnum = ANY (k.conkey))
    ) x
    GROUP BY 1, 2
  ) d
  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
  LEFT JOIN pg_class c ON c.oid = r.ev_class
  LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
  LEFT JOIN pg_trigger g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
  WHERE p.polrelid IS DISTINCT FROM p_table AND r.ev_class IS DISTINCT FROM p_table
    AND (g.oid IS NULL OR g.tgrelid <> p_table AND NOT g.tgisinternal)
$fn$;

-- differences ------------------------------------------------------------------------------------------------------------
-- The rows in which a partition differs, by identity, bit for bit: `missing` from the other table, `extra` in it, or
-- `changed` (and in which columns). A row in a wrong partition is `extra` there and `missing` from the right one. Pairs on
-- the log are left out, in the same snapshot. ACCESS SHARE only; each side of the partition is read once. At most p_limit.
CREATE OR REPLACE FUNCTION prisma_partition.differences(p_table integer, p_partition text, p_limit integer DEFAULT 100)
RETURNS TABLE (row_identity jsonb, difference text, columns text[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET jit = off SET row_security = off SET enable_nestloop = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.begin_compare(p_table);
  v_pair text[] := prisma_partition.pair_columns(t);
  v_leaf oid := (SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned AND inhrelid = to_regclass(p_partition));
  v_columns text[];
BEGIN
  IF v_leaf IS NULL THEN
    RAISE EXCEPTION 'prisma-partition: % is no partition of %.%', p_partition, t.schema_name, t.table_name
      USING ERRCODE = 'undefined_table', HINT = 'Partitions move with a swap, and expire. Run verify again.';
  END IF;
  SELECT array_agg(attname::text ORDER BY attnum) INTO v_columns FROM pg_attribute WHERE attrelid = t.plain AND attnum > 0 AND NOT attisdropped;
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE format($sql$
    SELECT jsonb_build_object(%1$s),
      CASE WHEN %2$s.%3$I IS NULL THEN 'missing' WHEN %4$s.%3$I IS NULL THEN 'extra' ELSE 'changed' END,
      CASE WHEN a.%3$I IS NOT NULL AND b.%3$I IS NOT NULL THEN array_remove(ARRAY[%5$s]::text[], NULL) END
    FROM (SELECT s.* FROM ONLY %6$s s WHERE %7$s AND %8$s) a FULL JOIN %9$s b ON %10$s
    WHERE record_image_ne(ROW(%11$s), ROW(%12$s))
      AND NOT (SELECT EXISTS (SELECT FROM prisma_partition.%13$I l WHERE l.%3$I IS NULL))
      AND NOT EXISTS (SELECT FROM prisma_partition.%13$I l WHERE %14$s)
    ORDER BY 1 LIMIT $1
  $sql$, prisma_partition.join_columns(v_pair, '%1$L, coalesce(a.%1$I, b.%1$I)', ', '),
    CASE t.stage WHEN 'setup' THEN 'b' ELSE 'a' END, v_pair[1], CASE t.stage WHEN 'setup' THEN 'a' ELSE 'b' END,
    prisma_partition.join_columns(v_columns, 'CASE WHEN record_image_ne(ROW(a.%1$I), ROW(b.%1$I)) THEN %1$L END', ', '),
    t.plain::regclass,
    -- The partition's own constraint says which rows of the plain table belong into it.
    coalesce(pg_get_partition_constraintdef(v_leaf), 'true'), prisma_partition.kept_rows(t), v_leaf::regclass,
    prisma_partition.join_columns(v_pair, 'a.%1$I = b.%1$I', ' AND '),
    prisma_partition.join_columns(v_columns, 'a.%1$I', ', '), prisma_partition.join_columns(v_columns, 'b.%1$I', ', '),
    'log_' || t.id, prisma_partition.join_columns(v_pair, 'l.%1$I = coalesce(a.%1$I, b.%1$I)', ' AND '))
  USING p_limit;
END
$fn$;

-- digest-plan ------------------------------------------------------------------------------------------------------------
-- The pieces in which both sides of a comparison are read by several sessions that share a snapshot: ranges of blocks,
-- from inclusive, to exclusive, of the plain table and of every partition, some 64 MB each but no more than a few
-- hundred, for every piece looks rows up on the log; the largest first, so that the sessions end at about the same time.
-- of_source: the relation belongs to the live table.
CREATE OR REPLACE FUNCTION prisma_partition.digest_plan(p_table integer)
RETURNS TABLE (relation text, of_source boolean, from_block bigint, to_block bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  WITH relations AS (
    SELECT r.oid, (r.oid = t.plain) = (t.stage = 'setup') AS of_source, pg_relation_size(r.oid) / current_setting('block_size')::integer AS blocks
    FROM prisma_partition.tables t, LATERAL (SELECT t.plain::oid UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned) r(oid)
    WHERE t.id = p_table
  ), cut AS (SELECT greatest(8192, ceil(sum(blocks) / 256))::bigint AS step FROM relations)
  SELECT r.oid::regclass::text, r.of_source, b.start, least(b.start + c.step, r.blocks)
  FROM relations r, cut c, generate_series(0, r.blocks - 1, c.step) AS b(start)
  ORDER BY least(c.step, r.blocks - b.start) DESC
$fn$;

-- digest ------------------------------------------------------------------------------------------------------------
-- One piece of one side of a comparison: for each partition the number of rows and the sum of their hashes, to be added
-- up. Called in a REPEATABLE READ transaction whose snapshot is shared by all pieces, while one session holds ACCESS SHARE
-- on both tables (see begin_compare). The piece is [p_from, p_to) of the relation's blocks.
CREATE OR REPLACE FUNCTION prisma_partition.digest(p_table integer, p_relation text, p_from bigint, p_to bigint)
RETURNS TABLE (partition text, rows bigint, hash numeric)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
SET extra_float_digits = 1 SET lc_monetary = 'C' SET quote_all_identifiers = off
SET jit = off SET row_security = off SET enable_sort = off AS $fn$
DECLARE
  t prisma_partition.tables; v_query text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_query := prisma_partition.compare_side(t, p_relation::regclass, format('s.ctid >= ''(%s,0)'' AND s.ctid < ''(%s,0)''', p_from, p_to));
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE format('SELECT format(''%%I.%%I'', n.nspname, c.relname), x.total, x.hash
    FROM (%s) x JOIN pg_class c ON c.oid = x.leaf JOIN pg_namespace n ON n.oid = c.relnamespace', v_query);
END
$fn$;

-- drain-all ------------------------------------------------------------------------------------------------------------
-- Replays p_batches batches of the log, of p_limit entries (batch_size unless given), or, without that number, round after round until hardly anything is left; returns
-- the entries replayed. Where nobody writes (the swap holds the lock), the log is empty afterwards, but for rows that the
-- target cannot hold.
--
-- A round takes up to 20,000 entries however small the batches of the runner are: it is one transaction anyway, and small
-- ones did not keep up with eight saturating clients. What was written during a round is the next one's, so rounds shrink
-- by the ratio of writing to replaying, down to what is written while nothing but the overhead of one is paid. There, below
-- 1000 entries (some 50 ms), it ends: what is left is what the lock has to wait for. If the log does not get shorter from one
-- prisma_partition.drain_timeout (60s unless set) to the next, it never will, and the transition is refused.
--
-- A batch that collides is put back by its sub-block and taken again together with everything else on the log, old rows
-- first out of the way. Writers may move a unique value meanwhile, so that this collides too: then what fits is replayed
-- and the rest stays on the log for the next time.
CREATE OR REPLACE FUNCTION prisma_partition.drain_all(p_table integer, p_batches integer DEFAULT NULL, p_limit bigint DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_direction text; v_function text; v_call text; v_taken bigint; v_total bigint := 0;
  v_limit bigint; v_last bigint := 0; v_batch integer := 0;
  v_patience interval := coalesce(nullif(current_setting('prisma_partition.drain_timeout', true), ''), '60s');
  v_until timestamptz := clock_timestamp() + v_patience; v_entries bigint; v_before bigint;
  v_draining text := current_setting('prisma_partition.draining', true);
  v_mode text := 'upsert'; v_collisions integer := 0; v_collided boolean := false; v_message text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_direction := CASE t.stage WHEN 'setup' THEN 'forward' ELSE 'reverse' END;
  v_function := format('prisma_partition.%I', 'drain_' || t.id || '_' || v_direction);
  -- Columns were changed, on both sides (assert_same_columns has seen to that), since it was written.
  IF obj_description(to_regprocedure(v_function || '(bigint, text)'), 'pg_proc') IS DISTINCT FROM
     prisma_partition.column_list(prisma_partition.live_of(t)) THEN
    PERFORM prisma_partition.create_drain(t, v_direction, prisma_partition.live_of(t));
  END IF;
  v_limit := CASE WHEN p_batches IS NULL THEN greatest(t.batch_size, 20000) ELSE coalesce(p_limit, t.batch_size) END;
  v_call := format('SELECT %s($1, $2)', v_function);
  PERFORM set_config('prisma_partition.draining', 'on', true); -- capture is silent …
  LOOP
    LOOP
      BEGIN
        EXECUTE v_call INTO v_taken USING CASE WHEN v_mode <> 'replace' THEN v_limit END, v_mode;
        EXIT;
      EXCEPTION WHEN unique_violation OR cardinality_violation THEN -- or: ON CONFLICT would update one row twice
        IF v_mode = 'rest' THEN RAISE; END IF;
        v_collisions := v_collisions + 1;
        v_mode := CASE WHEN v_collisions > 3 THEN 'rest' ELSE 'replace' END;
      END;
    END LOOP;
    v_total := v_total + v_taken;
    v_collided := v_collided OR v_mode = 'rest';
    v_batch := v_batch + 1;
    EXIT WHEN v_taken = 0 OR v_batch = p_batches;
    EXIT WHEN p_batches IS NULL AND v_mode <> 'replace' AND (v_taken <= 50 OR v_taken <= 1000 AND v_taken > 0.8 * v_last AND v_last > 0);
    v_last := v_taken;
    IF p_batches IS NULL AND clock_timestamp() > v_until THEN
      v_entries := prisma_partition.log_entries(t.id);
      IF v_entries >= v_before THEN
        RAISE EXCEPTION 'prisma-partition: %.% is written to faster than its change log is replayed: % entries, % before that, % ago', t.schema_name, t.table_name,
          v_entries, v_before, v_patience
          USING ERRCODE = 'lock_not_available',
            HINT = 'Nothing was changed. Deploy again when less is written: npx prisma migrate resolve --rolled-back <this migration> && npx prisma migrate deploy';
      END IF;
      v_before := v_entries;
      v_until := clock_timestamp() + v_patience;
    END IF;
    IF v_mode <> 'rest' THEN v_collisions := 0; END IF; -- else the next collision need not try everything again
    v_mode := 'upsert';
  END LOOP;
  PERFORM set_config('prisma_partition.draining', coalesce(v_draining, ''), true); -- … but not for the caller's own writes
  -- On the way back they may wait for ever; `status` shows it until they are gone.
  v_message := format('rows of %I.%I collide with others under the uniques of %s and wait on the change log: '
    'since the cutover these are unique only together with %I', t.schema_name, t.table_name, prisma_partition.other_of(t)::regclass, t.key_column);
  UPDATE prisma_partition.tables x
  SET last_error = CASE WHEN v_collided THEN v_message END, last_error_at = CASE WHEN v_collided THEN clock_timestamp() END
  WHERE x.id = t.id AND t.stage = 'cutover' AND (v_collided OR x.last_error = v_message);
  RETURN v_total;
END
$fn$;

-- drop-empty-schemas ------------------------------------------------------------------------------------------------------------
-- Drops the schemas of a table's second half if nothing is in them and no registered table will need them: expired
-- partitions are kept in `_partitioned`, and go there for as long as a table is maintained.
CREATE OR REPLACE FUNCTION prisma_partition.drop_empty_schemas(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_schema text;
BEGIN
  FOR v_schema IN SELECT n.nspname FROM pg_namespace n
    WHERE n.nspname IN (t.schema_name || '_partitioned', t.schema_name || '_old')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid)
      AND NOT EXISTS (SELECT FROM prisma_partition.tables x WHERE x.schema_name = t.schema_name
        AND (x.stage <> 'cleanup' OR n.nspname = t.schema_name || '_partitioned'))
  LOOP
    EXECUTE format('DROP SCHEMA %I', v_schema);
  END LOOP;
END
$fn$;

-- drop-machinery ------------------------------------------------------------------------------------------------------------
-- Removes change capture from both tables: triggers, change log, drains. ACCESS EXCLUSIVE on both until commit; the caller
-- has taken it with lock_relations where somebody uses them.
CREATE OR REPLACE FUNCTION prisma_partition.drop_machinery(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_relation oid; v_function regprocedure;
BEGIN
  FOREACH v_relation IN ARRAY ARRAY[t.plain, t.partitioned] LOOP
    PERFORM prisma_partition.drop_triggers(v_relation);
    PERFORM prisma_partition.drop_trigger(v_relation, 'prisma_partition_guard');
  END LOOP;
  EXECUTE format('DROP TABLE IF EXISTS prisma_partition.%I CASCADE', 'log_' || t.id); -- its row type is an argument of nothing else
  FOR v_function IN SELECT oid FROM pg_proc WHERE pronamespace = 'prisma_partition'::regnamespace
    AND proname ~ format('^(capture_%1$s(_(insert|update|delete))?|drain_%1$s_(forward|reverse))$', t.id)
  LOOP
    EXECUTE format('DROP FUNCTION %s', v_function);
  END LOOP;
END
$fn$;

-- drop-relation ------------------------------------------------------------------------------------------------------------
-- Drops one of a table's two halves, unless somebody has. Not CASCADE: what somebody has made to depend on it is named instead.
CREATE OR REPLACE FUNCTION prisma_partition.drop_relation(p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_detail text;
BEGIN
  IF EXISTS (SELECT FROM pg_class WHERE oid = p_relation) THEN
    EXECUTE format('DROP TABLE %s', p_relation::regclass);
  END IF;
EXCEPTION WHEN dependent_objects_still_exist THEN
  GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
  RAISE EXCEPTION 'prisma-partition: % cannot be dropped, others depend on it', p_relation::regclass
    USING ERRCODE = 'dependent_objects_still_exist', DETAIL = v_detail, HINT = 'Nothing was changed. Drop what depends on it, or point it at the live table, then deploy again.';
END
$fn$;

-- drop-trigger ------------------------------------------------------------------------------------------------------------
-- Drops one of this package's triggers, if it is there; silently if not.
CREATE OR REPLACE FUNCTION prisma_partition.drop_trigger(p_relation oid, p_name text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = p_relation AND tgname = p_name) THEN
    EXECUTE format('DROP TRIGGER %I ON %s', p_name, p_relation::regclass);
  END IF;
END
$fn$;

-- drop-triggers ------------------------------------------------------------------------------------------------------------
-- Drops the capture triggers of a table, those that are there.
CREATE OR REPLACE FUNCTION prisma_partition.drop_triggers(p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_name text;
BEGIN
  FOR v_name IN SELECT tgname FROM pg_trigger WHERE tgrelid = p_relation AND tgname LIKE 'prisma\_partition\_capture%' LOOP
    PERFORM prisma_partition.drop_trigger(p_relation, v_name);
  END LOOP;
END
$fn$;

-- edge-point ------------------------------------------------------------------------------------------------------------
-- The point of the axis at which a table's first (p_last: last) row stands; null if it is empty. Infinite keys are
-- passed over. One index probe where an index leads with the key, else one scan (ACCESS SHARE only).
CREATE OR REPLACE FUNCTION prisma_partition.edge_point(p_relation oid, p_key text, p_kind text, p_last boolean)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_value text;
BEGIN
  EXECUTE format('SELECT s.%1$I::text FROM %2$s s %3$s ORDER BY s.%1$I %4$s LIMIT 1', p_key, p_relation::regclass,
    CASE WHEN p_kind IN ('timestamptz', 'timestamp', 'date') THEN format('WHERE s.%I > ''-infinity'' AND s.%1$I < ''infinity''', p_key) END,
    CASE WHEN p_last THEN 'DESC' ELSE 'ASC' END) INTO v_value;
  RETURN prisma_partition.axis_from_bound(p_kind, v_value);
END
$fn$;

-- empty-default ------------------------------------------------------------------------------------------------------------
-- Moves rows that ended in the default partition into partitions of their own, as far as they have a place on the axis
-- and lie before the end of what is premade (a partition for the year 9999 would make pg_partman believe that it is far
-- ahead), or, where p_from and p_to are given, from p_from on, inclusive, and before p_to. Rows that have expired stay as well, where expired rows are kept: their partition would be detached at once,
-- and beside it lies already the one of that name that was detached before. Locks the default partition ACCESS EXCLUSIVE.
DROP FUNCTION IF EXISTS prisma_partition.empty_default(prisma_partition.tables);
CREATE OR REPLACE FUNCTION prisma_partition.empty_default(t prisma_partition.tables, p_from text DEFAULT NULL, p_to text DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = t.partitioned);
  v_limit text := CASE t.on_expire WHEN 'detach' THEN prisma_partition.retention_limit(t) END;
  v_end text; v_value text; v_passed text := 'true'; v_point text; v_lower text; v_upper text; v_moved bigint := 0; v_rows bigint; v_cut text;
  v_references text[]; v_statement text;
BEGIN
  IF v_default IS NULL OR v_default = 0 THEN RETURN 0; END IF;
  v_end := coalesce(p_to, prisma_partition.premake_end(t));
  WHILE NOT prisma_partition.axis_has_bound(t, v_end) LOOP
    v_end := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_end, -1);
  END LOOP;
  v_end := prisma_partition.axis_to_bound(t.key_kind, v_end);
  IF p_from IS NOT NULL AND prisma_partition.axis_has_bound(t, p_from) THEN
    v_passed := format('d.%I >= %L', t.key_column, prisma_partition.axis_to_bound(t.key_kind, p_from));
  END IF;
  LOOP
    -- The smallest key that is left: its bucket is emptied next, or it has no place on the axis and is passed over.
    EXECUTE format('SELECT d.%1$I::text FROM %2$s d WHERE d.%1$I < %3$L AND %4$s ORDER BY d.%1$I LIMIT 1',
      t.key_column, v_default::regclass, v_end, v_passed) INTO v_value;
    EXIT WHEN v_value IS NULL;
    v_passed := format('d.%I > %L', t.key_column, v_value);
    v_point := prisma_partition.axis_from_bound(t.key_kind, v_value);
    CONTINUE WHEN v_point IS NULL;
    v_lower := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_point);
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
    CONTINUE WHEN NOT prisma_partition.axis_has_bound(t, v_lower);
    IF prisma_partition.axis_compare(t.key_kind, v_upper, v_limit) <= 0 AND v_limit IS NOT NULL THEN
      v_passed := format('d.%I >= %L', t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_upper));
      CONTINUE;
    END IF;
    -- Keep clear of neighbours that were cut differently.
    SELECT p.upper INTO v_cut FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_point) <= 0
      AND prisma_partition.axis_compare(t.key_kind, p.upper, v_lower) > 0 LIMIT 1;
    v_lower := coalesce(v_cut, v_lower);
    SELECT p.lower INTO v_cut FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.lower, v_point) > 0
      AND prisma_partition.axis_compare(t.key_kind, p.lower, v_upper) < 0 LIMIT 1;
    v_upper := coalesce(v_cut, v_upper);

    v_references := coalesce(v_references, prisma_partition.release_references(t));
    -- None is moved where a key does not sort as what it stands for (a ULID in small letters): it is passed over.
    v_rows := prisma_partition.move_default_rows(t, v_lower, v_upper);
    v_moved := v_moved + v_rows;
  END LOOP;
  FOREACH v_statement IN ARRAY coalesce(v_references, '{}') LOOP EXECUTE v_statement; END LOOP;
  IF t.stage <> 'setup' AND v_references <> '{}' THEN
    UPDATE prisma_partition.tables SET step = 'validate' WHERE id = t.id;
  END IF;
  RETURN v_moved;
END
$fn$;

-- ensure-partitions ------------------------------------------------------------------------------------------------------------
-- Makes sure that every key from p_from, inclusive, up to p_to, exclusive, points of the axis, has a partition: before rows
-- of another time are imported, say. Rows of the default partition that belong there are moved. Returns how many partitions
-- were created; null where the table is being worked on, and it is to be asked again. Locks as maintain does.
CREATE OR REPLACE FUNCTION prisma_partition.ensure_partitions(p_schema text, p_table text, p_from text, p_to text)
RETURNS integer LANGUAGE plpgsql AS $fn$
DECLARE
  v_search_path text := current_setting('search_path');
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table);
  v_from text := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, p_from);
  v_count integer := 0; v_to text := v_from; v_created integer;
BEGIN
  IF prisma_partition.axis_compare(t.key_kind, p_from, p_to) >= 0 THEN
    RAISE EXCEPTION 'prisma-partition: partitions from % to % are none: the end is not after the beginning', p_from, p_to
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WHILE prisma_partition.axis_compare(t.key_kind, v_to, p_to) < 0 LOOP
    v_to := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_to, 1);
    v_count := v_count + 1;
    IF v_count > 5000 THEN
      RAISE EXCEPTION 'prisma-partition: partitions of % from % to % would be more than 5000', t.partition_interval, p_from, p_to
        USING ERRCODE = 'invalid_parameter_value', HINT = 'Ask for less.';
    END IF;
  END LOOP;
  v_created := prisma_partition.perform_maintenance(p_schema, p_table, v_from, v_to);
  PERFORM prisma_partition.restore_search_path(v_search_path); -- see run_step
  RETURN v_created;
END
$fn$;

-- expect-uniques ------------------------------------------------------------------------------------------------------------
-- Gives the primary key and the uniques of the table that will be live the names that the model now states, so that
-- Prisma sees no drift. Refuses a model whose columns or their order are not what that table has.
--   p_expected  [{"kind": "id" | "unique", "name": "", "columns": []}]
CREATE OR REPLACE FUNCTION prisma_partition.expect_uniques(p_table integer, p_expected jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; e record; v_other oid; v_found text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_other := prisma_partition.other_of(t);
  FOR e IN SELECT x ->> 'name' AS name, x ->> 'kind' AS kind, ARRAY(SELECT jsonb_array_elements_text(x -> 'columns')) AS columns
    FROM jsonb_array_elements(p_expected) x
  LOOP
    SELECT c.relname INTO v_found FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = v_other AND i.indisunique AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
      AND prisma_partition.index_columns(i.indexrelid) = e.columns AND i.indisprimary = (e.kind = 'id')
    ORDER BY c.relname <> e.name LIMIT 1;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'prisma-partition: the model has %(%), the table that is to take its place has %',
        CASE e.kind WHEN 'id' THEN '@@id' ELSE '@@unique' END, array_to_string(e.columns, ', '),
        (SELECT string_agg(format('(%s)', array_to_string(prisma_partition.index_columns(i.indexrelid), ', ')), ', ')
         FROM pg_index i WHERE i.indrelid = v_other AND i.indisunique)
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = CASE t.stage WHEN 'setup' THEN 'Nothing was changed. State the columns in the model in the order they have in the table: the old ones, then the partition key.'
            ELSE 'Nothing was changed. State the keys in the model as they were before the cutover.' END;
    END IF;
    IF v_found <> e.name THEN
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', prisma_partition.schema_of(v_other), v_found, e.name);
      UPDATE prisma_partition.indexes x SET name = e.name WHERE x.table_id = t.id AND x.name = v_found AND t.stage = 'setup';
    END IF;
  END LOOP;
END
$fn$;

-- expire-partitions ------------------------------------------------------------------------------------------------------------
-- Detaches or drops partitions that lie wholly before the retention's limit.
CREATE OR REPLACE FUNCTION prisma_partition.expire_partitions(t prisma_partition.tables)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_leaf text; v_limit text := prisma_partition.retention_limit(t); v_count integer := 0;
BEGIN
  IF v_limit IS NULL THEN RETURN 0; END IF;
  FOR v_leaf IN SELECT p.partition FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_limit) <= 0
  LOOP
    EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', t.partitioned::regclass, v_leaf);
    -- A detached table in a schema of the datasource would come back as DROP TABLE in the next `prisma migrate dev`.
    EXECUTE CASE t.on_expire WHEN 'drop' THEN format('DROP TABLE %s', v_leaf)
      ELSE format('ALTER TABLE %s SET SCHEMA %I', v_leaf, t.schema_name || '_partitioned') END;
    v_count := v_count + 1;
  END LOOP;
  RETURN v_count;
END
$fn$;

-- expired-up-to ------------------------------------------------------------------------------------------------------------
-- The point of the axis before which rows may have gone with expired partitions; null where none have. It never goes back:
-- when `retention` is lengthened or taken out, what has expired stays so. What expires now is taken from the partitions,
-- for pg_partman detaches some without us; one that somebody took away before its time has not expired.
CREATE OR REPLACE FUNCTION prisma_partition.expired_up_to(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_point text := prisma_partition.retention_limit(t); v_first text;
BEGIN
  IF v_point IS NULL OR NOT prisma_partition.axis_has_bound(t, v_point) THEN RETURN t.expired_before; END IF;
  SELECT p.lower INTO v_first FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p
  WHERE NOT p.is_default ORDER BY p.ordinality LIMIT 1;
  IF prisma_partition.axis_compare(t.key_kind, v_first, v_point) < 0 THEN v_point := v_first; END IF;
  RETURN CASE WHEN prisma_partition.axis_compare(t.key_kind, t.expired_before, v_point) > 0 THEN t.expired_before ELSE v_point END;
END
$fn$;

-- find-table ------------------------------------------------------------------------------------------------------------
-- The registered table of that name. Raises where setup has not run.
CREATE OR REPLACE FUNCTION prisma_partition.find_table(p_schema text, p_table text)
RETURNS prisma_partition.tables LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO t FROM prisma_partition.tables WHERE schema_name = p_schema AND table_name = p_table;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'prisma-partition: %.% has not been set up for partitioning in this database', p_schema, p_table
      USING ERRCODE = 'undefined_object', HINT = 'Its partition_setup migration must be applied first: npx prisma migrate deploy';
  END IF;
  RETURN t;
END
$fn$;

-- finish-backfill ------------------------------------------------------------------------------------------------------------
-- What the swap needs to be done already. A large table must have been backfilled by its runner. A table that is empty
-- or small (is_small: a fresh database, CI, Prisma's shadow database) goes all the way here, in this transaction.
-- Returns with the table's runners kept out until the transaction ends.
CREATE OR REPLACE FUNCTION prisma_partition.finish_backfill(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_state text;
BEGIN
  PERFORM prisma_partition.assert_read_committed();
  t := prisma_partition.claim_table(p_table, 'setup');
  IF t.step <> 'drain' AND NOT prisma_partition.is_small(t.plain) THEN
    RAISE EXCEPTION 'prisma-partition: the backfill of %.% has not finished (it is at step "%")', t.schema_name, t.table_name, t.step
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = format('Nothing was changed. 1. npx prisma-partition backfill %s   2. npx prisma migrate resolve --rolled-back <this migration>   3. npx prisma migrate deploy', t.model);
  END IF;
  WHILE t.step <> 'drain' LOOP
    SELECT s.state INTO v_state FROM prisma_partition.run_step(p_table) s;
    IF v_state = 'waiting' THEN
      RAISE EXCEPTION 'prisma-partition: the backfill of %.% cannot go on', t.schema_name, t.table_name;
    END IF;
    SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  END LOOP;
  PERFORM prisma_partition.assert_intact(t);
  PERFORM prisma_partition.assert_same_columns(t);
  PERFORM prisma_partition.drain_all(p_table);
  PERFORM prisma_partition.empty_default(t);
END
$fn$;

-- finish-batch ------------------------------------------------------------------------------------------------------------
-- Records a task as done, in the transaction that did it.
CREATE OR REPLACE FUNCTION prisma_partition.finish_batch(b prisma_partition.batches, p_rows bigint, p_started timestamptz)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  UPDATE prisma_partition.batches SET rows = p_rows, started_at = p_started, finished_at = clock_timestamp(), pid = pg_backend_pid()
  WHERE table_id = b.table_id AND batch = b.batch
$fn$;

-- finish-indexes ------------------------------------------------------------------------------------------------------------
-- When every partition has its indexes: checks that the parent's are valid, prepares the capture of the way back (its
-- triggers are created now because creating them on every partition inside the swap would cost writers their time) and
-- goes on to draining.
CREATE OR REPLACE FUNCTION prisma_partition.finish_indexes(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_invalid text;
BEGIN
  SELECT string_agg(x.indexrelid::regclass::text, ', ') INTO v_invalid
  FROM pg_index x WHERE x.indrelid = t.partitioned AND NOT x.indisvalid;
  IF v_invalid IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: indexes of the partitioned table are not complete: %', v_invalid;
  END IF;
  PERFORM prisma_partition.create_triggers(t, t.partitioned);
  -- Statistics of the parent are nobody else's job: autovacuum analyzes leaves only.
  EXECUTE format('ANALYZE %s %s', CASE WHEN current_setting('server_version_num')::integer >= 180000 THEN 'ONLY' ELSE '' END,
    t.partitioned::regclass);
  UPDATE prisma_partition.tables SET step = 'drain' WHERE id = t.id;
END
$fn$;

-- forget ------------------------------------------------------------------------------------------------------------
-- Removes every trace of a registered table whose live table is gone (`prisma migrate reset` drops only the schemas of
-- the datasource): shadow or old table, change log, functions, jobs, pg_partman's configuration.
CREATE OR REPLACE FUNCTION prisma_partition.forget(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_oid oid;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  PERFORM prisma_partition.unschedule(t);
  PERFORM prisma_partition.partman_forget(t);
  PERFORM prisma_partition.drop_machinery(t);
  FOREACH v_oid IN ARRAY ARRAY[t.partitioned, t.plain] LOOP
    IF EXISTS (SELECT FROM pg_class WHERE oid = v_oid) THEN
      EXECUTE format('DROP TABLE %s CASCADE', v_oid::regclass);
    END IF;
  END LOOP;
  DELETE FROM prisma_partition.tables WHERE id = t.id;
END
$fn$;

-- guard-snapshots ------------------------------------------------------------------------------------------------------------
-- Makes every write to the table that is live from now on fail with 40001 (serialization_failure) under a snapshot that is
-- older than the swap: it would pass over rows that were replayed here, or rest on a read that did. (Reads cannot be made
-- to fail.) The WHEN clause costs writers no function call; on a partitioned table the trigger stays on the parent. The
-- guard of an earlier swap goes: it concerns the table that is not live any more.
-- Such snapshots are those of REPEATABLE READ and SERIALIZABLE transactions. Under READ COMMITTED a statement takes its
-- snapshot when it has its locks, but COPY (UPDATE …) TO and EXPLAIN ANALYZE EXECUTE take theirs before they wait for them.
CREATE OR REPLACE FUNCTION prisma_partition.guard_snapshots(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  PERFORM prisma_partition.drop_trigger(p_from, 'prisma_partition_guard');
  EXECUTE format('CREATE TRIGGER prisma_partition_guard BEFORE INSERT OR UPDATE OR DELETE ON %1$s FOR EACH STATEMENT
    WHEN (NOT pg_visible_in_snapshot(%2$L::xid8, pg_current_snapshot()))
    EXECUTE FUNCTION prisma_partition.refuse_old_snapshot(%2$L, %3$L)',
    p_to::regclass, pg_current_xact_id(), (SELECT system_identifier FROM pg_control_system()));
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER prisma_partition_guard', p_to::regclass);
END
$fn$;

-- hand-over-sequences ------------------------------------------------------------------------------------------------------------
-- Gives the sequences of the table that was live to the one that will be, before either is moved. A serial's follows its
-- owner, which must be in its schema: it is let go of here, and the statements returned attach it once the tables stand
-- where they will. An identity's cannot be moved, so the other one's goes on from where it stands.
CREATE OR REPLACE FUNCTION prisma_partition.hand_over_sequences(t prisma_partition.tables, p_from oid, p_to oid)
RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_last bigint; v_called boolean; v_owned text[] := '{}';
BEGIN
  FOR r IN
    SELECT a.attname, d.objid AS sequence, d.deptype = 'i' AS is_identity
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_from AND d.deptype IN ('a', 'i')
  LOOP
    IF r.is_identity THEN
      EXECUTE format('SELECT last_value, is_called FROM %s', r.sequence::regclass) INTO v_last, v_called;
      PERFORM setval(pg_get_serial_sequence(p_to::regclass::text, r.attname), v_last, v_called);
    ELSE
      v_owned := v_owned || format('ALTER SEQUENCE %s OWNED BY %I.%I.%I', r.sequence::regclass, t.schema_name, t.table_name, r.attname);
      EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', r.sequence::regclass);
    END IF;
  END LOOP;
  RETURN v_owned;
END
$fn$;

-- hand-over-statistics ------------------------------------------------------------------------------------------------------------
-- Extended statistics have a schema of their own, in which names are unique. Once both tables stand where they will: those
-- of the table that is live no more go beside it, and those of the one that is take the places they leave.
CREATE OR REPLACE FUNCTION prisma_partition.hand_over_statistics(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT f.stxname, f.stxnamespace::regnamespace AS place, o.stxnamespace::regnamespace AS aside
    FROM pg_statistic_ext f JOIN pg_statistic_ext o ON o.stxrelid = p_to AND o.stxname = f.stxname WHERE f.stxrelid = p_from
  LOOP
    -- Aside is the schema that p_to has left; where p_from went to, names are free, for they were the same table's.
    EXECUTE format('ALTER STATISTICS %s.%I SET SCHEMA %I', r.place, r.stxname, prisma_partition.schema_of(p_from));
    EXECUTE format('ALTER STATISTICS %s.%I SET SCHEMA %s', r.aside, r.stxname, r.place);
  END LOOP;
END
$fn$;

-- hand-over-triggers ------------------------------------------------------------------------------------------------------------
-- The application's triggers fire on the table that is live from now on, in the state they had (carry_properties has
-- created them, disabled), and no longer on the other one, where rows are only replayed.
CREATE OR REPLACE FUNCTION prisma_partition.hand_over_triggers(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT g.tgname, o.tgenabled FROM pg_trigger g JOIN pg_trigger o ON o.tgrelid = p_from AND o.tgname = g.tgname
    WHERE g.tgrelid = p_to AND NOT g.tgisinternal AND g.tgname NOT LIKE 'prisma\_partition\_%' AND o.tgenabled <> 'D'
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', p_to::regclass,
      CASE r.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, r.tgname);
  END LOOP;
  PERFORM prisma_partition.silence_triggers(p_from);
END
$fn$;

-- in-all ------------------------------------------------------------------------------------------------------------
-- What partitions have in common: the value, if each of p_count has it, else which there are.
CREATE OR REPLACE FUNCTION prisma_partition.in_all(p_values text[], p_count bigint)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE WHEN count(DISTINCT v) = 1 AND count(*) = p_count THEN min(v)
    ELSE format('some partitions: %s', string_agg(DISTINCT v, ', ')) END
  FROM unnest(p_values) v
$fn$;

-- index-columns ------------------------------------------------------------------------------------------------------------
-- The plain key columns of an index, in order (expressions and INCLUDE columns are not among them).
CREATE OR REPLACE FUNCTION prisma_partition.index_columns(p_index oid)
RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT coalesce(array_agg(a.attname::text ORDER BY k.ordinal), '{}')
  FROM pg_index i
  CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, ordinal)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indexrelid = p_index AND k.ordinal <= i.indnkeyatts
$fn$;

-- index-definition ------------------------------------------------------------------------------------------------------------
-- An index, as what follows the table's name in CREATE INDEX, or, of a constraint, what follows its name in ADD
-- CONSTRAINT: with storage parameters and tablespace, which PostgreSQL's own functions leave out here and there.
CREATE OR REPLACE FUNCTION prisma_partition.index_definition(p_index oid)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  i record; v_definition text; v_prefix text; v_suffix text;
BEGIN
  SELECT x.indisunique, x.indrelid, pg_get_expr(x.indpred, x.indrelid) AS predicate, c.relname, c.relkind, c.reloptions, k.oid AS constraint_oid,
    (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace
  INTO STRICT i
  FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
  WHERE x.indexrelid = p_index;

  IF i.constraint_oid IS NOT NULL THEN
    v_definition := pg_get_constraintdef(i.constraint_oid);
    v_suffix := substring(v_definition FROM '(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?$');
    RETURN left(v_definition, length(v_definition) - length(v_suffix))
      || coalesce(' WITH (' || (SELECT string_agg(format('%s=%L', o.option_name, o.option_value), ', ') FROM pg_options_to_table(i.reloptions) o) || ')', '')
      || coalesce(' USING INDEX TABLESPACE ' || quote_ident(i.tablespace), '') || v_suffix;
  END IF;
  v_definition := pg_get_indexdef(p_index);
  v_prefix := format('CREATE %sINDEX %I ON %s%s ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, i.relname,
    CASE i.relkind WHEN 'I' THEN 'ONLY ' ELSE '' END, i.indrelid::regclass);
  v_suffix := coalesce(' WHERE ' || i.predicate, '');
  IF NOT starts_with(v_definition, v_prefix) OR right(v_definition, length(v_suffix)) <> v_suffix AND v_suffix <> '' THEN
    RAISE EXCEPTION 'prisma-partition: cannot read the definition of index %: %', i.relname, v_definition;
  END IF;
  RETURN substr(v_definition, length(v_prefix) + 1, length(v_definition) - length(v_prefix) - length(v_suffix))
    || CASE WHEN i.tablespace IS NULL THEN '' ELSE format(' TABLESPACE %I', i.tablespace) END || v_suffix;
END
$fn$;

-- index-pairs ------------------------------------------------------------------------------------------------------------
-- The indexes of both tables, each with its counterpart: the one of that name, or a unique of that definition (the names
-- of uniques are the model's, and change with it). `name` is the live table's, `name_there` the other one's. Definitions
-- are written as the partitioned table has them, so that a unique and its wider counterpart are the same. An index of the
-- live table that is invalid is no property of it.
CREATE OR REPLACE FUNCTION prisma_partition.index_pairs(t prisma_partition.tables)
RETURNS TABLE (name text, name_there text, target text, plain oid, partitioned oid, plain_definition text, partitioned_definition text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN QUERY
  WITH index AS (
    SELECT x.indexrelid, x.indrelid, x.indisunique, c.relname::text,
      CASE k.contype WHEN 'p' THEN 'primary key ' WHEN 'u' THEN 'unique constraint ' WHEN 'x' THEN 'exclusion constraint '
        ELSE 'index ' || CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END END AS kind,
      CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END AS invalid
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
    WHERE x.indrelid IN (t.plain, t.partitioned) AND (x.indisvalid OR x.indrelid IS DISTINCT FROM prisma_partition.live_of(t))
  ), a AS MATERIALIZED (
    SELECT i.*, w.name AS target, i.kind || w.definition || i.invalid AS definition
    FROM index i, prisma_partition.index_target(t, i.indexrelid) w WHERE i.indrelid = t.plain
  ), b AS MATERIALIZED (
    SELECT i.*, i.kind || prisma_partition.index_definition(i.indexrelid) || i.invalid AS definition FROM index i WHERE i.indrelid = t.partitioned
  ), pair AS (
    SELECT a.*, (SELECT b.indexrelid FROM b
      WHERE b.relname = a.target
        OR a.indisunique AND b.definition = a.definition AND NOT EXISTS (SELECT FROM a other WHERE other.target = b.relname)
      ORDER BY b.relname IS NOT DISTINCT FROM a.target DESC, b.indexrelid LIMIT 1) AS counterpart
    FROM a
  )
  SELECT CASE t.stage WHEN 'setup' THEN coalesce(p.relname, b.relname) ELSE coalesce(b.relname, p.relname) END,
    CASE t.stage WHEN 'setup' THEN b.relname ELSE p.relname END, p.target, p.indexrelid, b.indexrelid, p.definition, b.definition
  FROM pair p FULL JOIN b ON b.indexrelid = p.counterpart;
END
$fn$;

-- index-properties ------------------------------------------------------------------------------------------------------------
-- A table's indexes, primary key and uniques, as properties, with their comments and the statistics targets of their
-- expressions, and what is marked on them: the replica identity and, in the partitions of a partitioned table, which one
-- it is clustered on. See index_pairs for what counts as the same.
CREATE OR REPLACE FUNCTION prisma_partition.index_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_table text := v_other::regclass;
  v_schema text := prisma_partition.schema_of(v_other);
  v_clustered oid[] := ARRAY(
    SELECT coalesce(h.inhparent, x.indexrelid) FROM prisma_partition.leaves_of(p_relation) l JOIN pg_index x ON x.indrelid = l AND x.indisclustered
    LEFT JOIN pg_inherits h ON h.inhrelid = x.indexrelid);
  v_replica "char" := (SELECT c.relreplident FROM pg_class c WHERE c.oid = p_relation);
  v_identity text := CASE v_replica WHEN 'f' THEN 'FULL' WHEN 'd' THEN 'DEFAULT' ELSE 'NOTHING' END; -- so it is when the index is gone
  v_identity_there text := v_identity;
  v_marks text[] := '{}'; v_mark oid;
  i record; v_parts text[]; v_named text; v_there text; v_comment text;
BEGIN
  FOR i IN
    SELECT p.*, CASE p_relation WHEN t.plain THEN p.plain ELSE p.partitioned END AS index,
      CASE p_relation WHEN t.plain THEN p.plain_definition ELSE p.partitioned_definition END AS text, k.oid AS constraint_oid,
      (SELECT count(*) = 2 FROM pg_constraint o WHERE o.conindid IN (p.plain, p.partitioned) AND o.conrelid IN (t.plain, t.partitioned) AND o.contype IN ('p', 'u')) AS constraints,
      CASE v_other WHEN t.plain THEN p.plain ELSE p.partitioned END AS index_there, x.indisreplident
    FROM prisma_partition.index_pairs(t) p
    JOIN pg_index x ON x.indexrelid = CASE p_relation WHEN t.plain THEN p.plain ELSE p.partitioned END
    LEFT JOIN pg_constraint k ON k.conindid = CASE p_relation WHEN t.plain THEN p.plain ELSE p.partitioned END AND k.conrelid = p_relation AND k.contype IN ('p', 'u', 'x')
  LOOP
    v_parts := regexp_match(i.text, '^(index(?= )|primary key|unique constraint|exclusion constraint) ((?<=index )UNIQUE )?(.*)$');
    kind := v_parts[1]; name := i.name; definition := concat(v_parts[2], v_parts[3]);
    v_named := CASE WHEN p_relation = v_other THEN i.name_there WHEN v_other = t.partitioned THEN i.target ELSE i.name END;
    v_there := quote_ident(v_schema) || '.' || quote_ident(i.name_there);
    IF kind = 'index' THEN
      make := format('CREATE %sINDEX ', v_parts[2]) || quote_ident(v_named) || format(' ON %s %s', v_table, v_parts[3]);
      remove := 'DROP INDEX ' || v_there;
    ELSE
      make := format('ALTER TABLE %s ADD CONSTRAINT ', v_table) || quote_ident(v_named) || ' ' || v_parts[3];
      remove := format('ALTER TABLE %s DROP CONSTRAINT ', v_table) || quote_ident(i.name_there);
    END IF;
    RETURN NEXT;
    IF v_replica = 'i' AND i.indisreplident THEN
      v_identity := 'USING INDEX ' || quote_ident(i.name);
      v_identity_there := 'USING INDEX ' || quote_ident(i.name_there);
    END IF;
    IF i.index = ANY (v_clustered) THEN
      v_mark := i.index_there;
      v_marks := v_marks || array_fill(i.name, ARRAY[cardinality(array_positions(v_clustered, i.index))]);
    END IF;
    CONTINUE WHEN i.plain IS NULL OR i.partitioned IS NULL; -- the rest of it comes, or goes, with the index

    v_comment := obj_description(i.index, 'pg_class');
    IF v_comment IS NOT NULL THEN
      kind := 'comment'; name := 'index ' || i.name; definition := v_comment;
      make := format('COMMENT ON INDEX %s IS %L', v_there, v_comment);
      remove := format('COMMENT ON INDEX %s IS NULL', v_there);
      RETURN NEXT;
    END IF;
    v_comment := obj_description(i.constraint_oid, 'pg_constraint');
    IF v_comment IS NOT NULL AND i.constraints THEN
      kind := 'comment'; name := 'constraint ' || i.name; definition := v_comment;
      make := format('COMMENT ON CONSTRAINT %I ON %s IS %L', i.name_there, v_table, v_comment);
      remove := format('COMMENT ON CONSTRAINT %I ON %s IS NULL', i.name_there, v_table);
      RETURN NEXT;
    END IF;
    RETURN QUERY
      SELECT 'index statistics', format('%s %s', i.name, a.attnum), a.attstattarget::text,
        format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', v_there, a.attnum, a.attstattarget),
        format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS -1', v_there, a.attnum)
      FROM pg_attribute a WHERE a.attrelid = i.index AND coalesce(a.attstattarget, -1) >= 0;
  END LOOP;

  kind := 'replica identity'; name := ''; definition := v_identity; remove := NULL;
  make := format('ALTER TABLE %s REPLICA IDENTITY ', v_table) || v_identity_there;
  RETURN NEXT;
  IF v_marks <> '{}' THEN
    kind := 'cluster'; definition := prisma_partition.in_all(v_marks, (SELECT count(*) FROM prisma_partition.leaves_of(p_relation)));
    make := (SELECT string_agg(format('ALTER TABLE %s CLUSTER ON %I', l, k.relname), '; ') FROM prisma_partition.leaves_of(v_other) l
      JOIN pg_index x ON x.indrelid = l JOIN pg_class k ON k.oid = x.indexrelid LEFT JOIN pg_inherits h ON h.inhrelid = k.oid
      WHERE coalesce(h.inhparent, k.oid) = v_mark);
    remove := prisma_partition.on_leaves(v_other, 'ALTER TABLE {} SET WITHOUT CLUSTER');
    RETURN NEXT;
  END IF;
END
$fn$;

-- index-target ------------------------------------------------------------------------------------------------------------
-- What an index of the plain table is on the partitioned one: itself, or, of a unique that lacks the partition key, the
-- wider one, under the name that the model gives it; a unique that Prisma does not know of keeps its name and is widened
-- only if the annotation says so (weakenUnique). `name` is null where nobody has agreed to that.
CREATE OR REPLACE FUNCTION prisma_partition.index_target(t prisma_partition.tables, p_index oid,
  OUT name text, OUT definition text, OUT columns text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  x pg_index;
BEGIN
  SELECT * INTO STRICT x FROM pg_index WHERE indexrelid = p_index;
  SELECT c.relname INTO STRICT name FROM pg_class c WHERE c.oid = p_index;
  definition := prisma_partition.index_definition(p_index);
  columns := prisma_partition.index_columns(p_index);
  IF NOT x.indisunique OR t.key_column = ANY (columns) THEN RETURN; END IF;

  IF name = ANY (t.weaken_unique) THEN
    columns := columns || t.key_column;
  ELSE
    SELECT u.target_name, u.target_columns INTO name, columns FROM prisma_partition.uniques u
    WHERE u.table_id = t.id AND u.columns = index_target.columns AND x.indpred IS NULL AND x.indexprs IS NULL;
  END IF;
  IF name IS NOT NULL THEN definition := prisma_partition.widen_definition(p_index, definition, t.key_column); END IF;
END
$fn$;

-- is-small ------------------------------------------------------------------------------------------------------------
-- Whether a table is so small that what is done in the background for large ones is done at once for it: at most
-- prisma_partition.small_table (64MB unless set), its TOAST included; where it would be done p_times as slowly, or under a
-- lock, at most that part of it.
CREATE OR REPLACE FUNCTION prisma_partition.is_small(p_relation oid, p_times integer DEFAULT 1)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT pg_table_size(p_relation) * p_times <= pg_size_bytes(coalesce(nullif(current_setting('prisma_partition.small_table', true), ''), '64MB'))
$fn$;

-- job-history ------------------------------------------------------------------------------------------------------------
-- A table's jobs in pg_cron, with their last runs, the latest first; no row where pg_cron is not used or this role may not
-- look. `state` is pg_cron's: starting, running, sending, connecting, succeeded or failed; null before the first run.
CREATE OR REPLACE FUNCTION prisma_partition.job_history(p_table integer, p_runs integer DEFAULT 5)
RETURNS TABLE (job text, schedule text, active boolean, state text, message text, started_at timestamptz, finished_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF to_regclass('cron.job') IS NULL OR to_regclass('cron.job_run_details') IS NULL OR NOT has_table_privilege('cron.job', 'SELECT')
    OR NOT has_table_privilege('cron.job_run_details', 'SELECT') THEN RETURN; END IF;
  RETURN QUERY
    SELECT k.kind, j.schedule, j.active, r.status, r.return_message, r.start_time, r.end_time
    FROM unnest(ARRAY['backfill', 'maintenance']) WITH ORDINALITY k(kind, n) JOIN cron.job j ON j.jobname = prisma_partition.job_name(t, k.kind)
    LEFT JOIN LATERAL (SELECT d.* FROM cron.job_run_details d WHERE d.jobid = j.jobid ORDER BY d.runid DESC LIMIT p_runs) r ON true
    ORDER BY k.n, r.runid DESC;
END
$fn$;

-- job-name ------------------------------------------------------------------------------------------------------------
-- Name of a table's job in cron.job.
CREATE OR REPLACE FUNCTION prisma_partition.job_name(t prisma_partition.tables, p_kind text)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT format('prisma_partition %s %I.%I', p_kind, t.schema_name, t.table_name)
$fn$;

-- jobs-of ------------------------------------------------------------------------------------------------------------
-- The jobs that pg_cron ought to run for a table: its work (the backfill before cutover, the way back after it; at cleanup
-- nothing is left to follow) and its maintenance. None where something else calls them.
CREATE OR REPLACE FUNCTION prisma_partition.jobs_of(t prisma_partition.tables)
RETURNS TABLE (kind text, name text, schedule text, command text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT j.kind, prisma_partition.job_name(t, j.kind), j.schedule, j.command
  FROM (VALUES
    ('backfill', t.backfill_schedule, format('CALL prisma_partition.work(%L, %L)', t.schema_name, t.table_name)),
    ('maintenance', t.maintenance_schedule, format('SELECT prisma_partition.maintain(%L, %L)', t.schema_name, t.table_name))
  ) j(kind, schedule, command)
  WHERE t.scheduler = 'pg_cron' AND NOT (t.stage = 'cleanup' AND j.kind = 'backfill')
$fn$;

-- join-columns ------------------------------------------------------------------------------------------------------------
-- `a.x = b.x AND a.y = b.y`, or the columns joined by anything else. %1$I in p_format is the column.
CREATE OR REPLACE FUNCTION prisma_partition.join_columns(p_columns text[], p_format text, p_separator text)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT string_agg(format(p_format, c.name), p_separator ORDER BY c.ordinal)
  FROM unnest(p_columns) WITH ORDINALITY AS c(name, ordinal)
$fn$;

-- kept-rows ------------------------------------------------------------------------------------------------------------
-- A condition on the rows of the old table (`s`) that leaves out what has expired: it has them still, and nobody wants
-- them back. Of what lies before that point the new table has the rows that came later, in its default partition or in
-- partitions made for them. `true` where nothing has expired.
CREATE OR REPLACE FUNCTION prisma_partition.kept_rows(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_point text := CASE t.stage WHEN 'cutover' THEN prisma_partition.expired_up_to(t) END;
BEGIN
  IF v_point IS NULL THEN RETURN 'true'; END IF;
  RETURN format('(s.%1$I >= %2$L OR EXISTS (SELECT FROM %3$s d WHERE d.%1$I < %2$L AND %4$s))', t.key_column,
    prisma_partition.axis_to_bound(t.key_kind, v_point), t.partitioned::regclass,
    prisma_partition.join_columns(prisma_partition.pair_columns(t), 'd.%1$I = s.%1$I', ' AND '));
END
$fn$;

-- leaf-name ------------------------------------------------------------------------------------------------------------
-- A name for a partition or one of its indexes: the stem cut so that stem and suffix fit PostgreSQL's 63 bytes. A stem
-- that had to be cut keeps a piece of its hash, so that two long names stay two.
CREATE OR REPLACE FUNCTION prisma_partition.leaf_name(p_stem text, p_suffix text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_stem text := p_stem;
BEGIN
  IF octet_length(p_stem || p_suffix) <= 63 THEN RETURN p_stem || p_suffix; END IF;
  WHILE octet_length(v_stem) + octet_length(p_suffix) + 9 > 63 LOOP
    IF v_stem = '' THEN RETURN left('_' || md5(p_stem || p_suffix), 63); END IF;
    v_stem := left(v_stem, -1);
  END LOOP;
  RETURN v_stem || '_' || left(md5(p_stem || p_suffix), 8) || p_suffix;
END
$fn$;

-- leaves-of ------------------------------------------------------------------------------------------------------------
-- The tables that hold a table's rows: its partitions, or itself.
CREATE OR REPLACE FUNCTION prisma_partition.leaves_of(p_relation oid)
RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = p_relation
  UNION ALL
  SELECT oid::regclass FROM pg_class WHERE oid = p_relation AND relkind <> 'p'
$fn$;

-- list-partitions ------------------------------------------------------------------------------------------------------------
-- The partitions of a table with their bounds as points of the axis (lower inclusive, upper exclusive), in order; the
-- default partition last. Bounds are read from the catalog, never from names.
CREATE OR REPLACE FUNCTION prisma_partition.list_partitions(p_table integer)
RETURNS TABLE (partition text, is_default boolean, lower text, upper text, rows_estimated bigint, total_bytes bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  t prisma_partition.tables; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  FOR r IN
    SELECT x.* FROM (
      SELECT c.oid AS leaf, greatest(c.reltuples, 0)::bigint AS tuples, b.bound,
        prisma_partition.axis_from_bound(t.key_kind, nullif((regexp_match(b.bound, 'FROM \(''?(.*?)''?\) TO'))[1], 'MINVALUE')) AS point,
        prisma_partition.axis_from_bound(t.key_kind, nullif((regexp_match(b.bound, 'TO \(''?(.*?)''?\)$'))[1], 'MAXVALUE')) AS ends
      FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
      CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS b(bound)
      WHERE h.inhparent = t.partitioned
    ) x
    ORDER BY CASE WHEN t.key_kind = 'integer' THEN x.point::numeric ELSE extract(epoch FROM x.point::timestamptz) END NULLS LAST
  LOOP
    partition := r.leaf::regclass; is_default := r.bound = 'DEFAULT'; lower := r.point; upper := r.ends;
    rows_estimated := r.tuples; total_bytes := pg_total_relation_size(r.leaf);
    RETURN NEXT;
  END LOOP;
END
$fn$;

-- live-of ------------------------------------------------------------------------------------------------------------
-- The table that the application uses.
CREATE OR REPLACE FUNCTION prisma_partition.live_of(t prisma_partition.tables)
RETURNS oid LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE t.stage WHEN 'setup' THEN t.plain ELSE t.partitioned END
$fn$;

-- lock-relation ------------------------------------------------------------------------------------------------------------
-- Locks one relation. LOCK TABLE on a view would lock every table that it reads, and so down; an ALTER that changes nothing
-- locks the view alone, always ACCESS EXCLUSIVE. No vacuum comes to a view, so the mode that keeps it away is passed over.
CREATE OR REPLACE FUNCTION prisma_partition.lock_relation(p_relation oid, p_mode text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_relation;
  IF c.relkind <> 'v' THEN
    EXECUTE format('LOCK TABLE %s IN %s MODE', p_relation::regclass, p_mode);
  ELSIF p_mode <> 'SHARE UPDATE EXCLUSIVE' THEN
    EXECUTE format('ALTER VIEW %s OWNER TO %s', p_relation::regclass, c.relowner::regrole);
  END IF;
END
$fn$;

-- lock-relations ------------------------------------------------------------------------------------------------------------
-- Locks the relations in the order given, without ever making writers queue behind us for long: each attempt waits at
-- most prisma_partition.lock_timeout (50ms unless set), then lets go of everything and sleeps before the next one.
--
-- A vacuum gives way only to somebody who has waited for deadlock_timeout, which these attempts never do, and one of
-- autovacuum may go on for hours. So the relations are first locked in vacuum's own mode, SHARE UPDATE EXCLUSIVE, waited
-- for up to prisma_partition.vacuum_timeout (60s unless set): that makes no reader or writer wait, ends an autovacuum
-- after a second and keeps the next one out.
--
-- Only the LOCK stands in the sub-block, so nothing else is undone by a failed attempt. Gives up after
-- prisma_partition.lock_attempts (200 unless set) and names who was in the way. With p_drain, that table's log is drained
-- before every attempt, so that little is left to replay once the lock is held. The time of the request that succeeded is
-- left in prisma_partition.lock_requested.
CREATE OR REPLACE FUNCTION prisma_partition.lock_relations(p_relations oid[], p_mode text, p_drain integer DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_timeout text := coalesce(nullif(current_setting('prisma_partition.lock_timeout', true), ''), '50ms');
  v_attempts integer := coalesce(nullif(current_setting('prisma_partition.lock_attempts', true), ''), '200');
  v_before text := current_setting('lock_timeout');
  v_relation oid; v_blockers text; v_requested timestamptz; v_vacuumed boolean := false;
  v_vacuum_timeout text := coalesce(nullif(current_setting('prisma_partition.vacuum_timeout', true), ''), '60s');
BEGIN
  p_relations := ARRAY(SELECT u.oid FROM unnest(p_relations) WITH ORDINALITY u(oid, n) JOIN pg_class c USING (oid) ORDER BY u.n); -- those left
  PERFORM set_config('lock_timeout', v_vacuum_timeout, true);
  BEGIN
    FOREACH v_relation IN ARRAY p_relations LOOP
      PERFORM prisma_partition.lock_relation(v_relation, 'SHARE UPDATE EXCLUSIVE');
    END LOOP;
  EXCEPTION WHEN lock_not_available THEN
    v_vacuumed := true;
    v_timeout := v_vacuum_timeout;
    v_attempts := 1;
  END;
  PERFORM set_config('lock_timeout', v_before, true);
  FOR v_attempt IN 1..v_attempts LOOP
    EXIT WHEN v_vacuumed;
    IF p_drain IS NOT NULL THEN
      PERFORM prisma_partition.drain_all(p_drain);
    END IF;
    PERFORM set_config('lock_timeout', v_timeout, true);
    v_requested := clock_timestamp();
    BEGIN
      FOREACH v_relation IN ARRAY p_relations LOOP
        PERFORM prisma_partition.lock_relation(v_relation, p_mode);
      END LOOP;
      PERFORM set_config('lock_timeout', v_before, true);
      PERFORM set_config('prisma_partition.lock_requested', v_requested::text, true);
      RETURN;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      NULL;
    END;
    PERFORM set_config('lock_timeout', v_before, true);
    PERFORM pg_sleep(0.05 + random() * 0.1);
  END LOOP;
  SELECT string_agg(format('pid %s (%s, since %s): %s', a.pid, a.state, a.xact_start, left(a.query, 80)), E'\n')
  INTO v_blockers
  FROM pg_stat_activity a
  WHERE a.pid <> pg_backend_pid()
    AND a.pid IN (SELECT l.pid FROM pg_locks l WHERE l.relation = ANY (p_relations) AND l.granted);
  RAISE EXCEPTION 'prisma-partition: no lock on % could be had in % attempts of % each', p_relations[1]::regclass, v_attempts, v_timeout
    USING ERRCODE = 'lock_not_available',
      DETAIL = coalesce(v_blockers, 'Nobody holds a lock now.'),
      HINT = 'Nothing was changed. End or wait out the transactions named, then: npx prisma migrate resolve --rolled-back <this migration> && npx prisma migrate deploy';
END
$fn$;

-- log-appended ------------------------------------------------------------------------------------------------------------
-- How many entries have ever been appended to a table's change log, by the server's statistics: writers report theirs a
-- moment late, and a reset begins anew. Null when there is no log any more.
CREATE OR REPLACE FUNCTION prisma_partition.log_appended(p_table integer)
RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT pg_stat_get_tuples_inserted(to_regclass(format('prisma_partition.%I', 'log_' || p_table)))
$fn$;

-- log-entries ------------------------------------------------------------------------------------------------------------
-- The number of entries on a table's change log; 0 when it has none any more. SECURITY DEFINER: who monitors may know how
-- many there are, not what they hold.
CREATE OR REPLACE FUNCTION prisma_partition.log_entries(p_table integer)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_count bigint;
BEGIN
  IF to_regclass(format('prisma_partition.%I', 'log_' || p_table)) IS NULL THEN RETURN 0; END IF;
  EXECUTE format('SELECT count(*) FROM prisma_partition.%I', 'log_' || p_table) INTO v_count;
  RETURN v_count;
END
$fn$;

-- maintain ------------------------------------------------------------------------------------------------------------
-- Keeps a table partitioned: rows out of the default partition, partitions ahead, expired ones detached or dropped.
-- Through pg_partman where it maintains the table; bounds are cut in UTC either way. Returns how many
-- partitions were created; null where the table is being worked on, and it is to be asked again.
-- Locks: the parent ACCESS EXCLUSIVE, from the first partition that is made, filled from the default one or expired, to
-- the end; had in attempts of 50 ms, so that nobody queues behind it for longer.
CREATE OR REPLACE FUNCTION prisma_partition.maintain(p_schema text, p_table text)
RETURNS integer LANGUAGE plpgsql AS $fn$
DECLARE
  v_search_path text := current_setting('search_path'); v_created integer;
BEGIN
  v_created := prisma_partition.perform_maintenance(p_schema, p_table);
  PERFORM prisma_partition.restore_search_path(v_search_path); -- see run_step
  RETURN v_created;
END
$fn$;

-- meet-pairs ------------------------------------------------------------------------------------------------------------
-- The condition under which rows of one of the two tables (p_alias) are those of a logged pair (`p`). The partition key is
-- met as a range, which prunes as `=` does: see create_drain.
CREATE OR REPLACE FUNCTION prisma_partition.meet_pairs(t prisma_partition.tables, p_alias text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN prisma_partition.join_columns(t.identity_columns, p_alias || '.%1$I = p.%1$I', ' AND ')
    || CASE WHEN t.key_column = ANY (t.identity_columns) THEN ''
       ELSE format(' AND %1$s.%2$I >= p.%2$I AND %1$s.%2$I <= p.%2$I', p_alias, t.key_column) END;
END
$fn$;

-- move-default-rows ------------------------------------------------------------------------------------------------------------
-- Moves the rows of [p_lower, p_upper), points of the axis, from the default partition into one of their own. They leave
-- the default partition, the new one is attached (it could not be while they stand there), and they go into it. Returns
-- their number; where there is none, nothing is created. The application's triggers do not fire.
--
-- Locks ACCESS EXCLUSIVE, for as long as attempts of 50 ms need to have it: not the default partition alone, but the parent.
-- A statement that waits for a partition has settled which partitions there are and would look for the rows where they
-- were: under READ COMMITTED an UPDATE met none of them. One that waits for the parent settles it afterwards. And all of it
-- before the first row: else a writer that has inserted there and waits for a row that is moved would deadlock with us,
-- and a row inserted meanwhile keep the partition from being attached.
-- A REPEATABLE READ snapshot older than the move sees the rows where they were; a key in WHERE leads it to where they are.
CREATE OR REPLACE FUNCTION prisma_partition.move_default_rows(t prisma_partition.tables, p_lower text, p_upper text)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = t.partitioned);
  v_columns text := prisma_partition.column_list(t.partitioned);
  v_draining text := current_setting('prisma_partition.draining', true);
  v_leaf oid; v_rows bigint; v_undo text[]; v_statement text;
BEGIN
  PERFORM prisma_partition.lock_relations(ARRAY[t.partitioned], 'ACCESS EXCLUSIVE'); -- and with it every partition
  PERFORM set_config('prisma_partition.draining', 'on', true); -- moving a row between partitions is no change of it
  EXECUTE format('CREATE TEMP TABLE prisma_partition_moved ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA', v_columns, v_default::regclass);
  v_undo := prisma_partition.silence_triggers(v_default);
  EXECUTE format('WITH gone AS (DELETE FROM %1$s WHERE %2$I >= %3$L AND %2$I < %4$L RETURNING %5$s) INSERT INTO pg_temp.prisma_partition_moved SELECT * FROM gone',
    v_default::regclass, t.key_column, prisma_partition.axis_to_bound(t.key_kind, p_lower),
    prisma_partition.axis_to_bound(t.key_kind, p_upper), v_columns);
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows > 0 THEN
    PERFORM prisma_partition.create_partition(t, p_lower, p_upper);
    SELECT to_regclass(p.partition) INTO STRICT v_leaf FROM prisma_partition.list_partitions(t.id) p
    WHERE prisma_partition.axis_compare(t.key_kind, p.lower, p_lower) = 0;
    v_undo := v_undo || prisma_partition.silence_triggers(v_leaf);
    EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.prisma_partition_moved', v_leaf::regclass, v_columns);
    SET CONSTRAINTS ALL IMMEDIATE; -- ALTER TABLE refuses a table with deferred checks pending
  END IF;
  FOREACH v_statement IN ARRAY v_undo LOOP EXECUTE v_statement; END LOOP;
  DROP TABLE pg_temp.prisma_partition_moved;
  PERFORM set_config('prisma_partition.draining', coalesce(v_draining, ''), true);
  RETURN v_rows;
END
$fn$;

-- move-partitions ------------------------------------------------------------------------------------------------------------
-- Moves the partitions into the schema where their parent will be. Done before the swap's lock, because it costs 0.18 ms
-- each with ten indexes (18 ms for 100 of them): nobody uses the copy yet, so nobody notices. Prisma does not see
-- partitions in whatever schema; expired ones leave it when they are detached.
-- Where that schema is published, the last drain would be published under the names of partitions: there
-- carry_publications moves them, after it.
CREATE OR REPLACE FUNCTION prisma_partition.move_partitions(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  PERFORM prisma_partition.put_partitions(t.partitioned, t.schema_name) FROM prisma_partition.tables t
  WHERE t.id = p_table AND NOT prisma_partition.schema_is_published(t.schema_name);
END
$fn$;

-- on-leaves ------------------------------------------------------------------------------------------------------------
-- A statement written out for each partition, {} being its name; of a plain table for the table itself. Null where there
-- is none.
CREATE OR REPLACE FUNCTION prisma_partition.on_leaves(p_relation oid, p_statement text)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT string_agg(replace(p_statement, '{}', l::text), '; ' ORDER BY l::oid) FROM prisma_partition.leaves_of(p_relation) l
$fn$;

-- on-table ------------------------------------------------------------------------------------------------------------
-- A statement written out for a table and, if it is partitioned, for each of its partitions; {} is the name.
CREATE OR REPLACE FUNCTION prisma_partition.on_table(p_relation oid, p_statement text)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT concat_ws('; ', CASE c.relkind WHEN 'p' THEN replace(p_statement, '{}', p_relation::regclass::text) END,
    prisma_partition.on_leaves(p_relation, p_statement))
  FROM pg_class c WHERE c.oid = p_relation
$fn$;

-- operator-path ------------------------------------------------------------------------------------------------------------
-- A search_path, pg_catalog first, in which the operators of the columns' types are found: citext's, say, are where that
-- extension is, and a domain over citext has them there, too.
CREATE OR REPLACE FUNCTION prisma_partition.operator_path(p_relation oid, p_columns text[])
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT concat_ws(', ', 'pg_catalog', string_agg(DISTINCT quote_ident(n.nspname), ', '), 'pg_temp')
  FROM pg_attribute a JOIN pg_type y ON y.oid = prisma_partition.base_type(a.atttypid) JOIN pg_namespace n ON n.oid = y.typnamespace
  WHERE a.attrelid = p_relation AND a.attname = ANY (p_columns) AND n.nspname <> 'pg_catalog'
$fn$;

-- other-of ------------------------------------------------------------------------------------------------------------
-- The table that follows the live one: its partitioned copy before cutover, the old table after it; null when there is
-- none any more.
CREATE OR REPLACE FUNCTION prisma_partition.other_of(t prisma_partition.tables)
RETURNS oid LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE t.stage WHEN 'setup' THEN t.partitioned WHEN 'cutover' THEN t.plain END
$fn$;

-- pair-columns ------------------------------------------------------------------------------------------------------------
-- The columns of a change-log entry: what identifies the row, and the partition key where it is not among them.
CREATE OR REPLACE FUNCTION prisma_partition.pair_columns(t prisma_partition.tables)
RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE WHEN t.key_column = ANY (t.identity_columns) THEN t.identity_columns
              ELSE t.identity_columns || t.key_column END
$fn$;

-- parity ------------------------------------------------------------------------------------------------------------
-- Compares the properties of the live table with those of the one that follows it: before cutover the partitioned copy,
-- after it the old table. ACCESS SHARE only. States:
--   same         what the live table has, the other one has (a unique (a) counts as the (a, key) it becomes). Of what
--                partitions have, such as a tablespace: a live table whose partitions differ among themselves
--   missing, differs, extra   as seen from the live table; `statement` mends it on the other one, where one can
--   at cutover   (after it: `at rollback`) missing or different so far, and brought by carry_properties, by the swap, or,
--                as for the indexes of a copy that is being loaded, by the backfill
DROP FUNCTION IF EXISTS prisma_partition.parity(integer);
CREATE OR REPLACE FUNCTION prisma_partition.parity(p_table integer)
RETURNS TABLE (kind text, name text, live_definition text, other_definition text, state text, statement text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $fn$
DECLARE
  t prisma_partition.tables; v_later text; v_indexed boolean;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF prisma_partition.other_of(t) IS NULL THEN RETURN; END IF;
  v_later := CASE t.stage WHEN 'setup' THEN 'at cutover' ELSE 'at rollback' END;
  v_indexed := t.stage <> 'setup' OR t.step NOT IN ('load', 'settle', 'index');
  RETURN QUERY
    WITH compared AS (
      SELECT k.*, coalesce(l.name, o.name) AS name, l.definition AS here, o.definition AS there, l.make, o.remove,
        CASE WHEN l.definition = o.definition OR k.of_leaves AND starts_with(l.definition, 'some partitions: ') THEN 'same'
          WHEN o.definition IS NULL THEN 'missing' WHEN l.definition IS NULL THEN 'extra' ELSE 'differs' END AS state
      FROM prisma_partition.properties(t, prisma_partition.live_of(t)) l
      FULL JOIN prisma_partition.properties(t, prisma_partition.other_of(t)) o ON o.kind = l.kind AND o.name = l.name
      JOIN prisma_partition.property_kinds() k ON k.kind = coalesce(l.kind, o.kind)
    )
    SELECT c.kind, c.name, c.here, c.there,
      CASE WHEN c.state = 'same' THEN c.state
        WHEN c.brought_by = 'carry' OR c.brought_by = 'swap' AND (c.state = 'missing' OR c.kind = 'trigger state') THEN v_later
        WHEN NOT v_indexed AND c.kind IN ('primary key', 'unique constraint', 'index') THEN v_later
        ELSE c.state END,
      CASE c.state WHEN 'missing' THEN c.make WHEN 'extra' THEN c.remove
        WHEN 'differs' THEN CASE WHEN c.brought_by = 'swap' THEN c.remove WHEN c.recreated THEN c.remove || '; ' || c.make ELSE c.make END END
    FROM compared c ORDER BY c.ordinal, c.name;
END
$fn$;

-- partman-adopt ------------------------------------------------------------------------------------------------------------
-- Puts the shadow under pg_partman's care. Works with 4.x (type 'native') and 5.x (type 'range'); bounds are cut in UTC
-- because this function pins TimeZone. Retention begins with the swap. Rows are expected at all times, so partitions are made ahead even when none come.
CREATE OR REPLACE FUNCTION prisma_partition.partman_adopt(t prisma_partition.tables, p_first text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema();
  v_parent text := t.schema_name || '_partitioned.' || t.table_name;
  v_four boolean := (SELECT extversion LIKE '4.%' FROM pg_extension WHERE extname = 'pg_partman');
BEGIN
  EXECUTE format('SELECT %s.create_parent(p_parent_table := $1, p_control := $2, p_type := $3, p_interval := $4, p_premake := $5, p_start_partition := $6)', v_partman)
  USING v_parent, t.key_column, CASE WHEN v_four THEN 'native' ELSE 'range' END, t.partition_interval, t.premake, p_first;
  EXECUTE format('UPDATE %s.part_config SET infinite_time_partitions = true, automatic_maintenance = $2 WHERE parent_table = $1', v_partman)
  USING v_parent,
    -- Our own daily job maintains this table alone: one failing table would stop run_maintenance_proc() for all.
    CASE WHEN t.scheduler = 'pg_cron' THEN 'off' ELSE 'on' END;
  PERFORM prisma_partition.carry_to_partition(t.partitioned, inhrelid) FROM pg_inherits WHERE inhparent = t.partitioned;
END
$fn$;

-- partman-follow ------------------------------------------------------------------------------------------------------------
-- Tells pg_partman where the partitioned table is now, and whether its partitions expire: only while it is the live one.
-- `t` is as it will be, p_was the schema that the parent was in.
CREATE OR REPLACE FUNCTION prisma_partition.partman_follow(t prisma_partition.tables, p_was text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF t.maintenance <> 'partman' THEN RETURN; END IF;
  EXECUTE format('UPDATE %s.part_config SET parent_table = $2, premake = $3, retention = $4, retention_keep_table = $5, retention_schema = $6
    WHERE parent_table = $1', prisma_partition.partman_schema())
  USING p_was || '.' || t.table_name, prisma_partition.schema_of(t.partitioned) || '.' || t.table_name, t.premake,
    CASE WHEN t.stage <> 'setup' THEN t.retention END, t.on_expire = 'detach',
    CASE WHEN t.on_expire = 'detach' THEN t.schema_name || '_partitioned' END;
END
$fn$;

-- partman-forget ------------------------------------------------------------------------------------------------------------
-- Takes a table out of pg_partman's configuration, its template table included.
CREATE OR REPLACE FUNCTION prisma_partition.partman_forget(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema(); v_template text;
BEGIN
  IF v_partman IS NULL THEN RETURN; END IF;
  FOR v_template IN EXECUTE format(
    'DELETE FROM %s.part_config WHERE parent_table IN ($1, $2) RETURNING template_table', v_partman)
    USING t.schema_name || '.' || t.table_name, t.schema_name || '_partitioned.' || t.table_name
  LOOP
    -- Its names are not quoted: the schema ends at the first dot.
    EXECUTE format('DROP TABLE IF EXISTS %I.%I', split_part(v_template, '.', 1), substr(v_template, strpos(v_template, '.') + 1));
  END LOOP;
END
$fn$;

-- partman-schema ------------------------------------------------------------------------------------------------------------
-- pg_partman's schema, quoted; null where the extension is not installed.
CREATE OR REPLACE FUNCTION prisma_partition.partman_schema()
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_partman'
$fn$;

-- partman-usable ------------------------------------------------------------------------------------------------------------
-- Whether pg_partman is installed and this role may use it. (A role that may not falls back on the builtin maintenance.)
CREATE OR REPLACE FUNCTION prisma_partition.partman_usable()
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema();
BEGIN
  IF v_partman IS NULL THEN RETURN false; END IF;
  RETURN has_schema_privilege(v_partman::regnamespace, 'USAGE') AND has_schema_privilege(v_partman::regnamespace, 'CREATE') AND has_table_privilege(v_partman || '.part_config', 'SELECT')
    AND has_table_privilege(v_partman || '.part_config', 'INSERT') AND has_table_privilege(v_partman || '.part_config', 'UPDATE')
    AND has_table_privilege(v_partman || '.part_config', 'DELETE');
END
$fn$;

-- pending-query ------------------------------------------------------------------------------------------------------------
-- How many rows of each partition wait on the log, as a query: the pairs that are logged, or, after a TRUNCATE, all that
-- the other table holds.
CREATE OR REPLACE FUNCTION prisma_partition.pending_query(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('SELECT x.leaf, sum(x.total)::bigint AS total FROM (
        SELECT %1$s AS leaf, count(*) AS total FROM (SELECT DISTINCT %2$s FROM prisma_partition.%3$I s WHERE NOT %4$s) s GROUP BY 1
        UNION ALL SELECT %1$s, count(*) FROM %5$s s WHERE %4$s GROUP BY 1) x GROUP BY 1',
      prisma_partition.bucket_expression(t), prisma_partition.join_columns(prisma_partition.pair_columns(t), 's.%I', ', '),
      'log_' || t.id, prisma_partition.truncated_expression(t), prisma_partition.other_of(t)::regclass)
  );
END
$fn$;

-- pending ------------------------------------------------------------------------------------------------------------
-- How many rows of each partition wait on the log: those that a comparison leaves out.
CREATE OR REPLACE FUNCTION prisma_partition.pending(p_table integer)
RETURNS TABLE (partition text, rows bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_query text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_query := prisma_partition.pending_query(t);
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE format('SELECT format(''%%I.%%I'', n.nspname, c.relname), x.total
    FROM (%s) x JOIN pg_class c ON c.oid = x.leaf JOIN pg_namespace n ON n.oid = c.relnamespace', v_query);
END
$fn$;

-- perform-maintenance ------------------------------------------------------------------------------------------------------------
-- One round of maintenance: see maintain; or, with p_from and p_to, what ensure_partitions does. Null where the table is
-- being worked on.
DROP FUNCTION IF EXISTS prisma_partition.perform_maintenance(text, text);
CREATE OR REPLACE FUNCTION prisma_partition.perform_maintenance(p_schema text, p_table text, p_from text DEFAULT NULL, p_to text DEFAULT NULL)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '5s' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table);
  v_before oid[]; v_created integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(1347440720, t.id) THEN
    RAISE NOTICE 'prisma-partition: %.% is being worked on; maintenance comes next time', p_schema, p_table;
    RETURN NULL;
  END IF;
  v_before := ARRAY(SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned);
  FOR v_attempt IN 1..5 LOOP
    BEGIN
      PERFORM prisma_partition.renew_partitions(t, p_from, p_to);
      EXIT;
    -- A row has gone to the default partition since it was emptied, and belongs into the partition that is attached. The
    -- next attempt moves it first. (pg_partman raises an error of its own, with the text of the other.)
    EXCEPTION WHEN check_violation OR raise_exception THEN
      IF v_attempt = 5 OR strpos(SQLERRM, 'updated partition constraint for default partition') = 0 THEN RAISE; END IF;
    END;
  END LOOP;
  PERFORM prisma_partition.carry_to_partition(t.partitioned, n.inhrelid) FROM ( -- each takes after the one before it
    SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned AND inhrelid <> ALL (v_before) ORDER BY inhrelid) n;
  SELECT count(*) INTO v_created FROM pg_inherits WHERE inhparent = t.partitioned AND inhrelid <> ALL (v_before);
  -- Rows that left the default partition took foreign keys off for a moment. The runner validates them again; where there
  -- is none any more, it is done here.
  SELECT * INTO STRICT t FROM prisma_partition.tables x WHERE x.id = t.id;
  WHILE t.stage = 'cleanup' AND t.step = 'validate' LOOP
    PERFORM prisma_partition.step_validate(t);
    SELECT * INTO STRICT t FROM prisma_partition.tables x WHERE x.id = t.id;
  END LOOP;
  IF p_from IS NOT NULL THEN RETURN v_created; END IF;
  -- The way back is drained every minute for as long as it is kept: of those batches a week is enough to look at.
  DELETE FROM prisma_partition.batches WHERE table_id = t.id AND step = 'drain' AND finished_at < now() - interval '7 days';
  UPDATE prisma_partition.tables SET maintained_at = clock_timestamp() WHERE id = t.id;
  RETURN v_created;
END
$fn$;

-- perform-step ------------------------------------------------------------------------------------------------------------
-- One unit of work: see run_step. Where row security would hide rows from the runner it is an error, not a smaller copy.
CREATE OR REPLACE FUNCTION prisma_partition.perform_step(p_table integer)
RETURNS TABLE (step text, rows bigint, state text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_shared boolean; v_free boolean; v_started timestamptz := clock_timestamp();
BEGIN
  PERFORM prisma_partition.assert_read_committed();
  SELECT * INTO t FROM prisma_partition.tables x WHERE x.id = p_table;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'prisma-partition: there is no table number %', p_table USING ERRCODE = 'undefined_object';
  END IF;
  step := t.step; rows := 0; state := 'waiting';

  v_shared := t.step IN ('load', 'index');
  IF v_shared THEN v_free := pg_try_advisory_xact_lock_shared(1347440720, t.id);
  ELSE v_free := pg_try_advisory_xact_lock(1347440720, t.id);
  END IF;
  IF NOT v_free THEN RETURN NEXT; RETURN; END IF;
  -- Only now is the step certain: a cutover may have passed while we waited.
  IF t.step IS DISTINCT FROM (SELECT x.step FROM prisma_partition.tables x WHERE x.id = p_table) THEN RETURN NEXT; RETURN; END IF;
  SELECT * INTO STRICT t FROM prisma_partition.tables x WHERE x.id = p_table;
  IF t.stage = 'cleanup' AND t.step <> 'validate' THEN -- the old table is gone: nothing is left to follow
    state := 'idle';
    RETURN NEXT;
    RETURN;
  END IF;
  IF t.stage <> 'cleanup' THEN
    PERFORM prisma_partition.assert_intact(t);
    PERFORM prisma_partition.assert_same_columns(t);
  END IF;

  CASE t.step
    WHEN 'load' THEN SELECT * INTO rows, state FROM prisma_partition.step_load(t);
    WHEN 'settle' THEN SELECT * INTO rows, state FROM prisma_partition.step_settle(t);
    WHEN 'index' THEN SELECT * INTO rows, state FROM prisma_partition.step_index(t);
    WHEN 'drain' THEN SELECT * INTO rows, state FROM prisma_partition.step_drain(t);
    WHEN 'validate' THEN SELECT * INTO rows, state FROM prisma_partition.step_validate(t);
  END CASE;
  IF state <> 'waiting' THEN -- what this unit itself has noted stays
    UPDATE prisma_partition.tables x SET last_error = NULL, last_error_at = NULL WHERE x.id = t.id AND x.last_error_at < v_started;
  END IF;
  RETURN NEXT;
END
$fn$;

-- policy-properties ------------------------------------------------------------------------------------------------------------
-- A table's row security policies and its triggers, as properties. Triggers are made disabled, for rows are only replayed
-- on the table that follows; the swap enables them as the live table's are. They fire in the order of their names. A comment comes and goes with
-- what it is on: it is compared where both tables have that.
CREATE OR REPLACE FUNCTION prisma_partition.policy_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_opposite oid := CASE p_relation WHEN v_other THEN prisma_partition.live_of(t) ELSE v_other END;
  v_table text := v_other::regclass;
  v_on text := format(' ON %s ', p_relation::regclass);
BEGIN
  RETURN QUERY
    WITH policy AS (
      SELECT p.oid, p.polname::text, concat_ws(' ', CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END,
        'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        'TO ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ' ORDER BY n) FROM unnest(p.polroles) WITH ORDINALITY x(r, n)),
        'USING (' || prisma_partition.rename_relation(pg_get_expr(p.polqual, p_relation), p_relation, v_other) || ')',
        'WITH CHECK (' || prisma_partition.rename_relation(pg_get_expr(p.polwithcheck, p_relation), p_relation, v_other) || ')') AS definition
      FROM pg_policy p WHERE p.polrelid = p_relation
    )
    SELECT 'policy', p.polname, p.definition, format('CREATE POLICY %I ON %s ', p.polname, v_table) || p.definition, format('DROP POLICY %I ON %s', p.polname, v_table)
    FROM policy p
    UNION ALL
    SELECT 'comment', 'policy ' || p.polname, obj_description(p.oid, 'pg_policy'),
      format('COMMENT ON POLICY %I ON %s IS %L', p.polname, v_table, obj_description(p.oid, 'pg_policy')),
      format('COMMENT ON POLICY %I ON %s IS NULL', p.polname, v_table)
    FROM policy p JOIN pg_policy o ON o.polrelid = v_opposite AND o.polname = p.polname
    WHERE obj_description(p.oid, 'pg_policy') IS NOT NULL;
  RETURN QUERY
    WITH trigger AS (
      SELECT g.oid, g.tgname::text, g.tgenabled, o.oid AS other, pg_get_triggerdef(g.oid) AS definition
      FROM pg_trigger g LEFT JOIN pg_trigger o ON o.tgrelid = v_opposite AND o.tgname = g.tgname
      WHERE g.tgrelid = p_relation AND NOT g.tgisinternal AND NOT starts_with(g.tgname, 'prisma_partition_')
    ), written AS (
      SELECT g.*, overlay(g.definition PLACING format(' ON %s ', v_table) FROM strpos(g.definition, v_on) FOR length(v_on)) AS create_it FROM trigger g
    )
    SELECT 'trigger', g.tgname, g.create_it, format('%s; ALTER TABLE %s DISABLE TRIGGER %I', g.create_it, v_table, g.tgname),
      format('DROP TRIGGER %I ON %s', g.tgname, v_table)
    FROM written g
    UNION ALL
    SELECT 'trigger state', g.tgname, CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' ELSE 'enabled' END, NULL, NULL
    FROM written g
    UNION ALL
    SELECT 'comment', 'trigger ' || g.tgname, obj_description(g.oid, 'pg_trigger'),
      format('COMMENT ON TRIGGER %I ON %s IS %L', g.tgname, v_table, obj_description(g.oid, 'pg_trigger')),
      format('COMMENT ON TRIGGER %I ON %s IS NULL', g.tgname, v_table)
    FROM written g WHERE g.other IS NOT NULL AND obj_description(g.oid, 'pg_trigger') IS NOT NULL;
END
$fn$;

-- premake-end ------------------------------------------------------------------------------------------------------------
-- The point of the axis up to which partitions ought to exist: `premake` intervals after the current one.
CREATE OR REPLACE FUNCTION prisma_partition.premake_end(t prisma_partition.tables)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
  SELECT prisma_partition.axis_step(t.key_kind, t.partition_interval, prisma_partition.current_bucket(t), t.premake + 1)
$fn$;

-- prepare-indexes ------------------------------------------------------------------------------------------------------------
-- Reads the plain table's indexes and creates their counterparts on the partitioned parent alone (ON ONLY: nothing is
-- built yet, and partitions created from now on get them at once), then cuts the building into one task per partition.
-- Names are final: those of the plain table, or, where the key had to be added, the name Prisma derives for the wider one.
CREATE OR REPLACE FUNCTION prisma_partition.prepare_indexes(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; i record; v_ordinal integer := 0;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  DELETE FROM prisma_partition.indexes WHERE table_id = t.id;
  FOR i IN
    SELECT c.relname, x.indisunique, k.contype::text AS contype, w.*
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u')
    CROSS JOIN LATERAL prisma_partition.index_target(t, x.indexrelid) w
    WHERE x.indrelid = t.plain AND x.indisvalid
    ORDER BY k.contype IS DISTINCT FROM 'p', x.indexrelid
  LOOP
    v_ordinal := v_ordinal + 1;
    IF i.name IS NULL THEN
      RAISE EXCEPTION 'prisma-partition: unique index % was created after setup and lacks the key %', i.relname, t.key_column
        USING HINT = 'Drop it, or add the key to it.';
    END IF;
    INSERT INTO prisma_partition.indexes (table_id, ordinal, name, contype, is_unique, definition, columns)
    VALUES (t.id, v_ordinal, i.name, i.contype, i.indisunique, i.definition, i.columns);
    IF i.contype IS NULL THEN
      EXECUTE format('CREATE %sINDEX %I ON ONLY %s %s', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, i.name,
        t.partitioned::regclass, i.definition);
    ELSE
      EXECUTE format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', t.partitioned::regclass, i.name, i.definition);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM prisma_partition.indexes x WHERE x.table_id = t.id AND x.is_unique AND x.columns @> t.identity_columns) THEN
    RAISE EXCEPTION 'prisma-partition: no unique index on (%) identifies the rows of %.% any more',
      array_to_string(t.identity_columns, ', '), t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Create it again, with its old name, and go on.';
  END IF;
  PERFORM prisma_partition.carry(t.id, ARRAY['index statistics']);
  -- The largest first: no session is left alone at the end with one that takes long.
  INSERT INTO prisma_partition.batches (table_id, step, partition)
  SELECT t.id, 'index', h.inhrelid::regclass FROM pg_inherits h WHERE h.inhparent = t.partitioned
  ORDER BY pg_relation_size(h.inhrelid) DESC, h.inhrelid;
  UPDATE prisma_partition.tables SET step = 'index' WHERE id = t.id;
END
$fn$;

-- prepare-rollback ------------------------------------------------------------------------------------------------------------
-- What a rollback needs before anything else: the table at stage cutover, its runners kept out until this transaction ends,
-- and the old table caught up with the live one.
--
-- Rows that have expired are in the old table still, and gone from the live one. Nobody wants them back, and the copy that
-- is left would differ by them for ever: they are deleted. What came later for the same time is in the live table and
-- stays. Whatever is written meanwhile is on the log and replayed later.
CREATE OR REPLACE FUNCTION prisma_partition.prepare_rollback(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_expired text;
BEGIN
  PERFORM prisma_partition.assert_read_committed();
  t := prisma_partition.claim_table(p_table, 'cutover');
  PERFORM prisma_partition.assert_intact(t);
  PERFORM prisma_partition.assert_same_columns(t);
  PERFORM prisma_partition.drain_all(t.id);
  PERFORM prisma_partition.set_aside_expired(t);
  v_expired := prisma_partition.kept_rows(t);
  IF v_expired <> 'true' THEN
    PERFORM set_config('prisma_partition.draining', 'on', true);
    PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
    EXECUTE format('DELETE FROM %s s WHERE NOT %s', t.plain::regclass, v_expired);
    PERFORM set_config('prisma_partition.draining', '', true);
    UPDATE prisma_partition.tables x SET expired_before = NULL WHERE x.id = t.id; -- of which the old table has nothing any more
  END IF;
END
$fn$;

-- progress ------------------------------------------------------------------------------------------------------------
-- How far every table is, one row each. `rows_per_second` looks back one minute; what was appended to the log and replayed
-- from it, five: with pg_cron alone it is drained once a minute.
DROP VIEW IF EXISTS prisma_partition.progress;
CREATE VIEW prisma_partition.progress AS
SELECT t.id AS table_id, t.model, t.schema_name, t.table_name, t.stage, t.step,
  coalesce(b.loaded, 0)::bigint AS rows_done, t.rows_estimated, coalesce(b.done, 0) AS batches_done, coalesce(b.total, 0) AS batches_total,
  prisma_partition.log_entries(t.id) AS log_entries,
  (b.recent / nullif(least(60, extract(epoch FROM clock_timestamp() - b.recent_since)), 0))::double precision AS rows_per_second,
  b.last_batch_at, t.last_error, t.last_error_at,
  EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid IN (1347440720, 1347440721) AND l.objid = t.id AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS runner_alive,
  (greatest(d.appended, 0) / d.seconds)::double precision AS log_appended_per_second,
  (d.replayed / d.seconds)::double precision AS log_replayed_per_second,
  t.stage = 'setup' AND t.step = 'drain' AS ready,
  (SELECT count(*)::integer FROM pg_inherits h WHERE h.inhparent = t.partitioned) AS partitions,
  prisma_partition.default_rows(t.partitioned) AS default_rows, t.swapped_at, t.swap_lock_ms
FROM prisma_partition.tables t
LEFT JOIN LATERAL (
  SELECT sum(x.rows) FILTER (WHERE x.step = 'load') AS loaded,
    count(*) FILTER (WHERE x.step = t.step AND x.finished_at IS NOT NULL) AS done,
    count(*) FILTER (WHERE x.step = t.step) AS total,
    sum(x.rows) FILTER (WHERE x.finished_at > clock_timestamp() - interval '1 minute' AND x.step = t.step) AS recent,
    min(x.started_at) FILTER (WHERE x.finished_at > clock_timestamp() - interval '1 minute' AND x.step = t.step) AS recent_since,
    max(x.finished_at) AS last_batch_at
  FROM prisma_partition.batches x WHERE x.table_id = t.id
) b ON true
LEFT JOIN LATERAL ( -- from the end of the first drain of these five minutes to the end of the last one
  SELECT sum(w.rows) FILTER (WHERE w.ordinal > 1) AS replayed, max(w.log_appended) - min(w.log_appended) FILTER (WHERE w.ordinal = 1) AS appended,
    nullif(extract(epoch FROM max(w.finished_at) - min(w.finished_at)), 0) AS seconds
  FROM (SELECT x.*, row_number() OVER (ORDER BY x.finished_at, x.batch) AS ordinal FROM prisma_partition.batches x
    WHERE x.table_id = t.id AND x.step = 'drain' AND x.finished_at > clock_timestamp() - interval '5 minutes') w
) d ON true;
GRANT SELECT ON prisma_partition.progress TO pg_monitor;

-- properties ------------------------------------------------------------------------------------------------------------
-- Every property of one of the two tables, in words that do not depend on which of them it is, so that they compare.
-- `make` is the statement that gives the property to the table that follows, `remove` the one that takes it away there;
-- null where no statement can.
CREATE OR REPLACE FUNCTION prisma_partition.properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN QUERY SELECT * FROM prisma_partition.table_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.column_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.constraint_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.index_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.policy_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.storage_properties(t, p_relation);
END
$fn$;

-- property-kinds ------------------------------------------------------------------------------------------------------------
-- The kinds of properties a table has, in the order in which they are carried over. `brought_by`: `carry` by
-- carry_properties, `swap` by the swap itself, null by nobody: the two tables must be alike before. `recreated`: what
-- differs is dropped and made anew. `of_leaves`: a partitioned table has it in its partitions.
CREATE OR REPLACE FUNCTION prisma_partition.property_kinds()
RETURNS TABLE (ordinal bigint, kind text, brought_by text, recreated boolean, of_leaves boolean)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT row_number() OVER (), k.* FROM (VALUES
    ('owner', 'carry', false, false),
    ('column', NULL, false, false),
    ('not null', NULL, false, false),
    ('default', NULL, false, false),
    ('identity', NULL, false, false),
    ('sequence', 'carry', false, false),
    ('sequence grant', 'carry', false, false),
    ('storage', 'carry', false, false),
    ('compression', 'carry', false, false),
    ('statistics target', 'carry', false, false),
    ('column option', 'carry', false, false),
    ('check constraint', NULL, true, false),
    ('primary key', NULL, true, false),
    ('unique constraint', NULL, true, false),
    ('exclusion constraint', NULL, true, false),
    ('index', NULL, true, false),
    ('index statistics', 'carry', false, false),
    ('cluster', 'carry', false, true),
    ('replica identity', 'carry', false, false),
    ('extended statistics', 'carry', true, false),
    ('storage parameter', 'carry', false, true),
    ('tablespace', NULL, false, true),
    ('access method', NULL, false, true),
    ('row security', 'carry', false, false),
    ('policy', 'carry', true, false),
    ('trigger', 'carry', true, false),
    ('trigger state', 'swap', false, false),
    ('grant', 'carry', false, false),
    ('column grant', 'carry', false, false),
    ('comment', 'carry', false, false),
    ('foreign key', 'swap', false, false),
    ('referenced by', 'swap', false, false),
    ('owned sequence', 'swap', false, false),
    ('publication', 'swap', false, false)
  ) AS k(kind, brought_by, recreated, of_leaves)
$fn$;

-- publications-of ------------------------------------------------------------------------------------------------------------
-- The publications that name a table, or its schema (PostgreSQL 15 and later), with the table's column list and row filter
-- where they have them.
CREATE OR REPLACE FUNCTION prisma_partition.publications_of(p_table oid)
RETURNS TABLE (publication oid, columns text[], filter text, by_schema boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF current_setting('server_version_num')::integer < 150000 THEN
    RETURN QUERY SELECT r.prpubid, NULL::text[], NULL::text, false FROM pg_publication_rel r WHERE r.prrelid = p_table;
  ELSE
    RETURN QUERY
      SELECT r.prpubid, CASE WHEN r.prattrs IS NOT NULL THEN ARRAY(
          SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = p_table AND a.attnum = ANY (r.prattrs::smallint[]) ORDER BY a.attnum) END,
        pg_get_expr(r.prqual, r.prrelid), false
      FROM pg_publication_rel r WHERE r.prrelid = p_table
      UNION ALL
      SELECT n.pnpubid, NULL, NULL, true FROM pg_publication_namespace n JOIN pg_class c ON c.relnamespace = n.pnnspid WHERE c.oid = p_table
        AND NOT EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = n.pnpubid AND r.prrelid = p_table);
  END IF;
END
$fn$;

-- put-partitions ------------------------------------------------------------------------------------------------------------
-- Moves those partitions of a table into a schema that are not there yet. ACCESS EXCLUSIVE on each.
CREATE OR REPLACE FUNCTION prisma_partition.put_partitions(p_parent oid, p_schema text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_leaf oid; v_from text; v_index text;
BEGIN
  FOR v_leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = p_parent AND prisma_partition.schema_of(inhrelid) <> p_schema LOOP
    v_from := prisma_partition.schema_of(v_leaf);
    -- PostgreSQL named the indexes of partitions that were made late. Cut to 63 bytes, such a name may be taken there.
    FOR v_index IN SELECT k.relname FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
      WHERE x.indrelid = v_leaf AND to_regclass(format('%I.%I', p_schema, k.relname)) IS NOT NULL
    LOOP
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', v_from, v_index, '_' || md5(format('%s %s', v_leaf, v_index)) || '_idx');
    END LOOP;
    EXECUTE format('ALTER TABLE %s SET SCHEMA %I', v_leaf::regclass, p_schema);
    PERFORM prisma_partition.put_statistics(v_leaf, v_from);
  END LOOP;
END
$fn$;

-- put-statistics ------------------------------------------------------------------------------------------------------------
-- Extended statistics stand in a schema of their own: those in the schema that their table has left follow it.
CREATE OR REPLACE FUNCTION prisma_partition.put_statistics(p_relation oid, p_from text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_name text;
BEGIN
  FOR v_name IN SELECT stxname FROM pg_statistic_ext WHERE stxrelid = p_relation AND stxnamespace = to_regnamespace(quote_ident(p_from))
    AND p_from <> prisma_partition.schema_of(p_relation)
  LOOP
    EXECUTE format('ALTER STATISTICS %I.%I SET SCHEMA %I', p_from, v_name, prisma_partition.schema_of(p_relation));
  END LOOP;
END
$fn$;

-- record-error ------------------------------------------------------------------------------------------------------------
-- Keeps a runner's error where `prisma_partition.progress` shows it, until a later unit succeeds.
CREATE OR REPLACE FUNCTION prisma_partition.record_error(p_table integer, p_message text)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  UPDATE prisma_partition.tables SET last_error = p_message, last_error_at = clock_timestamp() WHERE id = p_table
$fn$;

-- refusal ------------------------------------------------------------------------------------------------------------
-- Why a table cannot be converted, one line for each thing that stands in the way, with what removes it: a statement after
-- "run: ", or an edit of the annotation or the model. Null if nothing does. Asked at setup, and of the plain table again
-- at cutover. Takes ACCESS SHARE on the table, and reads it only where its key is a time-ordered id.
--   p_uniques  the uniques that the model states: [{"columns": []}]
--   p_weaken   unique indexes that may weaken to "unique together with the key"
--
-- What cannot be seen beforehand. A BEFORE ROW trigger that changes the key of a row which is inserted makes the INSERT fail
-- on a partitioned table when the row then belongs to another partition. Event triggers fire for the statements of the
-- migrations and of the maintenance, as for anybody's.
DROP FUNCTION IF EXISTS prisma_partition.refusal(oid, text, text, text[], jsonb);
CREATE OR REPLACE FUNCTION prisma_partition.refusal(
  p_plain oid, p_key text, p_kind text, p_identity text[], p_uniques jsonb, p_weaken text[] DEFAULT '{}')
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_found text[];
BEGIN
  v_found := ARRAY(SELECT prisma_partition.refuse_kind_of_table(p_plain));
  IF (SELECT relkind FROM pg_class WHERE oid = p_plain) = 'r' THEN
    v_found := v_found || ARRAY(SELECT prisma_partition.refuse_privileges(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_key(p_plain, p_key, p_kind))
      || ARRAY(SELECT prisma_partition.refuse_identity(p_plain, p_key, p_identity))
      || ARRAY(SELECT prisma_partition.refuse_uniques(p_plain, p_key, p_uniques, p_weaken))
      || ARRAY(SELECT prisma_partition.refuse_constraints(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_foreign_keys(p_plain, p_key))
      || ARRAY(SELECT prisma_partition.refuse_unvalidated(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_triggers(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_dependents(p_plain, p_key))
      || ARRAY(SELECT prisma_partition.refuse_publications(p_plain, p_key));
    -- Last, and only then: it reads the table.
    IF v_found = '{}' THEN v_found := ARRAY(SELECT prisma_partition.refuse_ids(p_plain, p_key, p_kind)); END IF;
  END IF;
  RETURN nullif(array_to_string(v_found, E'\n'), '');
END
$fn$;

-- refuse-constraints ------------------------------------------------------------------------------------------------------------
-- Constraints that a partitioned table cannot have, or that would be enforced on rows which break them. Foreign keys: see
-- refuse_unvalidated.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_constraints(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_table text := p_plain::regclass;
BEGIN
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition, to_jsonb(c) ->> 'conenforced' AS enforced FROM pg_constraint c
    WHERE c.conrelid = p_plain ORDER BY c.conname
  LOOP
    IF EXISTS (SELECT FROM pg_index x WHERE x.indexrelid = k.conindid AND x.indrelid = p_plain AND x.indisexclusion) THEN
      RETURN NEXT format('constraint %I keeps rows from overlapping, which cannot be checked across partitions; if it may go, run: ALTER TABLE %s DROP CONSTRAINT %1$I', k.conname, v_table);
    ELSIF k.contype IN ('c', 'n') AND NOT k.convalidated AND k.enforced IS DISTINCT FROM 'false' THEN
      RETURN NEXT format('constraint %I is NOT VALID, but would be enforced on every row that is copied; mend the rows that break it and run: ALTER TABLE %s VALIDATE CONSTRAINT %1$I', k.conname, v_table);
    END IF;
    IF k.contype IN ('c', 'n') AND k.connoinherit THEN
      RETURN NEXT format('constraint %I is NO INHERIT, so partitions would not have it; run: ALTER TABLE %s %s', k.conname, v_table, CASE k.contype
        WHEN 'n' THEN format('ALTER CONSTRAINT %I INHERIT', k.conname)
        ELSE format('DROP CONSTRAINT %1$I, ADD CONSTRAINT %1$I %2$s', k.conname, replace(k.definition, ' NO INHERIT', '')) END);
    END IF;
  END LOOP;
END
$fn$;

-- refuse-copy ------------------------------------------------------------------------------------------------------------
-- Why the copy cannot be made: asked at setup only, when it does not exist yet.
--   names      the schemas <schema>_partitioned and <schema>_old, and what must be free in them
--   privileges to create the two schemas, or in them
--   disk       room for the table a second time. PostgreSQL cannot see how much there is, so this is asked only where
--              prisma_partition.disk_size says how much the databases may have: ALTER DATABASE … SET prisma_partition.disk_size
CREATE OR REPLACE FUNCTION prisma_partition.refuse_copy(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_schema text := prisma_partition.schema_of(p_plain); v_other text; v_taken text; v_size bigint; v_needed bigint;
BEGIN
  IF octet_length(v_schema) > 51 THEN
    RETURN NEXT format('the name of its schema leaves no room for "_partitioned" within 63 bytes; change the model''s schema and run: ALTER SCHEMA %I RENAME TO %I', v_schema,
      prisma_partition.leaf_name(left(v_schema, 40), ''));
    RETURN;
  END IF;
  IF NOT has_database_privilege(current_database(), 'CREATE') THEN
    RETURN NEXT format('role %I may not create the schemas of its copy; run: GRANT CREATE ON DATABASE %I TO %1$I', current_user, current_database());
  END IF;
  FOREACH v_other IN ARRAY ARRAY[v_schema || '_partitioned', v_schema || '_old'] LOOP
    CONTINUE WHEN to_regnamespace(quote_ident(v_other)) IS NULL;
    IF NOT (has_schema_privilege(v_other, 'CREATE') AND has_schema_privilege(v_other, 'USAGE')) THEN
      RETURN NEXT format('role %I may not create anything in schema %I; run: GRANT USAGE, CREATE ON SCHEMA %2$I TO %1$I', current_user, v_other);
    END IF;
    -- A table takes its indexes and sequences along.
    FOR v_taken IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(v_other)) AND c.relname IN (
        SELECT relname FROM pg_class WHERE oid = p_plain
        UNION ALL SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = p_plain
        UNION ALL SELECT s.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
          WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_plain AND d.deptype IN ('a', 'i'))
      ORDER BY c.oid
    LOOP
      RETURN NEXT format('%1$s has a name that is needed for its copy; drop it, or run: ALTER TABLE %1$s RENAME TO %2$I', v_taken,
        prisma_partition.leaf_name((SELECT relname::text FROM pg_class WHERE oid = v_taken::regclass), '_aside'));
    END LOOP;
  END LOOP;
  v_size := pg_size_bytes(nullif(current_setting('prisma_partition.disk_size', true), ''));
  IF v_size IS NOT NULL THEN
    SELECT sum(pg_database_size(d.oid)) + pg_total_relation_size(p_plain) INTO v_needed FROM pg_database d
    WHERE has_database_privilege(d.oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE');
    IF v_needed > v_size THEN
      RETURN NEXT format('its copy needs %s, then the databases have %s, and prisma_partition.disk_size allows %s; make room, and, for connections from then on, run: ALTER DATABASE %I SET prisma_partition.disk_size = %L',
        pg_size_pretty(pg_total_relation_size(p_plain)), pg_size_pretty(v_needed), pg_size_pretty(v_size), current_database(), ceil(v_needed / 1048576.0 * 1.1)::text || 'MB');
    END IF;
  END IF;
END
$fn$;

-- refuse-dependents ------------------------------------------------------------------------------------------------------------
-- What depends on the table itself and cannot follow it through the swap, or would not mean the same after it: see
-- dependents, repoint_statements and changed_meaning.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_dependents(p_plain oid, p_key text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  d record; v_what text; v_owner oid; v_schema oid; v_drop text; v_meaning text; v_reads constant text := 'would go on reading the old table after the swap';
BEGIN
  FOR d IN SELECT x.*, i.type, i.identity, c.relname, c.relowner, c.relnamespace, c.relpersistence, f.proowner, f.pronamespace, f.prokind
    FROM prisma_partition.dependents(p_plain, p_key) x
    CROSS JOIN LATERAL pg_identify_object(x.class, x.object, 0) i
    LEFT JOIN pg_class c ON c.oid = x.relation LEFT JOIN pg_proc f ON x.class = 'pg_proc'::regclass AND f.oid = x.object ORDER BY i.identity
  LOOP
    v_what := CASE WHEN d.kind IN ('view', 'materialized view') THEN d.kind || ' ' || d.relation::regclass ELSE pg_describe_object(d.class, d.object, 0) END;
    v_owner := coalesce(d.relowner, d.proowner);
    v_schema := CASE WHEN d.kind IN ('view', 'function') THEN coalesce(d.relnamespace, d.pronamespace) END;
    v_drop := CASE d.kind WHEN 'view' THEN format('DROP VIEW %s', d.relation::regclass) WHEN 'function' THEN format('DROP ROUTINE %s', d.object::regprocedure)
      WHEN 'rule' THEN format('DROP RULE %I ON %s', (SELECT rulename FROM pg_rewrite WHERE oid = d.object), d.relation::regclass)
      WHEN 'policy' THEN format('DROP POLICY %I ON %s', (SELECT polname FROM pg_policy WHERE oid = d.object), d.relation::regclass) END;
    v_meaning := prisma_partition.changed_meaning(p_plain, d.class, d.object, CASE d.kind
      WHEN 'view' THEN pg_get_viewdef(d.relation) WHEN 'rule' THEN pg_get_ruledef(d.object) WHEN 'function' THEN pg_get_functiondef(d.object)
      WHEN 'policy' THEN (SELECT concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE oid = d.object) END);
    IF d.kind = 'materialized view' THEN
      RETURN NEXT format('%s %s; create it again after cutover, and run: DROP MATERIALIZED VIEW %s', v_what, v_reads, d.relation::regclass);
    ELSIF d.kind = 'trigger' THEN
      RETURN NEXT format('%s refers to it and %s; create it again after cutover, and run: DROP TRIGGER %I ON %s', v_what, v_reads,
        (SELECT tgname FROM pg_trigger WHERE oid = d.object), d.relation::regclass);
    ELSIF d.kind = 'row type' THEN
      RETURN QUERY SELECT prisma_partition.refuse_row_type(p_plain, d.class, d.object);
    ELSIF d.narrow_unique IS NOT NULL THEN
      RETURN NEXT format('%s relies on %s, which will contain %I as well (GROUP BY its columns, or ON CONFLICT ON CONSTRAINT); write it without that, or run: %s', v_what, d.narrow_unique, p_key, v_drop);
    ELSIF d.relpersistence = 't' THEN
      RETURN NEXT format('%s is temporary and %s; end the session that created it, or, in that session, run: DROP VIEW %s', v_what, v_reads, d.relation::regclass);
    ELSIF v_meaning IS NOT NULL THEN
      RETURN NEXT format('%s %s; or run: %s', v_what, v_meaning, v_drop);
    ELSIF NOT pg_has_role(v_owner, 'USAGE') THEN
      RETURN NEXT format('%s would have to follow the table, and role %I is not a member of its owner; run: GRANT %s TO %2$I', v_what, current_user, v_owner::regrole);
    ELSIF NOT has_schema_privilege(v_schema, 'CREATE') THEN
      RETURN NEXT format('%s would have to follow the table, and role %I may not create anything in its schema; run: GRANT USAGE, CREATE ON SCHEMA %s TO %2$I', v_what, current_user, v_schema::regnamespace);
    END IF;
  END LOOP;
END
$fn$;

-- refuse-foreign-keys ------------------------------------------------------------------------------------------------------------
-- Foreign keys that would not survive: those of other tables that do not contain the partition key, those of the table to
-- itself, and those whose other table this role may not lock and reference.
-- One to itself cannot be kept in step with maintenance even where it contains the key: no partition that holds a row
-- which another one references can be detached.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_foreign_keys(p_plain oid, p_key text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_table text := p_plain::regclass; v_other text; v_column text; v_head text;
BEGIN
  FOR k IN
    SELECT c.*, pg_get_constraintdef(c.oid) AS definition, r.relowner, r.relname, p_key = ANY (x.referenced) AS holds_key, x.*,
      row_number() OVER (PARTITION BY c.confrelid, c.confkey ORDER BY c.conrelid::regclass::text, c.conname) AS number
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    CROSS JOIN LATERAL (
      SELECT array_agg(a.attname::text ORDER BY u.o) AS referencing, array_agg(b.attname::text ORDER BY u.o) AS referenced
      FROM unnest(c.conkey, c.confkey) WITH ORDINALITY u(a, b, o)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.a JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.b) x
    WHERE c.contype = 'f' AND c.conparentid = 0 AND p_plain IN (c.conrelid, c.confrelid) ORDER BY c.conrelid::regclass::text, c.conname
  LOOP
    v_other := (CASE k.conrelid WHEN p_plain THEN k.confrelid ELSE k.conrelid END)::regclass;
    IF k.conrelid = k.confrelid THEN
      RETURN NEXT format('foreign key %I points at the table itself, so no partition that is referenced could ever be detached; run: ALTER TABLE %s DROP CONSTRAINT %1$I', k.conname, v_table);
    ELSIF k.confrelid = p_plain AND NOT k.holds_key THEN
      v_column := prisma_partition.leaf_name((SELECT relname::text FROM pg_class WHERE oid = p_plain), '_' || p_key);
      v_head := format('FOREIGN KEY (%s) REFERENCES %s(%s)', prisma_partition.join_columns(k.referencing, '%I', ', '), v_table, prisma_partition.join_columns(k.referenced, '%I', ', '));
      RETURN NEXT format('foreign key %I on %s references it without the key %I, which no unique of a partitioned table lacks; make it reference (%s), or drop it; run: %s', k.conname, v_other, p_key,
        prisma_partition.join_columns(k.referenced || p_key, '%I', ', '), concat_ws('; ',
        CASE WHEN k.number = 1 AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = p_plain AND x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL
            AND prisma_partition.index_columns(x.indexrelid) @> (k.referenced || p_key) AND prisma_partition.index_columns(x.indexrelid) <@ (k.referenced || p_key))
          THEN format('ALTER TABLE %s ADD UNIQUE (%s)', v_table, prisma_partition.join_columns(k.referenced || p_key, '%I', ', ')) END,
        format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s', v_other, v_column,
          (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = p_plain AND attname = p_key)),
        format('UPDATE %s c SET %I = p.%I FROM %s p WHERE %s', v_other, v_column, p_key, v_table,
          (SELECT string_agg(format('c.%I = p.%I', u.a, u.b), ' AND ') FROM unnest(k.referencing, k.referenced) u(a, b))),
        format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I FOREIGN KEY (%3$s) REFERENCES %4$s (%5$s)%6$s', v_other, k.conname,
          prisma_partition.join_columns(k.referencing || v_column, '%I', ', '), v_table, prisma_partition.join_columns(k.referenced || p_key, '%I', ', '),
          CASE WHEN starts_with(k.definition, v_head) THEN substr(k.definition, length(v_head) + 1) END)));
    ELSIF k.confrelid = p_plain AND NOT pg_has_role(k.relowner, 'USAGE') THEN
      RETURN NEXT format('foreign key %I on %s must be pointed at the new table, and role %I is not a member of its owner; run: GRANT %s TO %3$I', k.conname, v_other, current_user, k.relowner::regrole);
    ELSIF k.conrelid = p_plain AND NOT (has_table_privilege(k.confrelid, 'UPDATE, DELETE, TRUNCATE') AND has_table_privilege(k.confrelid, 'REFERENCES')
        AND has_schema_privilege((SELECT relnamespace FROM pg_class WHERE oid = k.confrelid), 'USAGE')) THEN
      RETURN NEXT format('foreign key %I references %s, which role %I may not both lock and reference; run: GRANT USAGE ON SCHEMA %I TO %3$I; GRANT REFERENCES, UPDATE ON %2$s TO %3$I',
        k.conname, v_other, current_user, prisma_partition.schema_of(k.confrelid));
    END IF;
  END LOOP;
END
$fn$;

-- refuse-identity ------------------------------------------------------------------------------------------------------------
-- Rows that a change could not be replayed to: the columns that identify them must be given, unique, and unique at once.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_identity(p_plain oid, p_key text, p_identity text[])
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  a pg_attribute; i record; k record; v_table text := p_plain::regclass; v_column text; v_list text := prisma_partition.join_columns(p_identity, '%I', ', ');
BEGIN
  FOREACH v_column IN ARRAY p_identity LOOP
    SELECT * INTO a FROM pg_attribute WHERE attrelid = p_plain AND attname = v_column AND attnum > 0 AND NOT attisdropped;
    IF NOT FOUND THEN
      RETURN NEXT format('it has no column %I, which identifies its rows; the migration that adds it must come before this one', v_column);
      RETURN;
    ELSIF NOT a.attnotnull AND v_column <> p_key THEN
      RETURN NEXT format('column %I, which identifies its rows, may be null; run: ALTER TABLE %s ALTER COLUMN %1$I SET NOT NULL', v_column, v_table);
    END IF;
  END LOOP;
  SELECT x.indexrelid::regclass AS qualified, c.relname, prisma_partition.compares_as_columns(x.indexrelid) AS compares INTO i
  FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
  WHERE x.indrelid = p_plain AND x.indisunique AND x.indisvalid AND x.indimmediate AND x.indpred IS NULL AND x.indexprs IS NULL
    AND prisma_partition.index_columns(x.indexrelid) @> p_identity AND prisma_partition.index_columns(x.indexrelid) <@ p_identity
  ORDER BY compares DESC, c.relname LIMIT 1;
  IF NOT FOUND THEN
    -- One that is checked at commit does not do: ON CONFLICT cannot be asked of it.
    SELECT c.conname, c.contype = 'p' AS is_primary INTO k FROM pg_constraint c
    WHERE c.conrelid = p_plain AND c.contype IN ('p', 'u') AND c.condeferrable
      AND prisma_partition.index_columns(c.conindid) @> p_identity AND prisma_partition.index_columns(c.conindid) <@ p_identity;
    RETURN NEXT format('no unique index on (%s) that is checked at once identifies its rows; run: ALTER TABLE %s %sADD %s (%1$s)', v_list, v_table,
      'DROP CONSTRAINT ' || quote_ident(k.conname) || ', ', CASE WHEN k.is_primary THEN 'PRIMARY KEY' ELSE 'UNIQUE' END);
  ELSIF NOT i.compares THEN
    RETURN NEXT format('unique index %s, which identifies its rows, has another collation or operator class than its columns and tells apart what is equal by = of those, which a replay takes for one row; give the columns its collation, or run: DROP INDEX %1$s; CREATE UNIQUE INDEX %I ON %s (%s)',
      i.qualified, i.relname, v_table, v_list);
  ELSE
    -- ON CONFLICT takes every unique of the columns it names, and fails when one of them is deferrable.
    FOR k IN SELECT c.conname FROM pg_constraint c, prisma_partition.index_columns(c.conindid) x
      WHERE c.conrelid = p_plain AND c.contype = 'u' AND c.condeferrable
        AND (x @> p_identity AND x <@ p_identity OR x @> (p_identity || p_key) AND x <@ (p_identity || p_key))
    LOOP
      RETURN NEXT format('deferrable constraint %I is of the columns that identify its rows, where it is in the way of replaying changes and says nothing new; run: ALTER TABLE %s DROP CONSTRAINT %1$I', k.conname, v_table);
    END LOOP;
  END IF;
  FOR a IN SELECT * FROM pg_attribute WHERE attrelid = p_plain AND attidentity = 'a' AND NOT attisdropped AND attname <> ALL (p_identity) LOOP
    RETURN NEXT format('column %I is GENERATED ALWAYS AS IDENTITY and not part of what identifies its rows, so a change of it could not be replayed; run: ALTER TABLE %s ALTER COLUMN %1$I SET GENERATED BY DEFAULT', a.attname, v_table);
  END LOOP;
END
$fn$;

-- refuse-ids ------------------------------------------------------------------------------------------------------------
-- Time-ordered ids that are none: UUIDs of another version, text that is no upper-case ULID. Their rows would stand in
-- partitions, and expire, by what is random. Reads the table once, with ACCESS SHARE, until it has found six; where all are
-- right that takes 0.1-0.15 s more per million rows than reading them does for uuid7, 1.3-1.6 s for ulid (measured on 15
-- and 18, rows of 150 bytes, one process).
CREATE OR REPLACE FUNCTION prisma_partition.refuse_ids(p_plain oid, p_key text, p_kind text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  v_table text := p_plain::regclass; v_found text[]; v_wrong text; v_alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
BEGIN
  IF p_kind NOT IN ('uuid7', 'ulid') THEN RETURN; END IF;
  v_wrong := CASE p_kind
    WHEN 'uuid7' THEN format('get_byte(uuid_send(%I), 6) >> 4 <> 7', p_key)
    -- 26 digits of Crockford's base 32, of which the first is at most 7: 48 bits of time, 80 of chance.
    ELSE format('(octet_length(%1$I::text) <> 26 OR btrim(%1$I::text, %2$L) <> %3$L OR left(%1$I::text, 1) COLLATE "C" > %4$L)', p_key, v_alphabet, '', '7') END;
  EXECUTE format('SELECT ARRAY(SELECT %I::text FROM ONLY %s WHERE %s LIMIT 6)', p_key, v_table, v_wrong) INTO v_found;
  IF v_found = '{}' THEN RETURN; END IF;
  RETURN NEXT format('key column %I holds %s: %s%s; partition by a time column instead, or run: UPDATE %s SET %I = %s WHERE %s', p_key,
    CASE p_kind WHEN 'uuid7' THEN 'UUIDs that are not of version 7' ELSE 'text that is no upper-case ULID' END,
    (SELECT string_agg(quote_literal(left(v, 60)), ', ') FROM unnest(v_found[1:5]) v),
    CASE WHEN cardinality(v_found) > 5 THEN ' and more' END, v_table, p_key,
    CASE p_kind
      WHEN 'uuid7' THEN format($sql$(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(replace(%I::text, '-', ''), 14, 3) || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid$sql$, p_key)
      ELSE format($sql$CASE WHEN upper(%1$I) ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$' THEN upper(%1$I) ELSE left(prisma_partition.axis_to_bound('ulid', clock_timestamp()::text), 10) || left(upper(replace(gen_random_uuid()::text, '-', '')), 16) END$sql$, p_key) END,
    v_wrong);
END
$fn$;

-- refuse-key ------------------------------------------------------------------------------------------------------------
-- Partition keys that cannot be cut, or not in the order of what they stand for.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_key(p_plain oid, p_key text, p_kind text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  a pg_attribute; v_table text := p_plain::regclass; v_sorted boolean;
BEGIN
  SELECT * INTO a FROM pg_attribute WHERE attrelid = p_plain AND attname = p_key AND attnum > 0 AND NOT attisdropped;
  IF NOT FOUND THEN
    RETURN NEXT format('it has no column %I; the migration that adds it must come before this one, and be applied', p_key);
    RETURN;
  END IF;
  IF NOT a.attnotnull THEN
    RETURN NEXT format('key column %I may be null, and a row without it has no partition; make the field required, or run: ALTER TABLE %s ALTER COLUMN %1$I SET NOT NULL', p_key, v_table);
  END IF;
  IF NOT (CASE p_kind WHEN 'timestamptz' THEN a.atttypid = 'timestamptz'::regtype
                     WHEN 'timestamp' THEN a.atttypid = 'timestamp'::regtype
                     WHEN 'date' THEN a.atttypid = 'date'::regtype
                     WHEN 'integer' THEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                     WHEN 'uuid7' THEN a.atttypid = 'uuid'::regtype
                     ELSE a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) END) THEN
    RETURN NEXT format('key column %I is %s here, which is no %s key; make the model state the type that the database has, or migrate the column first',
      p_key, format_type(a.atttypid, a.atttypmod), p_kind);
    RETURN;
  END IF;
  IF a.attgenerated <> '' THEN
    RETURN NEXT format('key column %I is generated, which a partition key cannot be; %s', p_key, CASE a.attgenerated
      WHEN 's' THEN format('run: ALTER TABLE %s ALTER COLUMN %I DROP EXPRESSION', v_table, p_key)
      ELSE 'make it a column of its own, filled by a trigger or by the application' END);
  END IF;
  IF p_kind = 'ulid' THEN
    -- Bounds are compared under the column's collation: digits must come before letters there.
    EXECUTE format('SELECT bool_and(x.a COLLATE %1$s < x.b COLLATE %1$s) FROM (
      SELECT c AS a, lead(c) OVER (ORDER BY o) AS b FROM regexp_split_to_table(%2$L, %3$L) WITH ORDINALITY AS s(c, o)) x WHERE x.b IS NOT NULL',
      a.attcollation::regcollation, '0123456789ABCDEFGHJKMNPQRSTVWXYZ', '') INTO v_sorted;
    IF NOT v_sorted THEN
      RETURN NEXT format('key column %I has collation %s, under which ULIDs do not sort by time; run: ALTER TABLE %s ALTER COLUMN %1$I TYPE %4$s COLLATE "C"',
        p_key, a.attcollation::regcollation, v_table, format_type(a.atttypid, a.atttypmod));
    END IF;
  END IF;
END
$fn$;

-- refuse-kind-of-table ------------------------------------------------------------------------------------------------------------
-- Tables that are no plain, permanent heap table of their own.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_kind_of_table(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class; v_table text := p_plain::regclass; v_other text;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_plain;
  IF c.relkind = 'p' THEN
    RETURN NEXT 'it is partitioned already; remove the annotation';
  ELSIF c.relkind = 'f' THEN
    RETURN NEXT 'it is a foreign table, whose writers on the other server nobody here sees; remove the annotation';
  ELSIF c.relkind <> 'r' THEN
    RETURN NEXT 'it is not a table; remove the annotation';
  END IF;
  IF c.relkind <> 'r' THEN RETURN; END IF;
  IF c.relpersistence = 'u' THEN
    RETURN NEXT format('it is unlogged, so a crash would empty both tables; run: ALTER TABLE %s SET LOGGED', v_table);
  ELSIF c.relpersistence = 't' THEN
    RETURN NEXT 'it is temporary; remove the annotation';
  END IF;
  FOR v_other IN SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = p_plain LOOP
    RETURN NEXT CASE WHEN c.relispartition
      THEN format('it is a partition of %1$s, and would no longer be one; run: ALTER TABLE %1$s DETACH PARTITION %2$s', v_other, v_table)
      ELSE format('it inherits from %1$s, and a partitioned table inherits from none; run: ALTER TABLE %2$s NO INHERIT %1$s', v_other, v_table) END;
  END LOOP;
  FOR v_other IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = p_plain LOOP
    RETURN NEXT format('%1$s inherits from it, which nothing can from a partitioned table; run: ALTER TABLE %1$s NO INHERIT %2$s', v_other, v_table);
  END LOOP;
  IF c.reloftype <> 0 THEN
    RETURN NEXT format('it is a table of type %s, which its copy would not be; run: ALTER TABLE %s NOT OF', c.reloftype::regtype, v_table);
  END IF;
  SELECT x.extname INTO v_other FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
  WHERE d.classid = 'pg_class'::regclass AND d.objid = p_plain AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e';
  IF v_other IS NOT NULL THEN
    RETURN NEXT format('it belongs to extension %I, whose next update would look for the table as it was; run: ALTER EXTENSION %1$I DROP TABLE %2$s', v_other, v_table);
  END IF;
END
$fn$;

-- refuse-old-snapshot ------------------------------------------------------------------------------------------------------------
-- What the guard on a swapped table raises: see guard_snapshots. Its arguments are the swap's transaction and the cluster.
-- Not for what that transaction itself writes afterwards.
-- Not for what COPY FROM inserts under READ COMMITTED, which takes its snapshot before its locks: it rests on no read.
-- Not in another cluster: where a dump was restored, transaction ids begin again, and the swap lies in the future of every
-- snapshot.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_old_snapshot()
RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF pg_current_xact_id_if_assigned() = TG_ARGV[0]::xid8
    OR TG_OP = 'INSERT' AND current_setting('transaction_isolation') IN ('read committed', 'read uncommitted')
    OR TG_ARGV[1] <> (SELECT system_identifier::text FROM pg_control_system()) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'could not serialize access due to concurrent partitioning of %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'serialization_failure', HINT = 'The transaction might succeed if retried.';
END
$fn$;

-- refuse-privileges ------------------------------------------------------------------------------------------------------------
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

-- refuse-publications ------------------------------------------------------------------------------------------------------------
-- Logical replication that the swap would break. A publication that names the table, or its schema, is carried over when
-- it publishes partitions as their root (see carry_publications); otherwise subscribers, who have no such tables, would be
-- sent the names of partitions. One FOR ALL TABLES would publish the load of the copy, and fail its DELETEs as well as those of
-- the change log, which has no replica identity.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_publications(p_plain oid, p_key text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class; p record; v_table text := p_plain::regclass; v_name text;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_plain;
  FOR p IN SELECT x.*, m.columns, m.filter, m.by_schema FROM pg_publication x
    LEFT JOIN prisma_partition.publications_of(p_plain) m ON m.publication = x.oid WHERE x.puballtables OR m.publication IS NOT NULL ORDER BY x.pubname
  LOOP
    IF p.puballtables THEN
      RETURN NEXT format('publication %I is FOR ALL TABLES, so it would publish the backfill, and make the DELETEs of the change log fail; name the tables; run: DROP PUBLICATION %1$I; CREATE PUBLICATION %1$I FOR TABLE %s WITH (publish = %L, publish_via_partition_root = true)',
        p.pubname, (SELECT string_agg(format('%I.%I', schemaname, tablename), ', ' ORDER BY schemaname, tablename) FROM pg_publication_tables
          WHERE pubname = p.pubname AND schemaname <> 'prisma_partition' AND NOT EXISTS ( -- pg_partman's configuration, say
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = to_regclass(format('%I.%I', schemaname, tablename)) AND d.deptype = 'e')),
        concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END));
      CONTINUE;
    END IF;
    IF NOT p.pubviaroot THEN
      RETURN NEXT format('publication %I would send subscribers the names of partitions; run: ALTER PUBLICATION %1$I SET (publish_via_partition_root = true)', p.pubname);
    END IF;
    IF NOT p.by_schema AND NOT pg_has_role(p.pubowner, 'USAGE') THEN
      RETURN NEXT format('publication %I would have to follow the table, and role %I is not a member of its owner; run: GRANT %s TO %2$I', p.pubname, current_user, p.pubowner::regrole);
    END IF;
    CONTINUE WHEN NOT (p.pubupdate OR p.pubdelete);
    IF p.columns IS NOT NULL AND NOT p_key = ANY (p.columns) AND c.relreplident <> 'n' THEN
      -- The new table's replica identity contains the key, and a column list must contain the replica identity.
      RETURN NEXT format('publication %I leaves out the key %I, without which changes of a partitioned table cannot be published; subscribers need the column, then run: ALTER PUBLICATION %1$I DROP TABLE %3$s; ALTER PUBLICATION %1$I ADD TABLE %3$s (%4$s)%5$s',
        p.pubname, p_key, v_table, prisma_partition.join_columns(p.columns || p_key, '%I', ', '), ' WHERE (' || p.filter || ')');
    END IF;
    IF c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = p_plain AND indisprimary) THEN
      SELECT k.relname INTO v_name FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
      WHERE x.indrelid = p_plain AND x.indisunique AND x.indisvalid AND x.indimmediate AND x.indpred IS NULL AND x.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = p_plain AND a.attnum = ANY (x.indkey) AND NOT a.attnotnull)
      ORDER BY x.indisprimary DESC, x.indnkeyatts, k.relname LIMIT 1;
      RETURN NEXT format('publication %I publishes its updates or deletes, which fail because it has no replica identity; run: ALTER TABLE %s REPLICA IDENTITY %s', p.pubname, v_table,
        coalesce('USING INDEX ' || quote_ident(v_name), 'FULL'));
    END IF;
  END LOOP;
  FOR v_name IN SELECT s.subname FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid WHERE r.srrelid = p_plain LOOP
    RETURN NEXT format('subscription %I writes to it, and would leave the new table out after the swap; take the table out of what the publisher publishes, then run: ALTER SUBSCRIPTION %1$I REFRESH PUBLICATION', v_name);
  END LOOP;
END
$fn$;

-- refuse-row-type ------------------------------------------------------------------------------------------------------------
-- What takes, returns or stores rows of the table as a type: the type stays the old table's.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_row_type(p_plain oid, p_class oid, p_object oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  d record; v_kind "char"; v_remedy text; v_relation text;
BEGIN
  FOR d IN SELECT DISTINCT b.objsubid, b.refobjid = y.typarray AS is_array FROM pg_type y JOIN pg_depend b ON b.refclassid = 'pg_type'::regclass AND b.refobjid IN (y.oid, y.typarray)
    WHERE y.typrelid = p_plain AND b.deptype = 'n' AND b.classid = p_class AND b.objid = p_object ORDER BY 1
  LOOP
    v_remedy := 'drop it, and create it again after cutover';
    IF p_class = 'pg_proc'::regclass THEN
      v_remedy := format('create it again after cutover, and run: DROP ROUTINE %s', p_object::regprocedure);
    ELSIF p_class IN ('pg_class'::regclass, 'pg_rewrite'::regclass) THEN
      SELECT c.oid::regclass::text, c.relkind INTO v_relation, v_kind FROM pg_class c
      WHERE c.oid = p_object OR c.oid = (SELECT ev_class FROM pg_rewrite WHERE oid = p_object);
      v_remedy := CASE WHEN v_kind = 'v' THEN format('create it again after cutover, and run: DROP VIEW IF EXISTS %s', v_relation)
        WHEN v_kind = 'm' THEN format('create it again after cutover, and run: DROP MATERIALIZED VIEW IF EXISTS %s', v_relation)
        WHEN v_kind IN ('r', 'p') AND d.objsubid > 0 THEN (SELECT format('keep it as JSON, or drop it; run: ALTER TABLE %s ALTER COLUMN %I TYPE jsonb USING to_jsonb(%2$I)', v_relation, attname)
          FROM pg_attribute WHERE attrelid = p_object AND attnum = d.objsubid)
        ELSE v_remedy END;
    END IF;
    RETURN NEXT format('%s is of its row type, which would stay the old table''s; %s', pg_describe_object(p_class, p_object, d.objsubid), v_remedy);
  END LOOP;
END
$fn$;

-- refuse-triggers ------------------------------------------------------------------------------------------------------------
-- Triggers and rules of the table that a partitioned one cannot have, or that would be taken for this package's own.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_triggers(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_table text := p_plain::regclass;
BEGIN
  FOR r IN SELECT g.*, (SELECT pronamespace::regnamespace::text FROM pg_proc WHERE oid = g.tgfoid) = 'prisma_partition' AS is_ours
    FROM pg_trigger g WHERE g.tgrelid = p_plain AND NOT g.tgisinternal ORDER BY g.tgname
  LOOP
    IF r.tgtype & 1 = 1 AND (r.tgoldtable IS NOT NULL OR r.tgnewtable IS NOT NULL) THEN
      RETURN NEXT format('row trigger %I has a transition table, which one of a partitioned table cannot; make it FOR EACH STATEMENT, or run: DROP TRIGGER %1$I ON %2$s', r.tgname, v_table);
    END IF;
    IF r.tgname LIKE 'prisma\_partition\_%' AND NOT r.is_ours THEN
      RETURN NEXT format('trigger %I has the name of one of this package''s; run: ALTER TRIGGER %1$I ON %2$s RENAME TO %3$I', r.tgname, v_table, left('own_' || r.tgname, 63));
    END IF;
  END LOOP;
  FOR r IN SELECT rulename FROM pg_rewrite WHERE ev_class = p_plain ORDER BY rulename LOOP
    RETURN NEXT format('rule %I would not be carried over, and changes what a replayed write does; make it a trigger, or run: DROP RULE %1$I ON %2$s', r.rulename, v_table);
  END LOOP;
END
$fn$;

-- refuse-uniques ------------------------------------------------------------------------------------------------------------
-- A unique of a partitioned table must contain the key. Where the model states the unique, adding the key to it in the
-- model is the agreement that it weakens; where Prisma does not know of it, naming it in `weakenUnique` is. One that
-- contains the key as a plain column stays what it is, whatever else is in it.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_uniques(p_plain oid, p_key text, p_uniques jsonb, p_weaken text[])
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  i record; v_name text; v_names text[];
BEGIN
  v_names := ARRAY(SELECT c.relname::text FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid = p_plain AND x.indisunique AND NOT x.indisprimary ORDER BY 1);
  FOREACH v_name IN ARRAY p_weaken LOOP
    CONTINUE WHEN v_name = ANY (v_names);
    RETURN NEXT format('weakenUnique names %I, which is no unique index of it (%s); in the annotation take it out, or correct it', v_name,
      coalesce('those are ' || nullif(prisma_partition.join_columns(v_names, '%I', ', '), ''), 'it has none'));
  END LOOP;
  FOR i IN
    SELECT c.relname::text AS name, x.indexrelid::regclass AS qualified, x.indisunique, x.indisvalid, x.indimmediate,
      x.indpred IS NULL AND x.indexprs IS NULL AS is_plain, columns, k.conname,
      -- Bounds are compared by the default operators of the key's type; a unique that compares it otherwise does not count.
      EXISTS (SELECT FROM unnest(x.indkey::smallint[], x.indclass::oid[], x.indcollation::oid[]) u(attnum, opclass, collated)
        JOIN pg_attribute a ON a.attrelid = p_plain AND a.attnum = u.attnum AND a.attname = p_key JOIN pg_opclass o ON o.oid = u.opclass
        WHERE o.opcdefault AND u.collated = a.attcollation) AS holds_key
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = p_plain AND k.contype IN ('p', 'u')
    CROSS JOIN LATERAL prisma_partition.index_columns(x.indexrelid) columns
    WHERE x.indrelid = p_plain AND NOT x.indisexclusion ORDER BY c.relname
  LOOP
    IF NOT i.indisvalid THEN
      RETURN NEXT format('index %s is not valid, because building it failed or goes on; build it again, or run: DROP INDEX %1$s', i.qualified);
    ELSIF i.indisunique AND p_key = ANY (i.columns) AND NOT i.holds_key THEN
      RETURN NEXT format('unique index %s compares the key %I in another way than a partition''s bounds are compared; run: %s', i.qualified, p_key,
        CASE WHEN i.conname IS NULL THEN format('DROP INDEX %s', i.qualified) ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', p_plain::regclass, i.conname) END);
    ELSIF i.indisunique AND NOT p_key = ANY (i.columns) AND i.name <> ALL (p_weaken) AND NOT (i.is_plain AND EXISTS (
        SELECT FROM jsonb_array_elements(p_uniques) u WHERE i.columns = ARRAY(SELECT jsonb_array_elements_text(u -> 'columns')))) THEN
      RETURN NEXT format('unique index %s lacks the key %I and is not stated in the model, and would only be unique together with it; to agree to that, in the annotation write weakenUnique: [%s], else run: %s',
        i.qualified, p_key, to_json(i.name),
        CASE WHEN i.conname IS NULL THEN format('DROP INDEX %s', i.qualified) ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', p_plain::regclass, i.conname) END);
    END IF;
  END LOOP;
END
$fn$;

-- refuse-unvalidated ------------------------------------------------------------------------------------------------------------
-- Foreign keys, in either direction, that are NOT VALID: rows may break them, and step `validate` would fail on those after
-- the swap, at every turn, before anything is drained. Not those that a swap itself has left so, of this table or of one
-- that was converted as well: they were valid before. Nor those of the table to itself, see refuse_foreign_keys.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_unvalidated(p_table oid)
RETURNS SETOF text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT format('foreign key %I on %s is NOT VALID, but would be checked on every row after the swap; mend the rows that break it, or drop it; run: ALTER TABLE %2$s VALIDATE CONSTRAINT %1$I',
    c.conname, c.conrelid::regclass)
  FROM pg_constraint c
  WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT c.convalidated AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false'
    AND p_table IN (c.conrelid, c.confrelid) AND c.conrelid <> c.confrelid
    AND NOT EXISTS (SELECT FROM prisma_partition.tables x CROSS JOIN prisma_partition.live_of(x) AS live WHERE x.step = 'validate'
      AND (live IN (c.conrelid, c.confrelid) OR c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = live)))
  ORDER BY c.conrelid::regclass::text, c.conname
$fn$;

-- register ------------------------------------------------------------------------------------------------------------
-- Records what the annotation asks for and returns the table's number. Takes ACCESS SHARE on the table, changes
-- nothing but prisma_partition.tables and prisma_partition.uniques. Refuses, by name and with the remedy, every table
-- that could not be carried over whole: everything that is in the way at once, one line each.
--   p_spec     the annotation, resolved: see the migration's header line
--   p_uniques  the uniques that the model states: [{"columns": [], "targetName": "", "targetColumns": []}]
CREATE OR REPLACE FUNCTION prisma_partition.register(p_schema text, p_table text, p_spec jsonb, p_uniques jsonb)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_name text := format('%I.%I', p_schema, p_table);
  v_plain oid := to_regclass(v_name);
  t prisma_partition.tables;
  v_identity text[] := ARRAY(SELECT jsonb_array_elements_text(p_spec -> 'identity'));
  v_weaken text[] := ARRAY(SELECT jsonb_array_elements_text(p_spec -> 'weakenUnique'));
  v_problems text[];
  v_id integer;
BEGIN
  IF v_plain IS NULL THEN
    RAISE EXCEPTION 'prisma-partition: table % does not exist', v_name
      USING ERRCODE = 'undefined_table', HINT = 'The migration that creates it must come before this one.';
  END IF;

  SELECT * INTO t FROM prisma_partition.tables WHERE schema_name = p_schema AND table_name = p_table FOR UPDATE;
  IF FOUND THEN
    IF v_plain IN (t.plain, t.partitioned) THEN
      RAISE EXCEPTION 'prisma-partition: % is already set up (stage %)', v_name, t.stage
        USING HINT = 'This migration has been applied before: npx prisma migrate resolve --applied <this migration>';
    END IF;
    -- Left behind by `prisma migrate reset`, which drops the datasource's own schemas only.
    PERFORM prisma_partition.forget(t.id);
  END IF;

  v_problems := string_to_array(prisma_partition.refusal(v_plain, p_spec ->> 'key', p_spec ->> 'kind', v_identity, p_uniques, v_weaken), E'\n')
    || ARRAY(SELECT prisma_partition.refuse_copy(v_plain));
  IF v_problems <> '{}' THEN
    RAISE EXCEPTION 'prisma-partition: % cannot be partitioned: %', v_name,
        CASE cardinality(v_problems) WHEN 1 THEN v_problems[1] ELSE E'\n- ' || array_to_string(v_problems, E'\n- ') END
      USING ERRCODE = 'feature_not_supported', HINT = 'Nothing was changed.';
  END IF;
  IF current_setting('wal_level') <> 'logical' AND EXISTS (SELECT FROM prisma_partition.publications_of(v_plain)) THEN
    RAISE WARNING 'prisma-partition: % is in a publication, but nothing is published while wal_level is %', v_name, current_setting('wal_level');
  END IF;

  INSERT INTO prisma_partition.tables (model, schema_name, table_name, plain, key_column, key_kind, partition_interval,
    premake, batch_size, retention, on_expire, identity_columns, weaken_unique, backfill_schedule, maintenance_schedule, maintenance,
    scheduler, cron_nodename)
  SELECT p_spec ->> 'model', p_schema, p_table, v_plain, p_spec ->> 'key', p_spec ->> 'kind', p_spec ->> 'interval',
    (p_spec ->> 'premake')::integer, (p_spec ->> 'batchSize')::integer, p_spec ->> 'retention',
    coalesce(p_spec ->> 'onExpire', 'detach'), v_identity, v_weaken, p_spec -> 'schedule' ->> 'backfill',
    p_spec -> 'schedule' ->> 'maintenance',
    -- pg_partman cuts by time; integers and time-ordered ids are maintained by this package everywhere.
    CASE WHEN p_spec ->> 'maintenance' <> 'builtin' AND p_spec ->> 'kind' IN ('timestamptz', 'timestamp', 'date')
              AND strpos(p_schema || p_table, '.') = 0 -- where its names would end
              -- 4.7 cuts names by letters, PostgreSQL by bytes: its partitions would all have the same one.
              AND (octet_length(p_table) <= 43 OR octet_length(p_table) = length(p_table))
              AND prisma_partition.partman_usable() THEN 'partman' ELSE 'builtin' END,
    prisma_partition.choose_scheduler(p_spec ->> 'scheduler'),
    p_spec ->> 'cronNodename'
  RETURNING id INTO v_id;

  INSERT INTO prisma_partition.uniques (table_id, columns, target_name, target_columns)
  SELECT v_id, ARRAY(SELECT jsonb_array_elements_text(u -> 'columns')), u ->> 'targetName',
    ARRAY(SELECT jsonb_array_elements_text(u -> 'targetColumns'))
  FROM jsonb_array_elements(p_uniques) AS u
  ON CONFLICT DO NOTHING;
  PERFORM prisma_partition.rehearse(v_id);
  RETURN v_id;
END
$fn$;

-- rehearse ------------------------------------------------------------------------------------------------------------
-- Makes the copy, its indexes and its properties, and takes all of it back: what PostgreSQL itself refuses for a partitioned
-- table is said at setup, not hours later when the load is done. Some 10 ms; ACCESS SHARE on the table.
CREATE OR REPLACE FUNCTION prisma_partition.rehearse(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_step text := 'creating it'; v_done constant text := 'PP000';
BEGIN
  PERFORM prisma_partition.create_shadow(p_table);
  v_step := 'its indexes';
  PERFORM prisma_partition.prepare_indexes(p_table);
  v_step := 'its properties';
  PERFORM prisma_partition.carry_properties(p_table);
  RAISE EXCEPTION USING ERRCODE = v_done;
EXCEPTION
WHEN SQLSTATE 'PP000' THEN NULL;
WHEN OTHERS THEN
  RAISE EXCEPTION 'prisma-partition: a partitioned copy cannot be made (%): %', v_step, SQLERRM
    USING ERRCODE = SQLSTATE, HINT = 'Nothing was changed.';
END
$fn$;

-- release-references ------------------------------------------------------------------------------------------------------------
-- Drops the foreign keys that reference the table, so that rows can leave a partition without ON DELETE … CASCADE taking
-- the referencing rows with them. Returns the statements that put them back, NOT VALID; step `validate` does the rest.
-- (A partitioned referencing table takes NOT VALID from PostgreSQL 18 on only: there it is checked at once.)
CREATE OR REPLACE FUNCTION prisma_partition.release_references(t prisma_partition.tables)
RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_undo text[] := '{}';
BEGIN
  FOR k IN SELECT c.conrelid, c.conname, r.relkind, pg_get_constraintdef(c.oid) AS definition, obj_description(c.oid, 'pg_constraint') AS comment
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND c.confrelid = t.partitioned AND c.conparentid = 0
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname);
    v_undo := v_undo || format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', k.conrelid::regclass, k.conname,
      regexp_replace(k.definition, ' NOT VALID$', ''),
      CASE WHEN k.relkind = 'p' AND current_setting('server_version_num')::integer < 180000 THEN '' ELSE ' NOT VALID' END);
    IF k.comment IS NOT NULL THEN v_undo := v_undo || format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, k.comment); END IF;
  END LOOP;
  RETURN v_undo;
END
$fn$;

-- release ------------------------------------------------------------------------------------------------------------
-- Lets go of a table after cleanup: it stays partitioned as it is, and its jobs end. A table that pg_partman maintains
-- stays in its configuration, for its own scheduled maintenance. Locks nothing of the application's.
CREATE OR REPLACE FUNCTION prisma_partition.release(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  t := prisma_partition.claim_table(p_table, 'cleanup');
  PERFORM prisma_partition.unschedule(t);
  IF t.maintenance = 'partman' THEN
    EXECUTE format('UPDATE %s.part_config SET automatic_maintenance = ''on'' WHERE parent_table = $1', prisma_partition.partman_schema())
    USING t.schema_name || '.' || t.table_name;
  END IF;
  DELETE FROM prisma_partition.tables WHERE id = t.id;
  PERFORM prisma_partition.drop_empty_schemas(t);
END
$fn$;

-- rename-relation ------------------------------------------------------------------------------------------------------------
-- An expression that reads a table (a policy's, in a subquery), reading another one instead. PostgreSQL prints both names
-- in full, as this function's search_path is.
CREATE OR REPLACE FUNCTION prisma_partition.rename_relation(p_expression text, p_from oid, p_to oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT regexp_replace(p_expression,
    '((?:FROM|JOIN|,|\() *)' || regexp_replace(p_from::regclass::text, '([.\\()\[\]{}^$*+?|])', '\\\1', 'g') || '(?![\w$".])',
    '\1' || replace(p_to::regclass::text, '\', '\\'), 'g')
$fn$;

-- renew-partitions ------------------------------------------------------------------------------------------------------------
-- What maintenance does to the partitions: empties the default one, makes those ahead, expires the old ones. With p_from
-- and p_to, lower bounds of buckets, it does only the first two, and from p_from up to p_to, exclusive.
DROP FUNCTION IF EXISTS prisma_partition.renew_partitions(prisma_partition.tables);
CREATE OR REPLACE FUNCTION prisma_partition.renew_partitions(t prisma_partition.tables, p_from text DEFAULT NULL, p_to text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema(); v_left boolean;
BEGIN
  PERFORM prisma_partition.empty_default(t, p_from, p_to);
  PERFORM prisma_partition.create_range(t, coalesce(p_from, prisma_partition.current_bucket(t)), coalesce(p_to, prisma_partition.premake_end(t)));
  IF p_from IS NOT NULL THEN RETURN; END IF;
  IF t.maintenance = 'partman' THEN
    -- Its maintenance takes the largest key of the default partition for the present: with rows left there it fails
    -- (4.7: infinity) or premakes towards them at every run (5.2). What would be left for it to do is to expire.
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', (SELECT partdefid::regclass FROM pg_partitioned_table WHERE partrelid = t.partitioned))
    INTO v_left;
    IF NOT v_left THEN
      EXECUTE format('SELECT %s.run_maintenance(p_parent_table := $1, p_analyze := false)', v_partman)
      USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
    ELSIF prisma_partition.retention_limit(t) IS NOT NULL THEN
      EXECUTE format('SELECT %s.drop_partition_time($1)', v_partman)
      USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
    END IF;
  ELSE
    PERFORM prisma_partition.expire_partitions(t);
  END IF;
  UPDATE prisma_partition.tables x SET expired_before = prisma_partition.expired_up_to(x) WHERE x.id = t.id;
END
$fn$;

-- repair ------------------------------------------------------------------------------------------------------------
-- Puts the rows in which a partition differs on the change log, so that the next drain copies them anew from the live
-- table. Returns their number. Takes no lock but ACCESS SHARE.
--
-- Why that is right under live writes. An entry on the log says no more than that a row may differ; replaying it makes the
-- other table's rows under that (identity, key) equal to what the live one holds by then, whoever wrote it meanwhile (see
-- create_drain). So a row too many is deleted, a missing one copied, a changed one overwritten, and one that a writer has
-- just changed is replayed twice. The drain holds the table's lock against every other runner. A crash in between leaves
-- entries on the log, where any runner finds them.
CREATE OR REPLACE FUNCTION prisma_partition.repair(p_table integer, p_partition text)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_rows bigint;
BEGIN
  EXECUTE format('INSERT INTO prisma_partition.%1$I SELECT x.* FROM prisma_partition.differences($1, $2, NULL) d,
    jsonb_populate_record(NULL::prisma_partition.%1$I, d.row_identity) x', 'log_' || p_table) USING p_table, p_partition;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$fn$;

-- repoint-relations ------------------------------------------------------------------------------------------------------------
-- The relations that repoint_statements changes, in the order of their oids. To be locked before the tables themselves, as
-- who reads a view locks the view first.
CREATE OR REPLACE FUNCTION prisma_partition.repoint_relations(p_from oid)
RETURNS oid[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT coalesce(array_agg(DISTINCT d.relation ORDER BY d.relation), '{}')
  FROM prisma_partition.dependents(p_from) d JOIN pg_class c ON c.oid = d.relation AND c.relpersistence <> 't'
$fn$;

-- repoint-statements ------------------------------------------------------------------------------------------------------------
-- The statements that make what depends on a table follow its name, once the other one stands under the name that p_from has now:
-- views, with their options, rules and policies of other relations, and functions with an SQL body. Each is written anew
-- from its own definition, where every relation is named with its schema, so it finds the other table. It stays the object
-- it was: owner, grants, comments, triggers and column defaults are untouched. refuse_dependents has seen to the rest.
-- To be called before the tables are moved; what it changes must be locked: see repoint_relations.
CREATE OR REPLACE FUNCTION prisma_partition.repoint_statements(p_from oid)
RETURNS text[] LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  d record; p pg_policy; v_options text; v_meaning text; v_statements text[] := '{}';
BEGIN
  FOR d IN SELECT x.*, c.reloptions, c.relpersistence FROM prisma_partition.dependents(p_from) x LEFT JOIN pg_class c ON c.oid = x.relation LOOP
    CASE d.kind
      WHEN 'view' THEN
        CONTINUE WHEN d.relpersistence = 't'; -- of a session that has come since; it reads the old table until it ends
        -- Not given, options would be reset.
        SELECT format(' WITH (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', ')) INTO v_options
        FROM pg_options_to_table(d.reloptions) o HAVING count(*) > 0;
        v_statements := v_statements || format('CREATE OR REPLACE VIEW %s%s AS %s', d.relation::regclass, v_options, pg_get_viewdef(d.relation));
      WHEN 'rule' THEN
        v_statements := v_statements || regexp_replace(pg_get_ruledef(d.object), '^CREATE RULE', 'CREATE OR REPLACE RULE');
      WHEN 'function' THEN
        v_statements := v_statements || pg_get_functiondef(d.object);
      WHEN 'policy' THEN
        SELECT * INTO STRICT p FROM pg_policy WHERE oid = d.object;
        v_statements := v_statements || concat(format('ALTER POLICY %I ON %s', p.polname, p.polrelid::regclass),
          ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')');
      ELSE
        RAISE EXCEPTION 'prisma-partition: % cannot follow % through the swap', pg_describe_object(d.class, d.object, 0), p_from::regclass
          USING ERRCODE = 'feature_not_supported', HINT = 'Nothing was changed. Drop it, and create it again after the swap.';
    END CASE;
    v_meaning := prisma_partition.changed_meaning(p_from, d.class, d.object, v_statements[cardinality(v_statements)]);
    IF v_meaning IS NOT NULL THEN -- made since refuse_dependents looked
      RAISE EXCEPTION 'prisma-partition: % cannot follow % through the swap', pg_describe_object(d.class, d.object, 0), p_from::regclass
        USING ERRCODE = 'feature_not_supported', HINT = format('Nothing was changed. It %s.', v_meaning);
    END IF;
  END LOOP;
  RETURN v_statements;
END
$fn$;

-- restart-capture ------------------------------------------------------------------------------------------------------------
-- For when the capture triggers of a table were dropped or disabled, or entries of its log were lost: puts the triggers
-- back and has the whole table copied again. While it is still being loaded the load starts over, under the lock as at
-- setup. Later one entry of nulls, which stands for the whole table, makes the drain start from nothing.
-- SHARE ROW EXCLUSIVE on the live table, for milliseconds, so that no writer is in flight between the triggers and the rest.
CREATE OR REPLACE FUNCTION prisma_partition.restart_capture(p_schema text, p_table text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table); v_live oid;
BEGIN
  PERFORM pg_advisory_xact_lock(1347440720, t.id);
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = t.id;
  v_live := prisma_partition.live_of(t);
  PERFORM prisma_partition.lock_relations(ARRAY[v_live], 'SHARE ROW EXCLUSIVE');
  PERFORM prisma_partition.create_triggers(t, v_live);
  IF t.stage = 'setup' THEN
    EXECUTE format('TRUNCATE %s', t.partitioned::regclass);
  END IF;
  IF t.stage = 'setup' AND t.step IN ('load', 'settle') THEN
    EXECUTE format('TRUNCATE prisma_partition.%I', 'log_' || t.id);
    PERFORM prisma_partition.cut_batches(t.id);
  ELSE
    EXECUTE format('INSERT INTO prisma_partition.%I DEFAULT VALUES', 'log_' || t.id);
  END IF;
END
$fn$;

-- restore-search-path ------------------------------------------------------------------------------------------------------------
-- Puts back the session's search_path if something has left another one.
CREATE OR REPLACE FUNCTION prisma_partition.restore_search_path(p_before text)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
  IF current_setting('search_path') <> p_before THEN
    PERFORM set_config('search_path', p_before, false);
  END IF;
END
$fn$;

-- retention-limit ------------------------------------------------------------------------------------------------------------
-- The point of the axis before which everything has expired; null where nothing does. Only after cutover: before it, the
-- plain table still holds those rows and the two must stay equal. For integers it is counted from the largest key.
CREATE OR REPLACE FUNCTION prisma_partition.retention_limit(t prisma_partition.tables)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
  SELECT CASE WHEN t.retention IS NULL OR t.stage = 'setup' THEN NULL
    WHEN t.key_kind = 'integer'
    THEN (prisma_partition.edge_point(t.partitioned, t.key_column, t.key_kind, true)::numeric - t.retention::numeric)::text
    ELSE (now() - t.retention::interval)::text END
$fn$;

-- row-hash ------------------------------------------------------------------------------------------------------------
-- The expression, over a row `s` of the table, of a 64-bit hash that sees every bit of every column, generated ones too.
-- Summed over rows it tells whether two sets of rows are the same.
--
-- Why no difference escapes it. Each column goes in through something that is one to one and heeds no setting: the value
-- itself where its own hash is that (the hash of eight-byte types folds them to four bytes: not them), its binary form
-- (-0.0 and 1.00 are not 0.0 and 1.0 there), else the text that its output function writes, all of those together as one
-- text. A record's hash is a sum over its columns, so sums of it do not see two rows that swapped a value (1000 of 1000
-- trials); as the seed of another hash it is stirred once more. That is 64 bits for chance to beat.
-- 13–17 × count(*) a side, measured; the hash of the whole row's text is 32 ×.
CREATE OR REPLACE FUNCTION prisma_partition.row_hash(p_relation oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT format('hashint4extended(0, hash_record_extended(ROW(%s), 0))',
    concat_ws(', ', string_agg(c.part, ', ' ORDER BY c.attnum), 'ROW(' || string_agg(c.name, ', ' ORDER BY c.attnum) FILTER (WHERE c.part IS NULL) || ')::text COLLATE "C"'))
  FROM (
    SELECT a.attnum, 's.' || quote_ident(a.attname) AS name, format(CASE
      WHEN y.typtype = 'e' THEN '%s'
      WHEN y.typnamespace <> 'pg_catalog'::regnamespace THEN NULL
      WHEN y.typname IN ('bool', 'int2', 'int4', 'oid', 'date', 'uuid', 'bytea') THEN '%s'
      WHEN y.typname IN ('text', 'varchar') THEN '%s COLLATE "C"'
      WHEN y.typname IN ('int8', 'float4', 'float8', 'numeric', 'timestamp', 'timestamptz', 'time', 'interval') THEN y.typsend || '(%s)'
      WHEN y.typname IN ('json', 'jsonb', 'xml') THEN '%s::text COLLATE "C"'
      END, 's.' || quote_ident(a.attname)) AS part
    FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
    WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped
  ) c
$fn$;

-- run-step ------------------------------------------------------------------------------------------------------------
-- Does one unit of work for a table, in the caller's transaction: a load batch, the settling of what was loaded, one
-- partition's indexes, a drain. Safe to call from many connections at once, and after a crash at any place: what a unit
-- did commits together with the record that it is done.
--
-- Loads and index builds of one table hold its advisory lock in shared mode, everything else holds it exclusively: so no
-- drain ever runs while a load batch is in flight, and two runners (CLI and pg_cron) cannot both drain.
-- Its key is (1347440720, table); (1347440721, table) is held for a session by the procedure `work`, so that it runs once.
--
-- Returns what was done: state `worked` (call again), `waiting` (somebody else is at it), `idle` (nothing to do now).
--
-- pg_partman sets search_path for the session and puts back what it finds, which within a function that pins it is the
-- pinned one: so the caller's is put back here, where nothing is pinned.
CREATE OR REPLACE FUNCTION prisma_partition.run_step(p_table integer)
RETURNS TABLE (step text, rows bigint, state text) LANGUAGE plpgsql AS $fn$
DECLARE
  v_search_path text := current_setting('search_path');
BEGIN
  SELECT p.step, p.rows, p.state INTO step, rows, state FROM prisma_partition.perform_step(p_table) p;
  PERFORM prisma_partition.restore_search_path(v_search_path);
  RETURN NEXT;
END
$fn$;

-- schedule-jobs ------------------------------------------------------------------------------------------------------------
-- Schedules a table's jobs with pg_cron, where it is used, and removes those it ought not to have any more. Scheduling a
-- name again replaces it. In cron.job only until the migration commits, like all else.
CREATE OR REPLACE FUNCTION prisma_partition.schedule_jobs(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_job bigint; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF t.scheduler <> 'pg_cron' OR t.stage = 'cleanup' THEN PERFORM prisma_partition.unschedule(t); END IF;
  FOR r IN SELECT * FROM prisma_partition.jobs_of(t) LOOP
    v_job := cron.schedule(r.name, r.schedule, r.command);
    IF t.cron_nodename IS NOT NULL THEN
      UPDATE cron.job SET nodename = t.cron_nodename WHERE jobid = v_job;
    END IF;
  END LOOP;
END
$fn$;

-- schema-is-published ------------------------------------------------------------------------------------------------------------
-- Whether a publication takes in whatever stands in a schema (FOR TABLES IN SCHEMA, PostgreSQL 15 and later).
CREATE OR REPLACE FUNCTION prisma_partition.schema_is_published(p_schema text)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF current_setting('server_version_num')::integer < 150000 THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM pg_publication_namespace WHERE pnnspid = to_regnamespace(quote_ident(p_schema)));
END
$fn$;

-- schema-of ------------------------------------------------------------------------------------------------------------
-- The schema a relation is in, unquoted.
CREATE OR REPLACE FUNCTION prisma_partition.schema_of(p_relation oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = p_relation
$fn$;

-- sequence-properties ------------------------------------------------------------------------------------------------------------
-- The sequence of an identity column, as properties: its name (beside its table), type, options and grants. Both tables have one.
CREATE OR REPLACE FUNCTION prisma_partition.sequence_properties(p_relation oid, p_other oid, p_column text)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_there regclass; q record; v_options text;
BEGIN
  v_there := pg_get_serial_sequence(p_other::regclass::text, p_column);
  SELECT s.*, c.relname, c.relacl, c.relowner INTO q FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  WHERE s.seqrelid = pg_get_serial_sequence(p_relation::regclass::text, p_column)::regclass;

  v_options := format('AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s', q.seqtypid::regtype, q.seqstart,
    q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
  kind := 'sequence'; name := p_column; definition := format('%I %s', q.relname, v_options);
  -- RESTART, because where it stands may lie outside of the new limits; the swap sets it to where the live one stands.
  make := format('ALTER SEQUENCE %s %s RESTART', v_there, v_options)
    || CASE WHEN q.relname <> (SELECT relname FROM pg_class WHERE oid = v_there) THEN format('; ALTER SEQUENCE %s RENAME TO %I', v_there, q.relname) ELSE '' END;
  RETURN NEXT;
  RETURN QUERY
    SELECT 'sequence grant', format('%s to %s', p_column, x.grantee), x.privileges, x.make, x.remove
    FROM prisma_partition.acl_properties(coalesce(q.relacl, acldefault('s', q.relowner)), 'SEQUENCE ' || v_there, '') x;
END
$fn$;

-- set-aside-expired ------------------------------------------------------------------------------------------------------------
-- Renames the expired partitions that are kept beside the copy (`…_expired`): partitions that go back there, or are made
-- anew for the same time, have their names. They are known by their columns, and by being nobody's partition.
CREATE OR REPLACE FUNCTION prisma_partition.set_aside_expired(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_schema text := t.schema_name || '_partitioned'; v_name text; v_count integer;
BEGIN
  FOR r IN SELECT c.oid, c.relname FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(quote_ident(v_schema)) AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname !~ '_expired[0-9]*$' AND c.oid IS DISTINCT FROM t.plain::oid
      AND prisma_partition.column_list(c.oid) = prisma_partition.column_list(t.partitioned)
      AND NOT EXISTS (SELECT FROM prisma_partition.tables x WHERE c.oid IN (x.plain, x.partitioned))
  LOOP
    v_count := 1;
    LOOP
      v_name := prisma_partition.leaf_name(r.relname, '_expired' || CASE WHEN v_count > 1 THEN v_count::text ELSE '' END);
      EXIT WHEN to_regclass(format('%I.%I', v_schema, v_name)) IS NULL;
      v_count := v_count + 1;
    END LOOP;
    EXECUTE format('ALTER TABLE %s RENAME TO %I', r.oid::regclass, v_name);
  END LOOP;
END
$fn$;

-- silence-triggers ------------------------------------------------------------------------------------------------------------
-- Disables the application's triggers of one table or partition while rows are moved there, which to the application is
-- no change. Returns the statements that put each back into the state it had. Takes SHARE ROW EXCLUSIVE.
CREATE OR REPLACE FUNCTION prisma_partition.silence_triggers(p_relation oid)
RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_undo text[] := '{}';
BEGIN
  FOR r IN SELECT tgname, tgenabled FROM pg_trigger
    WHERE tgrelid = p_relation AND NOT tgisinternal AND tgenabled <> 'D' AND tgname NOT LIKE 'prisma\_partition\_%'
  LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', p_relation::regclass, r.tgname);
    v_undo := v_undo || format('ALTER TABLE %s ENABLE %s TRIGGER %I', p_relation::regclass,
      CASE r.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, r.tgname);
  END LOOP;
  RETURN v_undo;
END
$fn$;

-- statistics-definition ------------------------------------------------------------------------------------------------------------
-- Extended statistics: what stands between their name and FROM.
CREATE OR REPLACE FUNCTION prisma_partition.statistics_definition(p_statistics oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT substr(d.definition, length(d.prefix) + 1, length(d.definition) - length(d.prefix) - length(d.suffix)) FROM (
    SELECT pg_get_statisticsobjdef(s.oid) AS definition, format('CREATE STATISTICS %s.%I ', s.stxnamespace::regnamespace, s.stxname) AS prefix,
      ' FROM ' || s.stxrelid::regclass AS suffix
    FROM pg_statistic_ext s WHERE s.oid = p_statistics) d
$fn$;

-- step-drain ------------------------------------------------------------------------------------------------------------
-- Replays one batch of the log to the other table: plain → partitioned before cutover, the other way after it. What was
-- ever appended to the log is noted with it: two such notes tell how fast changes come (see progress).
--
-- A batch is as many entries as were replayed in a second, by what the last one took, and at most batch_size: wide rows or
-- a slow disk make it smaller, so that its transaction, which holds back vacuum everywhere, stays short. A full one of
-- 10,000 narrow rows takes half a second with ten indexes.
CREATE OR REPLACE FUNCTION prisma_partition.step_drain(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_started timestamptz := clock_timestamp(); v_limit bigint;
BEGIN
  SELECT b.rows / greatest(extract(epoch FROM b.finished_at - b.started_at), 0.001) INTO v_limit
  FROM prisma_partition.batches b WHERE b.table_id = t.id AND b.step = 'drain' ORDER BY b.batch DESC LIMIT 1;
  -- No fewer than 100: a small batch's rate says little, and would make the next one smaller still.
  v_limit := least(t.batch_size, greatest(coalesce(v_limit, t.batch_size), 100));
  rows := prisma_partition.drain_all(t.id, 1, v_limit);
  IF rows > 0 THEN
    INSERT INTO prisma_partition.batches (table_id, step, rows, started_at, finished_at, pid, log_appended)
    VALUES (t.id, 'drain', rows, v_started, clock_timestamp(), pg_backend_pid(), prisma_partition.log_appended(t.id));
  END IF;
  -- Fewer than a full batch: what comes now can wait for the next call.
  state := CASE WHEN rows >= v_limit THEN 'worked' ELSE 'idle' END;
END
$fn$;

-- step-index ------------------------------------------------------------------------------------------------------------
-- Builds all indexes of one partition and attaches them to the parent's. Reads and locks the shadow's partition only.
-- Building after the load is what makes it fast: 79-83 thousand rows/s for load and index together with two sessions,
-- against 22.8 thousand for inserting into ten indexes.
--
-- Several sessions at it build without parallel workers, each on one core: two sessions on two cores took 6.8 s for 2
-- million rows and ten indexes, 8.4 s with the server's default of two workers each. One session alone takes what
-- the server gives (10.3 s against 11.0 s without).
--
-- Analyzed here, side by side, is the partition, if the parent can be analyzed without its partitions (PostgreSQL 18).
-- Before, finish_indexes has to analyze all of them again.
CREATE OR REPLACE FUNCTION prisma_partition.step_index(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  b prisma_partition.batches; i prisma_partition.indexes; v_started timestamptz := clock_timestamp();
  v_leaf oid; v_leaf_name text; v_name text; v_names text[] := '{}'; v_parent_schema text := t.schema_name || '_partitioned';
BEGIN
  rows := 0; state := 'waiting';
  b := prisma_partition.claim_batch(t.id, 'index');
  IF b.batch IS NULL THEN
    IF NOT EXISTS (SELECT FROM prisma_partition.batches x WHERE x.table_id = t.id AND x.step = 'index' AND x.finished_at IS NULL)
       AND pg_try_advisory_xact_lock(1347440720, t.id) THEN
      PERFORM prisma_partition.finish_indexes(t);
      state := 'worked';
    END IF;
    RETURN;
  END IF;
  -- The setting is the transaction's, so it is put back by its end.
  IF (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.classid = 1347440720 AND l.objid = t.id AND l.objsubid = 2 AND l.granted
        AND d.datname = current_database()) > 1
  THEN
    PERFORM set_config('max_parallel_maintenance_workers', '0', true);
  END IF;
  v_leaf := to_regclass(b.partition);
  SELECT relname INTO v_leaf_name FROM pg_class WHERE oid = v_leaf;
  FOR i IN SELECT * FROM prisma_partition.indexes x WHERE x.table_id = t.id ORDER BY x.ordinal LOOP
    EXIT WHEN v_leaf IS NULL; -- the partition has expired meanwhile
    v_name := prisma_partition.leaf_name(v_leaf_name, '_' || i.ordinal || '_idx');
    IF i.contype IS NULL THEN
      EXECUTE format('CREATE %sINDEX %I ON %s %s', CASE WHEN i.is_unique THEN 'UNIQUE ' ELSE '' END, v_name, v_leaf::regclass, i.definition);
    ELSE
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', v_leaf::regclass, v_name, i.definition);
    END IF;
    v_names := v_names || v_name;
  END LOOP;
  -- Attaching locks the parent's index until commit, so it comes last, when nothing slow is left.
  FOR v_ordinal IN 1..coalesce(array_length(v_names, 1), 0) LOOP
    SELECT x.name INTO v_name FROM prisma_partition.indexes x WHERE x.table_id = t.id AND x.ordinal = v_ordinal;
    EXECUTE format('ALTER INDEX %I.%I ATTACH PARTITION %I.%I', v_parent_schema, v_name,
      prisma_partition.schema_of(v_leaf), v_names[v_ordinal]);
  END LOOP;
  IF v_leaf IS NOT NULL THEN
    PERFORM prisma_partition.carry_to_partition(t.partitioned, v_leaf); -- the statistics targets of expressions, for one
    IF current_setting('server_version_num')::integer >= 180000 THEN EXECUTE format('ANALYZE %s', v_leaf::regclass); END IF;
    SELECT greatest(reltuples, 0) INTO rows FROM pg_class WHERE oid = v_leaf;
  END IF;
  PERFORM prisma_partition.finish_batch(b, rows, v_started);
  state := 'worked';
END
$fn$;

-- step-load ------------------------------------------------------------------------------------------------------------
-- Loads one block range of the plain table into the shadow, without locking a row.
--
-- Why every row arrives. A row version that stood in its block when capture began and was not touched since is seen by
-- exactly one batch, the one of its block. Any other version was written or removed after capture began, so its
-- (identity, key) pair is on the log: settling deletes whatever of it was loaded, and draining brings the row as it is.
-- Blocks move only under VACUUM FULL, CLUSTER or a rewriting ALTER TABLE (and TRUNCATE), which give the table a new file:
-- the load starts over then. They cannot run while a batch does, for the batch holds ACCESS SHARE.
CREATE OR REPLACE FUNCTION prisma_partition.step_load(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  b prisma_partition.batches; v_started timestamptz := clock_timestamp();
BEGIN
  rows := 0; state := 'waiting';
  EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', t.plain::regclass);
  IF pg_relation_filenode(t.plain) <> t.loaded_filenode THEN
    IF pg_try_advisory_xact_lock(1347440720, t.id) THEN
      EXECUTE format('TRUNCATE %s', t.partitioned::regclass);
      PERFORM prisma_partition.cut_batches(t.id);
      state := 'worked';
    END IF;
    RETURN;
  END IF;

  b := prisma_partition.claim_batch(t.id, 'load');
  IF b.batch IS NULL THEN
    -- Open tasks that cannot be claimed are in flight elsewhere.
    IF NOT EXISTS (SELECT FROM prisma_partition.batches x WHERE x.table_id = t.id AND x.step = 'load' AND x.finished_at IS NULL) THEN
      UPDATE prisma_partition.tables SET step = 'settle' WHERE id = t.id AND step = 'load';
      state := 'worked';
    END IF;
    RETURN;
  END IF;
  EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM ONLY %s AS s WHERE s.ctid >= $1 AND s.ctid < $2',
    t.partitioned::regclass, prisma_partition.column_list(t.plain), prisma_partition.column_list(t.plain, 's.%I'), t.plain::regclass)
  USING format('(%s,0)', b.from_block)::tid, format('(%s,0)', b.to_block)::tid;
  GET DIAGNOSTICS rows = ROW_COUNT;
  PERFORM prisma_partition.finish_batch(b, rows, v_started);
  state := 'worked';
END
$fn$;

-- step-settle ------------------------------------------------------------------------------------------------------------
-- After the load: takes out of the shadow whatever was written while it ran, moves rows out of the default partition and
-- prepares the indexes.
--
-- Why the shadow can be indexed afterwards: a version that was loaded and then changed or removed has its pair on the
-- log, committed before this statement's snapshot if another version of it was loaded too. So what remains was not
-- touched between its load and this snapshot: it is a subset of the source as of this snapshot, and breaks no unique.
-- The entries stay on the log; the drain replays them. A TRUNCATE on the log leaves nothing worth keeping.
CREATE OR REPLACE FUNCTION prisma_partition.step_settle(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $fn$
DECLARE
  v_pair text[] := prisma_partition.pair_columns(t);
  v_log text := format('prisma_partition.%I', 'log_' || t.id);
  v_started timestamptz := clock_timestamp();
  v_truncated boolean;
BEGIN
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, v_pair), true);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I IS NULL)', v_log, v_pair[1]) INTO v_truncated;
  IF v_truncated THEN
    EXECUTE format('TRUNCATE %s', t.partitioned::regclass);
    rows := 0;
  ELSE
    EXECUTE format('DELETE FROM %s d USING (SELECT DISTINCT * FROM %s) p WHERE %s', t.partitioned::regclass, v_log,
      prisma_partition.join_columns(v_pair, 'd.%1$I = p.%1$I', ' AND '));
    GET DIAGNOSTICS rows = ROW_COUNT;
  END IF;
  PERFORM prisma_partition.empty_default(t);
  INSERT INTO prisma_partition.batches (table_id, step, rows, started_at, finished_at, pid)
  VALUES (t.id, 'settle', rows, v_started, clock_timestamp(), pg_backend_pid());
  PERFORM prisma_partition.prepare_indexes(t.id);
  state := 'worked';
END
$fn$;

-- step-validate ------------------------------------------------------------------------------------------------------------
-- After a swap. The partitions of a table that was rolled back go back beside their parent, which nobody uses now. Then,
-- for a large table: validates, one at a time, the foreign keys that the swap left NOT VALID (SHARE UPDATE
-- EXCLUSIVE on the table, ROW SHARE on the referenced one: nobody is blocked), then adds each to the parent, which adopts
-- those of the partitions without reading a row (SHARE ROW EXCLUSIVE on both, for milliseconds).
CREATE OR REPLACE FUNCTION prisma_partition.step_validate(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_next text[] := prisma_partition.unvalidated(t); v_started timestamptz := clock_timestamp(); v_definition text; v_comment text; v_valid boolean; v_leaf regclass;
BEGIN
  rows := 0; state := 'worked';
  PERFORM prisma_partition.put_partitions(t.partitioned, prisma_partition.schema_of(t.partitioned));
  IF v_next IS NULL THEN
    UPDATE prisma_partition.tables SET step = 'drain' WHERE id = t.id;
    RETURN;
  END IF;
  SELECT c.convalidated, pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint') INTO v_valid, v_definition, v_comment
  FROM pg_constraint c WHERE c.conrelid = v_next[1]::regclass AND c.conname = v_next[2];
  IF NOT v_valid THEN
    EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', v_next[1], v_next[2]);
  ELSE
    -- Partitions made since the swap lack it still; they are new and mostly empty.
    FOR v_leaf IN SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = t.partitioned AND NOT EXISTS (
      SELECT FROM pg_constraint c WHERE c.conrelid = h.inhrelid AND c.conname = v_next[2] AND c.contype = 'f')
    LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', v_leaf, v_next[2], v_definition);
    END LOOP;
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.partitioned::regclass, v_next[2], v_definition);
    IF v_comment IS NOT NULL THEN EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', v_next[2], t.partitioned::regclass, v_comment); END IF;
  END IF;
  INSERT INTO prisma_partition.batches (table_id, step, partition, rows, started_at, finished_at, pid)
  VALUES (t.id, 'validate', v_next[1], 0, v_started, clock_timestamp(), pg_backend_pid());
END
$fn$;

-- storage-parameters ------------------------------------------------------------------------------------------------------------
-- The storage parameters of one table, its TOAST table's as toast.*.
CREATE OR REPLACE FUNCTION prisma_partition.storage_parameters(p_relation oid)
RETURNS TABLE (name text, value text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT o.option_name, o.option_value FROM pg_class c, pg_options_to_table(c.reloptions) o WHERE c.oid = p_relation
  UNION ALL
  SELECT 'toast.' || o.option_name, o.option_value FROM pg_class c JOIN pg_class s ON s.oid = c.reltoastrelid, pg_options_to_table(s.reloptions) o
  WHERE c.oid = p_relation
$fn$;

-- storage-properties ------------------------------------------------------------------------------------------------------------
-- How a table is stored, as properties: storage parameters (TOAST's as toast.*), tablespace, access method. A partitioned
-- table has these in its partitions; where they are not the same in all of them it is said so.
CREATE OR REPLACE FUNCTION prisma_partition.storage_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_default text := (SELECT s.spcname FROM pg_database d JOIN pg_tablespace s ON s.oid = d.dattablespace WHERE d.datname = current_database());
  v_leaves bigint := (SELECT count(*) FROM prisma_partition.leaves_of(p_relation));
  -- A table without wide columns has no TOAST table, though its copy may have one since a column was dropped.
  v_toast boolean := (SELECT count(DISTINCT s) = 2 FROM unnest(ARRAY[prisma_partition.live_of(t), v_other]) s, prisma_partition.leaves_of(s) l
    JOIN pg_class c ON c.oid = l WHERE c.reltoastrelid <> 0);
BEGIN
  RETURN QUERY
    SELECT 'storage parameter', o.name, prisma_partition.in_all(array_agg(o.value), v_leaves),
      CASE WHEN count(DISTINCT o.value) = 1 THEN prisma_partition.on_leaves(v_other, format('ALTER TABLE {} SET (%s = %L)', o.name, min(o.value))) END,
      prisma_partition.on_leaves(v_other, format('ALTER TABLE {} RESET (%s)', o.name))
    FROM prisma_partition.leaves_of(p_relation) l
    CROSS JOIN LATERAL prisma_partition.storage_parameters(l) o
    WHERE v_toast OR NOT starts_with(o.name, 'toast.')
    GROUP BY o.name;
  RETURN QUERY
    SELECT 'tablespace', '', prisma_partition.in_all(array_agg(s.name), count(*)),
      CASE WHEN count(DISTINCT s.name) = 1 THEN prisma_partition.on_table(v_other, format('ALTER TABLE {} SET TABLESPACE %I', min(s.name))) END, NULL
    FROM (
      SELECT coalesce(s.spcname, v_default)::text AS name FROM pg_class c LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
      WHERE c.oid = p_relation OR c.oid IN (SELECT prisma_partition.leaves_of(p_relation))) s;
  RETURN QUERY
    SELECT 'access method', '', prisma_partition.in_all(array_agg(m.amname::text), count(*)),
      CASE WHEN count(DISTINCT m.amname) = 1 AND current_setting('server_version_num')::integer >= 150000
        THEN prisma_partition.on_leaves(v_other, format('ALTER TABLE {} SET ACCESS METHOD %I', min(m.amname::text))) END, NULL
    FROM prisma_partition.leaves_of(p_relation) l JOIN pg_class c ON c.oid = l JOIN pg_am m ON m.oid = c.relam
    HAVING count(*) > 0;
END
$fn$;

-- swap-foreign-keys ------------------------------------------------------------------------------------------------------------
-- Foreign keys, in the swap. Outgoing ones are not on the table that follows, for they would make the application's own
-- deletes on the referenced table fail on rows that are not replayed yet. A table of at most 8 MB gets them validated at
-- once (two of them on 52 MB held the lock for 250-300 ms); a large one gets them NOT VALID (no scan) and step `validate`
-- does the rest. Before PostgreSQL 18 a partitioned table cannot have one NOT VALID: there each partition gets its own
-- (25-35 ms for 103 partitions) and step `validate` makes them one on the parent. They are enforced either way.
-- Incoming ones (they contain the partition key, or the swap is refused) are pointed at the new table, NOT VALID unless the
-- referencing table is as small; those of a partitioned table are checked at once, for the same reason.
CREATE OR REPLACE FUNCTION prisma_partition.swap_foreign_keys(t prisma_partition.tables, p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_leaf oid; v_definition text; v_by_leaf boolean;
  v_small boolean := prisma_partition.is_small(t.plain, 8);
  v_modern boolean := current_setting('server_version_num')::integer >= 180000;
BEGIN
  FOR k IN -- a partitioned one's stand on its partitions until they are validated
    SELECT DISTINCT ON (c.conname) c.conname, c.convalidated, regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') AS definition,
      obj_description(c.oid, 'pg_constraint') AS comment
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0
      AND (c.conrelid = p_from OR c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = p_from))
    ORDER BY c.conname, c.convalidated
  LOOP
    v_by_leaf := p_to = t.partitioned AND NOT v_modern AND NOT (v_small AND k.convalidated);
    FOR v_leaf IN SELECT p_to WHERE NOT v_by_leaf UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = p_to AND v_by_leaf LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', v_leaf::regclass, k.conname, k.definition,
        CASE WHEN v_small AND k.convalidated THEN '' ELSE ' NOT VALID' END);
      IF k.comment IS NOT NULL THEN EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, v_leaf::regclass, k.comment); END IF;
    END LOOP;
    -- The table that follows must not have it: a row deleted here and then there, where it was referenced, would still
    -- stand there, and the application's own DELETE would fail. The way back takes it from here.
    FOR v_leaf IN SELECT conrelid FROM pg_constraint c WHERE contype = 'f' AND conparentid = 0 AND c.conname = k.conname
      AND (conrelid = p_from OR conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = p_from))
    LOOP
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', v_leaf::regclass, k.conname);
    END LOOP;
  END LOOP;
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition, obj_description(c.oid, 'pg_constraint') AS comment, r.relkind FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND c.confrelid = p_from AND c.conparentid = 0
  LOOP
    v_definition := replace(regexp_replace(k.definition, ' NOT VALID$', ''), ' REFERENCES ' || p_from::regclass || '(', ' REFERENCES ' || p_to::regclass || '(');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', k.conrelid::regclass, k.conname, v_definition,
      CASE WHEN k.relkind = 'p' AND NOT v_modern OR k.convalidated AND prisma_partition.is_small(k.conrelid, 8) THEN '' ELSE ' NOT VALID' END);
    IF k.comment IS NOT NULL THEN EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, k.comment); END IF;
  END LOOP;
END
$fn$;

-- swap ------------------------------------------------------------------------------------------------------------
-- Exchanges the live table with the one that follows it: at cutover the plain table with its partitioned copy, at rollback
-- the partitioned table with the old one. Holds ACCESS EXCLUSIVE on both from the lock request to the end of the
-- migration's transaction; everything that could be built before has been.
--
-- Why no write is lost. The locks are taken live table first, as writers would (the other order deadlocks). When they are
-- held, no writer is in flight, so the log holds every change that was not replayed, and the last drain replays it.
-- Writers that queue for the lock find the other table under the name when they get it; their statement then takes its
-- snapshot, so under READ COMMITTED it sees all of it.
-- A REPEATABLE READ or SERIALIZABLE transaction whose snapshot was taken before this one commits would not see the rows
-- replayed here. guard_snapshots makes its writes fail with 40001, which such clients retry, instead of passing over
-- rows it cannot see.
-- A crash before commit undoes all of it, and the live table is what it was.
CREATE OR REPLACE FUNCTION prisma_partition.swap(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_live oid; v_other oid; v_to text; v_started timestamptz; v_left bigint; v_statement text; v_after text[]; v_follow text[];
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_live := prisma_partition.live_of(t);
  v_other := prisma_partition.other_of(t);
  v_to := CASE t.stage WHEN 'setup' THEN 'cutover' ELSE 'setup' END;
  -- From the swap on the log runs the other way (its triggers have stood on both since the indexes did).
  PERFORM prisma_partition.create_drain(t, CASE v_to WHEN 'setup' THEN 'forward' ELSE 'reverse' END, v_other);
  PERFORM prisma_partition.warm_swap(t);
  -- Drains before every attempt, in this session: plans and caches are warm when the lock comes.
  PERFORM prisma_partition.lock_relations(prisma_partition.repoint_relations(v_live) || ARRAY[v_live, v_other] || ARRAY(
    SELECT DISTINCT confrelid FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conrelid = v_live
    UNION SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND confrelid = v_live), 'ACCESS EXCLUSIVE', t.id);
  v_started := current_setting('prisma_partition.lock_requested')::timestamptz;
  PERFORM prisma_partition.assert_intact(t);
  PERFORM prisma_partition.assert_same_columns(t); -- once more: now nobody can alter it
  PERFORM prisma_partition.drain_all(t.id);
  v_left := prisma_partition.log_entries(t.id);
  IF v_left > 0 THEN
    RAISE EXCEPTION 'prisma-partition: % rows of %.% collide with others under the uniques of %', v_left, t.schema_name, t.table_name, v_other::regclass
      USING ERRCODE = 'unique_violation', HINT = 'Nothing was changed. Deploy again: unless they are gone by then, their identities are named.';
  END IF;

  v_follow := prisma_partition.repoint_statements(v_live);
  v_after := prisma_partition.hand_over_sequences(t, v_live, v_other);
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', v_live::regclass, t.schema_name || CASE t.stage WHEN 'setup' THEN '_old' ELSE '_partitioned' END);
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', v_other::regclass, t.schema_name);
  PERFORM prisma_partition.hand_over_statistics(v_live, v_other);
  FOREACH v_statement IN ARRAY v_after || v_follow LOOP EXECUTE v_statement; END LOOP;
  PERFORM prisma_partition.hand_over_triggers(v_live, v_other);
  PERFORM prisma_partition.swap_foreign_keys(t, v_live, v_other);
  PERFORM prisma_partition.carry_publications(v_live, v_other);
  PERFORM prisma_partition.guard_snapshots(v_live, v_other);
  t.stage := v_to;
  t.step := CASE WHEN v_to = 'cutover' AND prisma_partition.unvalidated(t) IS NULL THEN 'drain' ELSE 'validate' END;
  PERFORM prisma_partition.partman_follow(t, t.schema_name || CASE v_to WHEN 'cutover' THEN '_partitioned' ELSE '' END);
  UPDATE prisma_partition.tables
  SET stage = t.stage, step = t.step, swapped_at = clock_timestamp(), swap_lock_ms = extract(epoch FROM clock_timestamp() - v_started) * 1000
  WHERE id = t.id;
END
$fn$;

-- table-properties ------------------------------------------------------------------------------------------------------------
-- What a table is as a whole, as properties: owner, comment, row security, grants, publications.
CREATE OR REPLACE FUNCTION prisma_partition.table_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_table text := v_other::regclass;
  c pg_class;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_relation;
  RETURN QUERY VALUES
    ('owner', '', c.relowner::regrole::text,
      format('GRANT USAGE, CREATE ON SCHEMA %I TO %s; ALTER TABLE %s OWNER TO %2$s', prisma_partition.schema_of(v_other), c.relowner::regrole, v_table), NULL),
    ('row security', 'enabled', c.relrowsecurity::text,
      format('ALTER TABLE %s %s ROW LEVEL SECURITY', v_table, CASE WHEN c.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END), NULL),
    ('row security', 'forced', c.relforcerowsecurity::text,
      format('ALTER TABLE %s %s ROW LEVEL SECURITY', v_table, CASE WHEN c.relforcerowsecurity THEN 'FORCE' ELSE 'NO FORCE' END), NULL);

  IF obj_description(p_relation, 'pg_class') IS NOT NULL THEN
    kind := 'comment'; name := ''; definition := obj_description(p_relation, 'pg_class');
    make := format('COMMENT ON TABLE %s IS %L', v_table, definition);
    remove := format('COMMENT ON TABLE %s IS NULL', v_table);
    RETURN NEXT;
  END IF;
  RETURN QUERY
    SELECT 'grant', 'to ' || x.grantee, x.privileges, x.make, x.remove
    FROM prisma_partition.acl_properties(coalesce(c.relacl, acldefault('r', c.relowner)), v_table, '') x;
  -- Published before the swap, the table that follows would publish every change twice.
  RETURN QUERY
    SELECT 'publication', p.pubname::text, concat_ws(' ', 'published', to_jsonb(v) ->> 'attnames', 'WHERE ' || (to_jsonb(v) ->> 'rowfilter')),
      NULL,
      format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, v_table)
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    LEFT JOIN pg_publication_tables v ON v.pubname = p.pubname AND v.schemaname = prisma_partition.schema_of(p_relation) AND v.tablename = c.relname
    WHERE r.prrelid = p_relation;
END
$fn$;

-- teardown ------------------------------------------------------------------------------------------------------------
-- Undoes setup: the live table is as it was before, and nothing of the copy is left. ACCESS EXCLUSIVE on the live table
-- while its triggers are dropped, for milliseconds. No row of it is touched.
CREATE OR REPLACE FUNCTION prisma_partition.teardown(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  t := prisma_partition.claim_table(p_table, 'setup');
  PERFORM prisma_partition.lock_relations(ARRAY[t.plain, t.partitioned], 'ACCESS EXCLUSIVE');
  PERFORM prisma_partition.unschedule(t);
  PERFORM prisma_partition.partman_forget(t);
  PERFORM prisma_partition.drop_machinery(t);
  PERFORM prisma_partition.drop_relation(t.partitioned);
  DELETE FROM prisma_partition.tables WHERE id = t.id;
  PERFORM prisma_partition.drop_empty_schemas(t);
END
$fn$;

-- truncated-expression ------------------------------------------------------------------------------------------------------------
-- The expression of whether a TRUNCATE waits on the log: as a subquery, so that it is asked once for a query.
CREATE OR REPLACE FUNCTION prisma_partition.truncated_expression(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('(SELECT EXISTS (SELECT FROM prisma_partition.%I WHERE %I IS NULL))', 'log_' || t.id, (prisma_partition.pair_columns(t))[1])
  );
END
$fn$;

-- uninstall ------------------------------------------------------------------------------------------------------------
-- Removes everything of this package's from the database: schema prisma_partition. Refuses while it still holds a table.
-- One whose live table is gone (`prisma migrate reset` drops only the datasource's own schemas) is forgotten first.
-- Extensions stay: others may use them.
CREATE OR REPLACE FUNCTION prisma_partition.uninstall()
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_left text;
BEGIN
  PERFORM prisma_partition.forget(t.id) FROM prisma_partition.tables t
  WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = prisma_partition.live_of(t));
  SELECT string_agg(format('%I.%I (stage %s)', schema_name, table_name, stage), ', ') INTO v_left FROM prisma_partition.tables;
  IF v_left IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: tables are partitioned with it still: %', v_left
      USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Nothing was changed. Remove their annotations and deploy the migrations that are emitted for them.';
  END IF;
  DROP SCHEMA prisma_partition CASCADE;
END
$fn$;

-- unschedule ------------------------------------------------------------------------------------------------------------
-- Removes the table's jobs, where pg_cron is installed.
CREATE OR REPLACE FUNCTION prisma_partition.unschedule(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    PERFORM cron.unschedule(j.jobid) FROM cron.job j
    WHERE j.jobname IN (prisma_partition.job_name(t, 'backfill'), prisma_partition.job_name(t, 'maintenance'));
  END IF;
END
$fn$;

-- unvalidated ------------------------------------------------------------------------------------------------------------
-- A foreign key that the swap left NOT VALID, as (table, name); null if there is none left.
CREATE OR REPLACE FUNCTION prisma_partition.unvalidated(t prisma_partition.tables)
RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT ARRAY[c.conrelid::regclass::text, c.conname::text]
  FROM pg_constraint c CROSS JOIN prisma_partition.live_of(t) AS live
  WHERE c.contype = 'f' AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false' AND (
    NOT c.convalidated AND live IN (c.confrelid, c.conrelid)
    -- on the partitions only: the parent still lacks it
    OR c.conparentid = 0 AND c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = live))
  ORDER BY c.convalidated, c.oid LIMIT 1
$fn$;

-- validate-small ------------------------------------------------------------------------------------------------------------
-- Validates what a swap has left NOT VALID where all tables concerned are small: when a whole history is deployed at once,
-- nobody has run the step `validate` in between. Locks as in step_validate; the caller holds the table's advisory lock.
CREATE OR REPLACE FUNCTION prisma_partition.validate_small(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_next text[];
BEGIN
  LOOP
    v_next := prisma_partition.unvalidated(t);
    EXIT WHEN v_next IS NULL OR NOT prisma_partition.is_small(t.plain) OR NOT prisma_partition.is_small(v_next[1]::regclass);
    PERFORM prisma_partition.step_validate(t);
  END LOOP;
END
$fn$;

-- verify ------------------------------------------------------------------------------------------------------------
-- Compares the live table with the other one (before cutover: the plain table with its partitioned copy; after it: the
-- partitioned table with the old one kept for the way back), exactly, in one snapshot, under live writes. ACCESS SHARE
-- only; costs some 22 × count(*) of both. `pending` identities are left out of both counts: the log still has to replay
-- them. Nothing that the session has set can hide a difference: what is compared as text (arrays, ranges, composites)
-- keeps its last digit, and money its cents.
-- How many buckets the keys fall into nobody can tell the planner: it would sort the rows instead of hashing them.
CREATE OR REPLACE FUNCTION prisma_partition.verify(p_table integer)
RETURNS TABLE (partition text, lower text, upper text, source_rows bigint, target_rows bigint, pending bigint, matches boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
SET extra_float_digits = 1 SET lc_monetary = 'C' SET quote_all_identifiers = off
SET jit = off SET row_security = off SET enable_sort = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.begin_compare(p_table);
BEGIN
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE prisma_partition.compare_query(t) USING t.id;
END
$fn$;

-- wait-for-snapshots ------------------------------------------------------------------------------------------------------------
-- Waits until no transaction is left whose snapshot is older than now: such a one would find the new table as it was
-- then, perhaps empty. Like CREATE INDEX CONCURRENTLY it looks once who is there, and waits for those only. What committed
-- to the copy did so before now; what this transaction still replays is covered by guard_snapshots.
-- Not waited for: vacuum, and autovacuum's ANALYZE (a process without a user), which may hold a snapshot for hours and read
-- no rows by the table's name.
-- Virtual transaction ids and xmin, unlike the rest of pg_stat_activity, are shown to every role. An xmin that has moved
-- on means a new snapshot: under READ COMMITTED a long transaction holds nobody up.
-- Waits at most prisma_partition.snapshot_timeout (60s unless set), without a lock on the table.
CREATE OR REPLACE FUNCTION prisma_partition.wait_for_snapshots(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_until timestamptz := clock_timestamp() + coalesce(nullif(current_setting('prisma_partition.snapshot_timeout', true), ''), '60s')::interval;
  v_old text[]; v_left text;
BEGIN
  -- The guard relies on every snapshot from now on knowing of this transaction. It does once a later transaction id has
  -- come to its end: that of a subtransaction which is given one, and undone.
  PERFORM pg_current_xact_id();
  BEGIN
    UPDATE prisma_partition.tables SET model = model WHERE id = p_table;
    RAISE EXCEPTION USING ERRCODE = 'triggered_action_exception';
  EXCEPTION WHEN triggered_action_exception THEN NULL;
  END;
  LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT coalesce(array_agg(x.snapshot), '{}'), string_agg(x.description, E'\n') INTO v_old, v_left
    FROM (
      SELECT format('%s %s', l.virtualtransaction, a.backend_xmin) AS snapshot,
        format('pid %s of %s (%s, since %s): %s', a.pid, a.usesysid::regrole, a.state, a.xact_start, left(a.query, 80)) AS description
      FROM pg_locks l JOIN pg_stat_get_activity(NULL) a ON a.pid = l.pid
      WHERE l.locktype = 'virtualxid' AND l.virtualxid = l.virtualtransaction AND l.granted
        AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND a.pid <> pg_backend_pid() AND a.backend_xmin IS NOT NULL
        AND a.pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum) AND a.usesysid IS NOT NULL
    ) x
    WHERE v_old IS NULL OR x.snapshot = ANY (v_old);
    EXIT WHEN v_left IS NULL;
    IF clock_timestamp() > v_until THEN
      RAISE EXCEPTION 'prisma-partition: transactions with a snapshot older than the copy are still open'
        USING ERRCODE = 'lock_not_available', DETAIL = v_left,
          HINT = 'Nothing was changed. End them, or deploy again when they have ended: npx prisma migrate resolve --rolled-back <this migration> && npx prisma migrate deploy';
    END IF;
    PERFORM pg_sleep(0.02);
  END LOOP;
END
$fn$;

-- warm-swap ------------------------------------------------------------------------------------------------------------
-- Runs what the swap will run, for no table, where that can be done: the session plans each statement and fills its caches
-- before the lock, not under it. Without, the first swap of a session held the lock for 12.6 ms with 28 partitions and
-- 14.9 ms with 100, where the fourth one did for 5.2 and 7.7 ms. No lock.
CREATE OR REPLACE FUNCTION prisma_partition.warm_swap(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  FOR v_turn IN 1..2 LOOP -- what is prepared the first time is kept the second
    PERFORM prisma_partition.assert_intact(t);
    PERFORM prisma_partition.assert_same_columns(t);
    PERFORM prisma_partition.log_entries(t.id);
    PERFORM prisma_partition.repoint_statements(prisma_partition.live_of(t));
    PERFORM prisma_partition.hand_over_sequences(t, 0, 0);
    PERFORM prisma_partition.hand_over_statistics(0, 0);
    PERFORM prisma_partition.hand_over_triggers(0, 0);
    PERFORM prisma_partition.swap_foreign_keys(t, 0, 0);
    PERFORM prisma_partition.carry_publications(0, 0);
    PERFORM prisma_partition.drop_trigger(0, 'prisma_partition_guard');
    PERFORM prisma_partition.unvalidated(t);
  END LOOP;
END
$fn$;

-- widen-definition ------------------------------------------------------------------------------------------------------------
-- Adds the partition key as the last key column of a unique index's or constraint's definition; everything else (operator
-- classes, order, expressions, INCLUDE, NULLS NOT DISTINCT, WHERE) stays as it is.
CREATE OR REPLACE FUNCTION prisma_partition.widen_definition(p_index oid, p_definition text, p_key text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_depth integer := 0; v_quote text; v_char text; v_at integer := 0;
BEGIN
  -- The list opens with the first parenthesis outside of quotes (the method's name may be quoted) and closes with the one
  -- that matches it. As PostgreSQL writes definitions, a quote within quotes is doubled, never escaped, and so ends one
  -- piece and begins the next.
  FOREACH v_char IN ARRAY regexp_split_to_array(p_definition, '') LOOP
    v_at := v_at + 1;
    IF v_quote IS NOT NULL THEN
      IF v_char = v_quote THEN v_quote := NULL; END IF;
    ELSIF v_char IN ('"', '''') THEN
      v_quote := v_char;
    ELSIF v_char = '(' THEN
      v_depth := v_depth + 1;
    ELSIF v_char = ')' THEN
      v_depth := v_depth - 1;
      IF v_depth = 0 THEN
        RETURN left(p_definition, v_at - 1) || ', ' || quote_ident(p_key) || substr(p_definition, v_at);
      END IF;
    END IF;
  END LOOP;
  RAISE EXCEPTION 'prisma-partition: cannot widen % (%)', p_index::regclass, p_definition;
END
$fn$;

-- work ------------------------------------------------------------------------------------------------------------
-- What pg_cron calls every minute: units of work, each committed, for at most p_seconds; then the next minute goes on.
-- Two of them never work on one table: the second finds the session lock taken and returns. A unit that fails is rolled
-- back and its error recorded where `prisma-partition status` shows it.
CREATE OR REPLACE PROCEDURE prisma_partition.work(p_schema text, p_table text, p_seconds double precision DEFAULT 50)
LANGUAGE plpgsql AS $fn$
DECLARE
  v_id integer := (prisma_partition.find_table(p_schema, p_table)).id;
  v_until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_state text := 'worked'; v_error text;
BEGIN
  IF NOT pg_try_advisory_lock(1347440721, v_id) THEN RETURN; END IF;
  WHILE clock_timestamp() < v_until AND v_state <> 'idle' LOOP
    BEGIN
      SELECT s.state INTO v_state FROM prisma_partition.run_step(v_id) s;
    EXCEPTION
    WHEN query_canceled THEN -- which OTHERS leaves out
      v_error := format('%s (SQLSTATE %s). A statement_timeout counts for all of the call: ALTER ROLE %I IN DATABASE %I SET statement_timeout = 0',
        SQLERRM, SQLSTATE, current_user, current_database());
    WHEN OTHERS THEN
      v_error := format('%s (SQLSTATE %s)', SQLERRM, SQLSTATE);
    END;
    IF v_error IS NOT NULL THEN
      PERFORM prisma_partition.record_error(v_id, v_error);
      EXIT;
    END IF;
    COMMIT;
    IF v_state = 'waiting' THEN PERFORM pg_sleep(0.5); END IF;
  END LOOP;
  PERFORM pg_advisory_unlock(1347440721, v_id);
END
$fn$;

-- What is here now, for `prisma-partition doctor` to compare with.
INSERT INTO prisma_partition.installation (version, checksum, functions)
SELECT '0.1.0', 'f73dab2fe3e6a7194c22b12893705cfbd16b2337b82f0335cd4adebc136f5161', jsonb_object_agg(f.signature, f.checksum) FROM (
  SELECT p.oid, p.proname || '(' || coalesce(a.types, '') || ')' AS signature,
    md5(concat_ws(' ', p.prosrc, lower(p.proconfig::text), a.types, p.prokind, p.prosecdef, p.provolatile)) AS checksum
  FROM pg_catalog.pg_proc p
  CROSS JOIN LATERAL (
    SELECT string_agg(replace(format_type(x.type, NULL), 'prisma_partition.', ''), ', ' ORDER BY x.ordinality) AS types
    FROM unnest(p.proargtypes) WITH ORDINALITY x(type, ordinality)
  ) a
  WHERE p.pronamespace = pg_catalog.to_regnamespace('prisma_partition')
    AND p.proname !~ '^(capture_[0-9]+(_(insert|update|delete))?|drain_[0-9]+_(forward|reverse))$'
) f
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, checksum = excluded.checksum, installed_at = now(),
  -- The same ones put in again: what others have added meanwhile does not become the package's by that.
  functions = CASE WHEN installation.checksum = excluded.checksum AND installation.functions IS NOT NULL THEN installation.functions ELSE excluded.functions END;
END
$prisma_partition$;
