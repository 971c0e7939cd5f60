import { expect } from "vitest";
import { differences, doneOrWaiting, edit, type Scenario, until } from "./scenario.ts";

export const capture: Scenario[] = [
  {
    title: "the old key in the log: a row that moves to another partition",
    lost: differences,
    mutate: (c) => edit(c, "capture_1_update", /SELECT [^;]* FROM old_rows UNION /, ""),
    async run(c) {
      await until(c, "drain");
      await c.query("UPDATE app.events SET at = at - interval '2 months' WHERE id = 5");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "ENABLE ALWAYS: a statement that becomes a replica's half way",
    lost: differences,
    async prepare(c) {
      await c.query(`CREATE FUNCTION app.become() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN IF NEW.id = 3 THEN PERFORM set_config('session_replication_role', 'replica', true); END IF; RETURN NEW; END $$;
        CREATE TRIGGER become BEFORE UPDATE ON app.events FOR EACH ROW EXECUTE FUNCTION app.become();
        ALTER TABLE app.events ENABLE ALWAYS TRIGGER become`);
    },
    async mutate(c) {
      await edit(c, "assert_intact", /\b[gl]\.tgenabled = c\.enabled/g, "true"); // it would be noticed
      await c.query("ALTER TABLE app.events ENABLE TRIGGER prisma_partition_capture_update");
    },
    async run(c) {
      await until(c, "drain");
      await c.query("UPDATE app.events SET v = -1 WHERE id IN (SELECT id FROM app.events WHERE id <= 5 ORDER BY id)");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "ENABLE ALWAYS, after cutover: a writer that applies a replica's changes",
    lost: /expected \[ .*\] to deeply equal \[\]/, // it is cut over, so that check_rows has nothing to say
    async mutate(c) {
      await edit(c, "assert_intact", /\b[gl]\.tgenabled = c\.enabled/g, "true"); // it would be noticed
      await edit(
        c,
        "create_triggers",
        "CASE c.enabled WHEN 'A'",
        "CASE WHEN p_relation <> t.plain THEN '' WHEN c.enabled = 'A'",
      );
    },
    async run(c) {
      await until(c, "drain");
      await c.cutover();
      const replica = await c.connect(["session_replication_role=replica"]);
      await replica.query("UPDATE app.events SET v = -1 WHERE id = 5");
      await c.work();
      expect(await c.differences(c.name, c.old)).toEqual([]);
    },
  },
  {
    title: "the lock at setup: a writer that wrote before the triggers and commits after them",
    fromTheStart: true,
    lost: differences,
    async mutate(c) {
      // No statement creates a trigger without that lock, so they are created elsewhere and carried over in the catalog.
      await edit(c, "create_capture", /PERFORM prisma_partition\.lock_relations\([^;]*;/, "");
      await edit(
        c,
        "create_triggers",
        /BEGIN\s/,
        `BEGIN IF p_relation = t.plain THEN CREATE TABLE app.decoy (LIKE app.events);
           v_table := 'app.decoy'; p_relation := v_table::regclass; t.plain := p_relation; END IF; `,
      );
      await edit(
        c,
        "create_triggers",
        /END\s+\$function\$/,
        `UPDATE pg_trigger SET tgrelid = 'app.events'::regclass WHERE tgrelid = to_regclass('app.decoy');
         UPDATE pg_class SET relhastriggers = true WHERE oid = 'app.events'::regclass;
         END $function$`,
      );
    },
    async run(c) {
      const writer = await c.connect();
      await writer.query("BEGIN; UPDATE app.events SET v = -1 WHERE id = 5");
      const setup = c.setup();
      if (await doneOrWaiting(c, setup)) await until(c, "index");
      await writer.query("COMMIT");
      await setup;
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "the entry is the writer's own: a drain between the write and its commit",
    lost: differences,
    async mutate(c) {
      const { hostname, port, pathname } = new URL(c.url);
      await c.query("CREATE EXTENSION dblink");
      const server = `host=${hostname} port=${port} dbname=${pathname.slice(1)} user=postgres`;
      await edit(
        c,
        "capture_1_update",
        /INSERT INTO prisma_partition\.log_1 ([^;]*);/,
        `PERFORM public.dblink_exec('${server}', pg_catalog.format('INSERT INTO prisma_partition.log_1 VALUES (%L, %L)', p.id, p.at))
         FROM ($1) AS p;`,
      );
    },
    async run(c) {
      await until(c, "drain");
      const writer = await c.connect();
      await writer.query("BEGIN; UPDATE app.events SET v = -1 WHERE id = 5");
      await c.work();
      await writer.query("COMMIT");
      await writer.query("BEGIN; UPDATE app.events SET v = -1 WHERE id = 6; ROLLBACK");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "SECURITY DEFINER: a writer without any right on the log",
    lost: /permission denied for (schema prisma_partition|table log_1)/,
    mutate: (c) => c.query("ALTER FUNCTION prisma_partition.capture_1_update() SECURITY INVOKER"),
    async run(c) {
      await until(c, "drain");
      await c.query(
        "GRANT USAGE ON SCHEMA app TO pg_signal_backend; GRANT SELECT, UPDATE ON app.events TO pg_signal_backend",
      );
      const writer = await c.connect();
      await writer.query("SET ROLE pg_signal_backend; UPDATE app.events SET v = -1 WHERE id = 5");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "TRUNCATE is logged, for which no row trigger fires",
    lost: differences,
    mutate: (c) => edit(c, "capture_1", "INSERT INTO prisma_partition.log_1 DEFAULT VALUES", "NULL"),
    async run(c) {
      await until(c, "drain");
      await c.query("TRUNCATE app.events; INSERT INTO app.events VALUES (1, now(), 'new', 1)");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
];
