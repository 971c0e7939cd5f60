-- Everything this package keeps in the database lives here, in a schema that Prisma does not manage. `IF NOT EXISTS`,
-- because `prisma migrate reset` drops only the datasource's own schemas: this one survives it and is met again.
CREATE SCHEMA IF NOT EXISTS prisma_partition;
REVOKE ALL ON SCHEMA prisma_partition FROM PUBLIC;
GRANT USAGE ON SCHEMA prisma_partition TO pg_monitor;
