/**
 * What people do to a table while it is being converted, and what becomes of it: carried through, or refused with a
 * message that says what to do, after which the conversion goes on.
 */
import type { Conversion } from "./convert.ts";

export const PHASES = ["load", "index", "drain", "ready", "after"] as const;
export type Phase = (typeof PHASES)[number];

export interface Refusal {
  /** In these phases; in the others the change is carried through, or is none that PostgreSQL allows. */
  readonly in: readonly Phase[];
  /** Message, detail and hint, of the runner or of the cutover. */
  readonly says: RegExp;
  /** What the message says to do. */
  readonly remedy: (c: Conversion, other: string) => Promise<unknown>;
  /** The remedy gives the conversion up. */
  readonly over?: boolean;
}

export interface Alteration {
  readonly title: string;
  /** `$other` is the table that follows the live one. */
  readonly sql: string;
  /** Where it is tried; by default everywhere. */
  readonly phases?: readonly Phase[];
  readonly refused?: readonly Refusal[];
  /** The application's own statements fail from then on with this. */
  readonly breaksWrites?: RegExp;
}

const before: Phase[] = ["load", "index", "drain", "ready"];
const run = (sql: string) => (c: Conversion) => c.query(sql);
/** The same change on the other table. */
const likewise = (sql: string) => (c: Conversion, other: string) => c.query(sql.replaceAll("app.events", other));

/** A change of columns: the runner and the cutover stop at once, on either side of the cutover. */
function columns(title: string, sql: string): Alteration {
  const says =
    /columns of app.events and its partitioned copy differ.*Make the same change on the other one, (app_partitioned|app_old).events/s;
  return { title, sql, refused: [{ in: PHASES, says, remedy: likewise(sql) }] };
}

/** A change that makes no difference to the copying: the cutover finds it. */
function property(title: string, sql: string, found: string): Alteration {
  const says = new RegExp(
    `is not its equal.*${found}.*Make both tables alike \\(the .* is app_partitioned.events\\)`,
    "s",
  );
  return { title, sql, refused: [{ in: before, says, remedy: likewise(sql) }] };
}

/** Indexes are read when the load is done; what is made of them later has to be done on both tables. */
function indexes(title: string, sql: string, remedy: string): Alteration {
  const says = /is not its equal.*events_[vw]_idx.*Make both tables alike/s;
  return { title, sql, refused: [{ in: ["index", "drain", "ready"], says, remedy: run(remedy) }] };
}

const restartCapture = run("SELECT prisma_partition.restart_capture('app', 'events')");
const teardown = (c: Conversion) => c.teardown();

function uncaptured(title: string, sql: string, phases: readonly Phase[] = PHASES): Alteration {
  const says =
    /change capture on app.events was dropped or disabled.*SELECT prisma_partition.restart_capture\('app', 'events'\)/s;
  return { title, sql, phases, refused: [{ in: phases, says, remedy: restartCapture }] };
}

const rowsDiffer =
  /its partitioned copy differ.*prisma-partition verify Model names the rows.*restart_capture\('app', 'events'\)/s;

export const ALTERATIONS: readonly Alteration[] = [
  columns("column added", "ALTER TABLE app.events ADD extra integer"),
  columns("column added with a default", "ALTER TABLE app.events ADD extra integer NOT NULL DEFAULT 7"),
  columns("column dropped", "ALTER TABLE app.events DROP note"),
  columns("column retyped", "ALTER TABLE app.events ALTER note TYPE varchar(100)"),
  columns("column retyped with a rewrite", "ALTER TABLE app.events ALTER w TYPE bigint"),
  columns("column renamed", "ALTER TABLE app.events RENAME note TO remark"),
  columns("NOT NULL added", "ALTER TABLE app.events ALTER note SET NOT NULL"),
  property("default changed", "ALTER TABLE app.events ALTER w SET DEFAULT 5", "\\bw\\b"),
  property(
    "check constraint added",
    "ALTER TABLE app.events ADD CONSTRAINT events_w_check CHECK (w >= 0)",
    "check constraint events_w_check",
  ),
  indexes(
    "index added",
    "CREATE INDEX events_w_idx ON app.events (w)",
    "CREATE INDEX events_w_idx ON app_partitioned.events (w)",
  ),
  indexes("index dropped", "DROP INDEX app.events_v_idx", "DROP INDEX app_partitioned.events_v_idx"),
  indexes(
    "index redefined",
    "DROP INDEX app.events_v_idx; CREATE INDEX events_v_idx ON app.events (w, v)",
    "DROP INDEX app_partitioned.events_v_idx; CREATE INDEX events_v_idx ON app_partitioned.events (w, v)",
  ),
  { title: "foreign key added", sql: "ALTER TABLE app.events ADD FOREIGN KEY (w) REFERENCES app.other (id)" },
  { title: "row security switched on", sql: "ALTER TABLE app.events ENABLE ROW LEVEL SECURITY" },
  { title: "view created", sql: "CREATE VIEW app.view AS SELECT id FROM app.events" },
  {
    title: "unique index without the key added",
    sql: "CREATE UNIQUE INDEX events_note_key ON app.events (note)",
    phases: before,
    refused: [
      {
        in: ["load"],
        says: /events_note_key was created after setup.*Drop it/s,
        remedy: run("DROP INDEX app.events_note_key"),
      },
      {
        in: ["index", "drain", "ready"],
        says: /events_note_key lacks the key at .*run: DROP INDEX app.events_note_key/s,
        remedy: run("DROP INDEX app.events_note_key"),
      },
    ],
  },
  {
    title: "primary key dropped",
    sql: "ALTER TABLE app.events DROP CONSTRAINT events_pkey",
    phases: before,
    refused: [
      {
        in: ["load"],
        says: /no unique index on \(id\) identifies the rows of app.events.*Create it again/s,
        remedy: run("ALTER TABLE app.events ADD PRIMARY KEY (id)"),
      },
      {
        in: ["index", "drain", "ready"],
        says: /no unique index on \(id\) .*identifies its rows/,
        remedy: run("ALTER TABLE app.events ADD PRIMARY KEY (id)"),
      },
    ],
  },
  {
    title: "table renamed",
    sql: "ALTER TABLE app.events RENAME TO happenings",
    breaksWrites: /relation "app.events" does not exist/,
    refused: [
      {
        in: PHASES,
        says: /app.events is now named app.happenings.*Give it back its name/s,
        remedy: run("ALTER TABLE app.happenings RENAME TO events"),
      },
    ],
  },
  {
    title: "table moved to another schema",
    sql: "CREATE SCHEMA other; ALTER TABLE app.events SET SCHEMA other",
    breaksWrites: /relation "app.events" does not exist/,
    refused: [
      {
        in: PHASES,
        says: /app.events is now named other.events.*Give it back its name and schema/s,
        remedy: run("ALTER TABLE other.events SET SCHEMA app"),
      },
    ],
  },
  {
    title: "table dropped",
    sql: "DROP TABLE app.events CASCADE",
    phases: before,
    breaksWrites: /relation "app.events" does not exist/,
    refused: [{ in: before, says: /app.events was dropped.*Remove its annotation/s, remedy: teardown, over: true }],
  },
  {
    title: "key renamed",
    sql: "ALTER TABLE app.events RENAME at TO instant",
    phases: before,
    breaksWrites: /column "at" does not exist/,
    refused: [
      { in: before, says: /copy differ: at, instant/, remedy: run("ALTER TABLE app.events RENAME instant TO at") },
    ],
  },
  {
    title: "key dropped",
    sql: "ALTER TABLE app.events DROP at",
    phases: before,
    breaksWrites: /column "at" does not exist/,
    refused: [{ in: before, says: /copy differ: at/, remedy: teardown, over: true }],
  },
  uncaptured("capture trigger dropped", "DROP TRIGGER prisma_partition_capture ON app.events"),
  uncaptured("capture trigger disabled", "ALTER TABLE app.events DISABLE TRIGGER prisma_partition_capture"),
  uncaptured("all triggers disabled", "ALTER TABLE app.events DISABLE TRIGGER ALL"),
  uncaptured(
    "all triggers disabled and enabled",
    "ALTER TABLE app.events DISABLE TRIGGER ALL; ALTER TABLE app.events ENABLE TRIGGER ALL",
  ),
  uncaptured("capture trigger silent for replicas", "ALTER TABLE app.events ENABLE TRIGGER prisma_partition_capture"),
  uncaptured("capture of inserts dropped", "DROP TRIGGER prisma_partition_capture_insert ON app.events", before),
  uncaptured(
    "capture of updates disabled",
    "ALTER TABLE app.events DISABLE TRIGGER prisma_partition_capture_update",
    before,
  ),
  uncaptured(
    "capture of deletes for replicas only",
    "ALTER TABLE app.events ENABLE REPLICA TRIGGER prisma_partition_capture_delete",
    before,
  ),
  uncaptured("capture of TRUNCATE dropped", "DROP TRIGGER prisma_partition_capture_truncate ON app.events"),
  {
    title: "capture trigger disabled for a while",
    sql: `ALTER TABLE app.events DISABLE TRIGGER prisma_partition_capture_update, DISABLE TRIGGER prisma_partition_capture_delete;
      UPDATE app.events SET v = -1 WHERE id < 10; DELETE FROM app.events WHERE id = 20;
      ALTER TABLE app.events ENABLE ALWAYS TRIGGER prisma_partition_capture_update, ENABLE ALWAYS TRIGGER prisma_partition_capture_delete`,
    phases: before,
    refused: [{ in: before, says: rowsDiffer, remedy: restartCapture }],
  },
  {
    title: "log truncated",
    sql: "TRUNCATE prisma_partition.log_1",
    phases: before,
    refused: [
      { in: ["load"], says: /could not create unique index|its partitioned copy differ/, remedy: restartCapture },
      { in: ["index", "drain", "ready"], says: rowsDiffer, remedy: restartCapture },
    ],
  },
  {
    title: "log dropped",
    sql: "DROP TABLE prisma_partition.log_1",
    phases: before,
    breaksWrites: /relation "prisma_partition.log_1" does not exist/,
    refused: [
      {
        in: before,
        says: /the change log of app.events or one of its functions was dropped.*Start over: remove the annotation/s,
        remedy: teardown,
        over: true,
      },
    ],
  },
  {
    title: "capture function dropped",
    sql: "DROP FUNCTION prisma_partition.capture_1() CASCADE",
    phases: before,
    refused: [{ in: before, says: /or one of its functions was dropped.*Start over/s, remedy: teardown, over: true }],
  },
  {
    title: "capture function of updates dropped",
    sql: "DROP FUNCTION prisma_partition.capture_1_update() CASCADE",
    phases: before,
    refused: [{ in: before, says: /or one of its functions was dropped.*Start over/s, remedy: teardown, over: true }],
  },
  {
    title: "the other table dropped",
    sql: "DROP TABLE $other CASCADE",
    refused: [
      {
        in: before,
        says: /the other table of app.events \(stage setup\) was dropped.*Start over/s,
        remedy: teardown,
        over: true,
      },
      {
        in: ["after"],
        says: /the other table of app.events \(stage cutover\) was dropped.*Go on to "stage: cleanup"/s,
        remedy: (c) => c.cleanup("0 days"),
        over: true,
      },
    ],
  },
  {
    title: "the other table emptied",
    sql: "TRUNCATE $other",
    refused: [{ in: ["load", "index"], says: rowsDiffer, remedy: restartCapture }],
  },
  { title: "VACUUM FULL", sql: "VACUUM FULL app.events" },
  { title: "CLUSTER", sql: "CLUSTER app.events USING events_pkey", phases: before },
];
