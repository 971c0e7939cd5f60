/** What clients do to the rows that all of them write. */
import { setTimeout as sleep } from "node:timers/promises";
import { GUARDED, HOT, HOT_AT } from "../shared-rows.ts";
import { iso, type Transaction } from "../transaction.ts";

type SharedAction = (tx: Transaction, id: number, by: number) => Promise<unknown>;

const add: SharedAction = (tx, id, by) => tx.meets(1, "UPDATE app.events SET v = v + $2 WHERE id = $1", [id, by]);

const lockAndSet: SharedAction = async (tx, id, by) => {
  const floor = tx.floor(id);
  const { rows } = await tx.meets(1, "SELECT v FROM app.events WHERE id = $1 FOR UPDATE", [id]);
  const v = Number(rows[0].v);
  tx.atLeast(floor, v, `SELECT v of row ${id} FOR UPDATE`);
  await sleep(tx.random.below(3));
  await tx.meets(1, "UPDATE app.events SET v = $2 WHERE id = $1", [id, v + by]);
};

/**
 * Not DO UPDATE: with one of two uniques as its target, PostgreSQL lets two clients on one row run into a violation of the
 * other, with or without partitions.
 */
const insertAgainAndAdd: SharedAction = async (tx, id, by) => {
  const sql = "INSERT INTO app.events (id, at, code, v) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
  await tx.meets(0, sql, [id, HOT_AT, `shared ${id}`, by]);
  await add(tx, id, by);
};

const hotActions: SharedAction[] = [add, add, lockAndSet, insertAgainAndAdd];

const move: SharedAction = (tx, id, by) =>
  tx.meets(1, "UPDATE app.events SET at = $3, v = v + $2 WHERE id = $1", [id, by, iso(tx.at())]);

const replace: SharedAction = async (tx, id, by) => {
  const { rows } = await tx.meets(1, "DELETE FROM app.events WHERE id = $1 RETURNING *", [id]);
  const { code, v } = rows[0];
  await tx.meets(1, "INSERT INTO app.events (id, at, code, v) VALUES ($1, $2, $3, $4)", [
    id,
    iso(tx.at()),
    code,
    Number(v) + by,
  ]);
};

const guardedActions: SharedAction[] = [add, move, replace, lockAndSet];

/** Writes one of the shared rows; the caller takes them in ascending order. */
export async function writeShared(tx: Transaction, id: number): Promise<void> {
  const by = 1 + tx.random.below(100);
  const guarded = GUARDED.some((one) => one === id);
  if (guarded) await tx.query("SELECT pg_advisory_xact_lock($1)", [id]);
  await tx.random.of(guarded ? guardedActions : hotActions)?.(tx, id, by);
  tx.increments.push([id, by]);
}

/** Reads the sum of the hot rows, as it is or by a STABLE function, whose query uses the snapshot of its caller. */
export async function readShared(tx: Transaction): Promise<void> {
  const floor = tx.floors(HOT);
  const sql = tx.random.chance(0.5)
    ? "SELECT sum(v) AS total FROM app.events WHERE id BETWEEN $1 AND $2"
    : "SELECT app.total($1, $2) AS total";
  const { rows } = await tx.meets(1, sql, [HOT[0], HOT.at(-1)]);
  tx.atLeast(floor, rows[0].total, sql);
}

export function shared(tx: Transaction): number[] {
  const ids = Array.from({ length: 1 + tx.random.below(3) }, () => tx.random.of([...HOT, ...GUARDED]) as number);
  return [...new Set(ids)].sort((left, right) => left - right);
}
