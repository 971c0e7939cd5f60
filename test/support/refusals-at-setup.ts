/** What setup refuses, by subject. Views, publications, uniques and ids have test files of their own. */
import type { Refusal } from "./refused.ts";

export const plain = "CREATE TABLE app.t (id bigserial PRIMARY KEY, at timestamptz NOT NULL, v integer, s text)";
const fires = "CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";

const kinds: Refusal[] = [
  { title: "a view", ddl: "CREATE VIEW app.t AS SELECT 1 AS id", message: /it is not a table/, remedy: "none" },
  {
    title: "a foreign table",
    ddl: `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE app.t (id bigint, at timestamptz) SERVER s`,
    message: /it is a foreign table/,
    remedy: "none",
  },
  {
    title: "a partitioned table",
    ddl: "CREATE TABLE app.t (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)",
    message: /it is partitioned already/,
    remedy: "none",
  },
  {
    title: "a partition",
    ddl: `CREATE TABLE app.p (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (id); CREATE TABLE app.t PARTITION OF app.p (PRIMARY KEY (id)) DEFAULT`,
    message: /it is a partition of app\.p/,
  },
  { title: "an unlogged table", ddl: plain.replace("TABLE", "UNLOGGED TABLE"), message: /it is unlogged/ },
  {
    title: "a parent",
    ddl: `${plain}; CREATE TABLE app.child () INHERITS (app.t)`,
    message: /app\.child inherits from it/,
  },
  {
    title: "a child",
    ddl: `CREATE TABLE app.p (v integer); ${plain}; ALTER TABLE app.t INHERIT app.p`,
    message: /it inherits from app\.p/,
  },
  {
    title: "a table of a type",
    ddl: "CREATE TYPE app.y AS (id bigint, at timestamptz); CREATE TABLE app.t OF app.y (PRIMARY KEY (id), at NOT NULL)",
    message: /it is a table of type app\.y/,
  },
  {
    title: "a table of an extension",
    ddl: `${plain}; ALTER EXTENSION plpgsql ADD TABLE app.t`,
    message: /it belongs to extension plpgsql/,
  },
];

const privileges: Refusal[] = [
  {
    title: "another owner",
    role: true,
    ddl: `CREATE ROLE other_%role; ${plain}; ALTER TABLE app.t OWNER TO other_%role; GRANT ALL ON SCHEMA app TO other_%role; GRANT SELECT ON app.t TO %role`,
    message: /role migrator_\w+ is not a member of its owner other_migrator_\w+/,
  },
  {
    title: "no right to create partitions",
    role: true,
    ddl: `${plain}; %own; REVOKE CREATE ON SCHEMA app FROM %role`,
    message: /may not create partitions in its schema/,
  },
  {
    title: "an owner without the right to create partitions",
    role: true,
    ddl: `${plain}; CREATE ROLE owner_%role; ALTER TABLE app.t OWNER TO owner_%role; GRANT owner_%role TO %role`,
    message: /role owner_migrator_\w+ may not create partitions in its schema/,
  },
  {
    title: "no right to create schemas",
    role: true,
    ddl: `${plain}; %own; REVOKE CREATE ON DATABASE %database FROM %role`,
    message: /may not create the schemas of its copy/,
  },
  {
    title: "somebody else's schemas",
    role: true,
    ddl: `${plain}; %own; CREATE SCHEMA app_partitioned; CREATE SCHEMA app_old`,
    message: /may not create anything in schema app_partitioned[\s\S]*may not create anything in schema app_old/,
  },
  {
    title: "row security that hides rows",
    role: true,
    ddl: `${plain}; %own; ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    message: /row security hides rows from role/,
  },
  {
    title: "a foreign key to a table that may not be locked",
    role: true,
    ddl: `CREATE SCHEMA far; CREATE TABLE far.o (id integer PRIMARY KEY); ${plain}; ALTER TABLE app.t ADD FOREIGN KEY (v) REFERENCES far.o; %own`,
    message: /t_v_fkey references far\.o, which role migrator_\w+ may not both lock and reference/,
  },
  {
    title: "a foreign key of somebody else's table",
    role: true,
    ddl: `${plain}; ALTER TABLE app.t ADD UNIQUE (id, at); CREATE ROLE other_%role; CREATE TABLE app.o (i bigint, a timestamptz, FOREIGN KEY (i, a) REFERENCES app.t (id, at)); ALTER TABLE app.o OWNER TO other_%role; %own`,
    message: /o_i_a_fkey on app\.o must be pointed at the new table/,
  },
];

const keys: Refusal[] = [
  { title: "no such key", ddl: plain, table: { key: "nope" }, message: /no column nope/, remedy: { key: "at" } },
  {
    title: "a key that may be null",
    ddl: `${plain}; ALTER TABLE app.t ALTER at DROP NOT NULL`,
    message: /key column at may be null/,
  },
  {
    title: "a key of another kind",
    ddl: plain,
    table: { kind: "date" },
    message: /key column at is timestamp with time zone here, which is no date key/,
    remedy: { kind: "timestamptz" },
  },
  {
    title: "a key of a domain",
    ddl: `CREATE DOMAIN app.moment AS timestamptz; CREATE TABLE app.t (id bigserial PRIMARY KEY, at app.moment NOT NULL)`,
    message: /key column at is app\.moment here/,
    remedy: { key: "id", kind: "integer", interval: "1000" },
  },
  {
    title: "a generated key",
    ddl: "CREATE TABLE app.t (id bigserial PRIMARY KEY, made date, at date GENERATED ALWAYS AS (made) STORED NOT NULL)",
    table: { kind: "date" },
    message: /key column at is generated/,
  },
  {
    title: "a virtual generated key",
    since: 18,
    ddl: "CREATE TABLE app.t (id bigserial PRIMARY KEY, made date NOT NULL, at date GENERATED ALWAYS AS (made) VIRTUAL NOT NULL)",
    table: { kind: "date" },
    message: /key column at is generated, .* make it a column of its own/,
    remedy: { key: "made" },
  },
  {
    title: "an identity that may be null",
    ddl: "CREATE TABLE app.t (v integer UNIQUE, at timestamptz NOT NULL)",
    table: { uniques: [["v"]], withoutPrimaryKey: true },
    message: /column v, which identifies its rows, may be null/,
  },
  {
    title: "an identity that does not exist",
    ddl: plain,
    table: { uniques: [["nope"]] },
    message: /no column nope, which identifies its rows/,
    remedy: { uniques: [["id"]] },
  },
  {
    title: "an identity that is not unique",
    ddl: "CREATE TABLE app.t (v integer NOT NULL, at timestamptz NOT NULL)",
    table: { uniques: [["v"]] },
    message: /no unique index on \(v\)/,
  },
  {
    title: "an identity that is checked at commit",
    ddl: "CREATE TABLE app.t (id bigint PRIMARY KEY DEFERRABLE, at timestamptz NOT NULL)",
    message: /no unique index on \(id\)/,
  },
  {
    title: "an identity whose index tells apart what its column does not",
    ddl: `CREATE COLLATION app.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE app.t (id text COLLATE app.nocase NOT NULL, at timestamptz NOT NULL); CREATE UNIQUE INDEX by_letter ON app.t (id COLLATE "C");
      INSERT INTO app.t VALUES ('a1', '2026-01-01'), ('b1', '2026-01-01')`,
    table: { withoutPrimaryKey: true },
    message: /unique index app\.by_letter, which identifies its rows, has another collation or operator class/,
  },
  {
    title: "an identity whose operator class tells apart what its type does not",
    ddl: `CREATE EXTENSION citext; CREATE TABLE app.t (id citext NOT NULL, at timestamptz NOT NULL); CREATE UNIQUE INDEX by_letter ON app.t (id text_ops)`,
    table: { withoutPrimaryKey: true },
    message: /unique index app\.by_letter, which identifies its rows, has another collation or operator class/,
  },
  {
    title: "a deferrable unique beside the identity",
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT again UNIQUE (at, id) DEFERRABLE`,
    message: /deferrable constraint again is of the columns that identify its rows/,
  },
  {
    title: "an identity column that nothing can set",
    ddl: "CREATE TABLE app.t (id uuid PRIMARY KEY, at timestamptz NOT NULL, n bigint GENERATED ALWAYS AS IDENTITY)",
    message: /column n is GENERATED ALWAYS/,
  },
];

const constraints: Refusal[] = [
  {
    title: "an exclusion constraint",
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT apart EXCLUDE USING gist (tstzrange(at, at) WITH &&)`,
    message: /constraint apart keeps rows from overlapping/,
  },
  {
    title: "a unique without overlaps",
    since: 18,
    ddl: `CREATE EXTENSION btree_gist; ${plain}; ALTER TABLE app.t ADD r int4range, ADD CONSTRAINT apart UNIQUE (v, r WITHOUT OVERLAPS)`,
    message: /constraint apart keeps rows from overlapping/,
  },
  {
    title: "a check that is not valid",
    ddl: `${plain}; INSERT INTO app.t (at, v) VALUES (now(), -1); ALTER TABLE app.t ADD CONSTRAINT positive CHECK (v > 0) NOT VALID`,
    message: /constraint positive is NOT VALID/,
    first: "UPDATE app.t SET v = 1",
  },
  {
    title: "a foreign key that is not valid",
    ddl: `${plain}; CREATE TABLE app.o (id integer PRIMARY KEY); ALTER TABLE app.t ADD CONSTRAINT fk FOREIGN KEY (v) REFERENCES app.o NOT VALID`,
    message: /foreign key fk on app\.t is NOT VALID/,
  },
  {
    title: "a foreign key of another table that is not valid, with rows that break it",
    ddl: `${plain}; CREATE TABLE app.o (t_id bigint); INSERT INTO app.o VALUES (7); ALTER TABLE app.o ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES app.t NOT VALID`,
    table: { key: "id", kind: "integer", interval: "1000" },
    message: /foreign key fk on app\.o is NOT VALID, but would be checked on every row after the swap/,
    first: "DELETE FROM app.o",
  },
  {
    title: "a not-null that is not valid",
    since: 18,
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT v_given NOT NULL v NOT VALID`,
    message: /constraint v_given is NOT VALID/,
  },
  {
    title: "a check without inheritance",
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT alone CHECK (v > 0) NO INHERIT`,
    message: /constraint alone is NO INHERIT/,
  },
  {
    title: "a not-null without inheritance",
    since: 18,
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT v_given NOT NULL v NO INHERIT`,
    message: /constraint v_given is NO INHERIT/,
  },
  {
    title: "a foreign key to itself",
    ddl: `${plain}; ALTER TABLE app.t ADD parent bigint REFERENCES app.t`,
    message: /t_parent_fkey points at the table itself/,
  },
  {
    title: "a foreign key to itself that is not valid",
    ddl: `${plain}; ALTER TABLE app.t ADD parent bigint, ADD CONSTRAINT fk FOREIGN KEY (parent) REFERENCES app.t NOT VALID`,
    message: /fk points at the table itself/,
  },
  {
    title: "foreign keys that lack the key",
    ddl: `${plain}; INSERT INTO app.t (at) VALUES (now()), ('2026-01-02'); CREATE TABLE app.o2 (t_id bigint REFERENCES app.t, x integer);
      CREATE TABLE app.o (t_id bigint, v integer, FOREIGN KEY (t_id) REFERENCES app.t ON DELETE CASCADE DEFERRABLE); INSERT INTO app.o SELECT id FROM app.t`,
    message: /o_t_id_fkey on app\.o references it without the key at, .*\(id, at\)[\s\S]*o2_t_id_fkey on app\.o2/,
  },
  {
    title: "a row trigger with a transition table",
    ddl: `${plain}; ${fires}; CREATE TRIGGER g AFTER INSERT ON app.t REFERENCING NEW TABLE AS n FOR EACH ROW EXECUTE FUNCTION app.f()`,
    message: /row trigger g has a transition table/,
  },
  {
    title: "a trigger with one of our names",
    ddl: `${plain}; ${fires}; CREATE TRIGGER prisma_partition_audit AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.f()`,
    message: /trigger prisma_partition_audit has the name of one of this package's/,
  },
  { title: "a rule", ddl: `${plain}; CREATE RULE r AS ON DELETE TO app.t DO INSTEAD NOTHING`, message: /rule r / },
];

const longName = (length: number) =>
  `CREATE SCHEMA ${"s".repeat(length)}; CREATE TABLE ${"s".repeat(length)}.t (id bigint PRIMARY KEY, at timestamptz NOT NULL)`;

const places: Refusal[] = [
  {
    title: "relations where the copy would be",
    ddl: `${plain}; CREATE SCHEMA app_partitioned; CREATE TABLE app_partitioned.t (); CREATE SCHEMA app_old; CREATE VIEW app_old.t AS SELECT 1 AS a; CREATE SEQUENCE app_old.t_id_seq`,
    message:
      /app_partitioned\.t has a name that is needed[\s\S]*app_old\.t has a name[\s\S]*app_old\.t_id_seq has a name/,
  },
  {
    title: "too little disk",
    ddl: `${plain}; DO $$ BEGIN EXECUTE format($f$ALTER DATABASE %I SET prisma_partition.disk_size = '1MB'$f$, current_database()); END $$`,
    message: /its copy needs \d+ \w+, then the databases have \d+ \w+, and prisma_partition\.disk_size allows 1024 kB/,
  },
  {
    title: "a schema with a long name",
    ddl: `${longName(52)}; ${longName(51)}`,
    table: { schema: "s".repeat(52) },
    message: /leaves no room .* ALTER SCHEMA s+ RENAME TO s+/,
    remedy: { schema: "s".repeat(51) },
  },
];

export const refusalsAtSetup: Readonly<Record<string, readonly Refusal[]>> = {
  kinds,
  privileges,
  keys,
  constraints,
  places,
};
