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
