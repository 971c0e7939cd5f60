/**
 * Makes a backend wait in the middle of what it does, at a place that the test names, from outside the package: a
 * trigger there asks for an advisory lock that the test holds. So a step can be interrupted just there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Conversion } from "./convert.ts";

/** Where to wait. Tables are qualified names. */
export type Place =
  /** When a row (before it is written) meets the condition, on `NEW` and `OLD`. */
  | { readonly row: "INSERT" | "UPDATE" | "DELETE"; readonly on: string; readonly when?: string }
  /** When a statement on the table has run. */
  | { readonly after: "INSERT" | "UPDATE" | "DELETE"; readonly on: string }
  /** When a DDL command of this tag has run, such as `CREATE INDEX`. */
  | { readonly ddl: string }
  /** When it wants the table at all. */
  | { readonly locked: string };

const KEY = 815;
const INSTALL = `
  CREATE SCHEMA hold;
  CREATE FUNCTION hold.row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(${KEY});
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END $$;
  CREATE FUNCTION hold.command() RETURNS event_trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(${KEY});
  END $$;`;

export class Hold {
  readonly #conversion: Conversion;
  #holder: pg.Client | undefined;
  #undo = "";

  private constructor(conversion: Conversion) {
    this.#conversion = conversion;
  }

  static async create(conversion: Conversion): Promise<Hold> {
    await conversion.query(INSTALL);
    return new Hold(conversion);
  }

  /** From now on whoever comes to the place waits. One place at a time. */
  async at(place: Place): Promise<void> {
    const { conversion, holder } = { conversion: this.#conversion, holder: await this.#conversion.connect() };
    this.#holder = holder;
    await holder.query(`SELECT pg_advisory_lock(${KEY})`);
    if ("locked" in place) {
      await holder.query(`BEGIN; LOCK TABLE ${place.locked} IN ACCESS EXCLUSIVE MODE`);
    } else if ("ddl" in place) {
      this.#undo = "DROP EVENT TRIGGER hold";
      await conversion.query(
        `CREATE EVENT TRIGGER hold ON ddl_command_end WHEN tag IN ('${place.ddl}') EXECUTE FUNCTION hold.command()`,
      );
    } else {
      this.#undo = `DROP TRIGGER hold ON ${place.on}`;
      const [moment, level] =
        "row" in place
          ? [`BEFORE ${place.row}`, `FOR EACH ROW ${place.when ? `WHEN (${place.when})` : ""}`]
          : [`AFTER ${place.after}`, "FOR EACH STATEMENT"];
      await conversion.query(`CREATE TRIGGER hold ${moment} ON ${place.on} ${level} EXECUTE FUNCTION hold.row()`);
    }
  }

  /** Waits until somebody waits there; returns its backend. */
  async reached(): Promise<number> {
    for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(5)) {
      const found = await this.#conversion.query<{ pid: number }>(
        `SELECT a.pid FROM pg_stat_activity a
         WHERE a.datname = current_database() AND a.state = 'active' AND a.wait_event_type = 'Lock' AND a.query ~ 'prisma.partition'
           AND (SELECT h.pid FROM pg_locks h WHERE h.locktype = 'advisory' AND h.objid = ${KEY} AND h.mode = 'ExclusiveLock' AND h.granted
             AND h.database = (SELECT oid FROM pg_database WHERE datname = current_database())) = ANY (pg_blocking_pids(a.pid))`,
      );
      if (found[0]) return found[0].pid;
    }
    const active = await this.#conversion.query(
      "SELECT pid, state, wait_event_type, wait_event, left(query, 200) AS query FROM pg_stat_activity WHERE datname = current_database()",
    );
    throw new Error(`nobody came to the place where it should be held: ${JSON.stringify(active, null, 2)}`);
  }

  /** Lets go, and removes the trigger once whoever waits there has ended its transaction. */
  async release(): Promise<void> {
    await this.#holder?.end().catch(() => {});
    this.#holder = undefined;
    const undo = this.#undo;
    this.#undo = "";
    if (undo === "") return;
    // Runners may be at work: asking for less time than a deadlock takes to be found, this is never part of one.
    for (;;) {
      try {
        await this.#conversion.query(`BEGIN; SET LOCAL lock_timeout = '100ms'; ${undo}; COMMIT`);
        return;
      } catch (error) {
        await this.#conversion.query("ROLLBACK");
        if ((error as pg.DatabaseError).code !== "55P03") throw error;
      }
    }
  }
}
