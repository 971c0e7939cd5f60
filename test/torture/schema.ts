/** The table that is tortured, and what the application has around it. */
import type { TableSpec } from "../support/convert.ts";
import type { Plan } from "./plan.ts";
import type { SharedRows } from "./shared-rows.ts";

/**
 * `(id, at)` is unique from the start: that is how an application says `ON CONFLICT` so that it holds before, during and
 * after the swap. The dropped column makes attribute numbers of table and copy differ.
 */
export function ddl({ rows }: Plan, shared: SharedRows): string {
  return `
    CREATE TABLE app.accounts (id bigint PRIMARY KEY);
    CREATE TABLE app.events (gone integer, id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL, v bigint NOT NULL,
      account_id bigint REFERENCES app.accounts DEFERRABLE INITIALLY DEFERRED, UNIQUE (id, at));
    ALTER TABLE app.events DROP COLUMN gone;
    CREATE UNIQUE INDEX events_code_key ON app.events (code);
    CREATE INDEX ON app.events (v);
    INSERT INTO app.events (id, at, code, v)
    SELECT 100000 + n, now() - n * interval '1 year' / ${rows}, 'seed ' || n, n FROM generate_series(1, ${rows}) n;
    ${shared.insertSql()};

    CREATE FUNCTION app.total(p_first bigint, p_last bigint) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN (SELECT sum(v) FROM app.events WHERE id BETWEEN p_first AND p_last);
    END $$;
    CREATE FUNCTION app.bump(p_id bigint, p_by bigint) RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE
      r app.events%ROWTYPE; v_count integer;
    BEGIN
      SELECT * INTO r FROM app.events WHERE id = p_id;
      UPDATE app.events SET v = r.v + p_by WHERE id = r.id AND at = r.at;
      GET DIAGNOSTICS v_count = ROW_COUNT;
      RETURN v_count;
    END $$;`;
}

export function tableSpec({ batchSize }: Plan): TableSpec {
  return { table: "events", key: "at", uniques: [["id"], ["code"]], batchSize, start: aYearAgo() };
}

/** Rows before it have no partition, until maintenance gives them one. */
function aYearAgo(): string {
  return new Date(Date.now() - 400 * 86_400_000).toISOString().slice(0, 10);
}

/** A role that owns nothing. */
export function roleSql(role: string): string {
  return `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA app TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON app.events, app.accounts TO ${role}`;
}
