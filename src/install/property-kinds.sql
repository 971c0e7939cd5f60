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
