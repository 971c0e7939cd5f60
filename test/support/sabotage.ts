/**
 * Makes the n-th command of a migration fail, from outside: an event trigger counts DDL commands before they run, row
 * triggers count what is written to the tables where the package and the extensions keep their state. The count is a
 * sequence, which no rollback sets back.
 */
import pg from "pg";

/** What the message of an injected failure begins with; pg_partman, and the rehearsal of a setup, pass it on in their own. */
export const SABOTAGED = /^(?:prisma-partition: a partitioned copy cannot be made \([^)]*\): )?sabotaged: /;

const INSTALL = `
  CREATE SCHEMA sabotage;
  CREATE SEQUENCE sabotage.commands;
  CREATE TABLE sabotage.orders (fail_at bigint NOT NULL, lose_connection boolean NOT NULL);
  INSERT INTO sabotage.orders VALUES (0, false);
  CREATE FUNCTION sabotage.count_command(p_what text) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    o sabotage.orders := (SELECT x FROM sabotage.orders x);
  BEGIN
    IF o.fail_at = 0 OR nextval('sabotage.commands') <> o.fail_at THEN RETURN; END IF;
    IF o.lose_connection THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RAISE EXCEPTION 'sabotaged: %', p_what;
  END
  $$;
  CREATE FUNCTION sabotage.on_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM sabotage.count_command(tg_tag);
  END
  $$;
  CREATE FUNCTION sabotage.on_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM sabotage.count_command(format('%s on %s', tg_op, tg_relid::regclass));
    RETURN CASE tg_op WHEN 'DELETE' THEN OLD ELSE NEW END;
  END
  $$;
  CREATE EVENT TRIGGER sabotage ON ddl_command_start EXECUTE FUNCTION sabotage.on_command();
`;

/** The state tables that exist, the change logs included. */
const STATE_TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND (n.nspname = 'prisma_partition'
    OR n.nspname || '.' || c.relname IN ('cron.job', 'partman.part_config'))
  ORDER BY 1`;

export class Sabotage {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** @param url of the database, as a superuser */
  static async create(url: string): Promise<Sabotage> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(INSTALL);
    return new Sabotage(client);
  }

  /** Counts writes to the state tables that exist by now, too. */
  async watchState(): Promise<void> {
    const { rows } = await this.#client.query<{ name: string }>(STATE_TABLES);
    for (const { name } of rows) {
      await this.#client.query(
        `CREATE OR REPLACE TRIGGER sabotage BEFORE INSERT OR UPDATE OR DELETE ON ${name} FOR EACH ROW EXECUTE FUNCTION sabotage.on_row()`,
      );
    }
  }

  /** Counts from one again, and fails the command of that number, whoever issues it; 0 lets all pass, uncounted. */
  async failAt(command: number, how: "error" | "lost connection" = "error"): Promise<void> {
    await this.#client.query("SELECT setval('sabotage.commands', 1, false)");
    await this.#client.query("UPDATE sabotage.orders SET fail_at = $1, lose_connection = $2", [
      command,
      how === "lost connection",
    ]);
  }

  /** How many commands were counted since `failAt`. */
  async counted(): Promise<number> {
    const { rows } = await this.#client.query(
      "SELECT (last_value - (NOT is_called)::int)::int AS count FROM sabotage.commands",
    );
    return rows[0].count;
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}
