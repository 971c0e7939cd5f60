/** Statements of 10,000 rows of one client. */
import { copyFrom } from "../copy-from.ts";
import { iso, type Transaction } from "../transaction.ts";

const SIZE = 10_000;
/** A client that has more rows deletes some. */
const ENOUGH = 30_000;

async function insert(tx: Transaction): Promise<void> {
  const rows = Array.from({ length: SIZE }, () => [tx.id(), tx.newRow()] as const);
  const [first] = rows[0] as (typeof rows)[number];
  const { at, code, v } = tx.newRow();
  await tx.meets(
    SIZE,
    "INSERT INTO app.events (id, at, code, v) SELECT n, $3, $4 || n, $5 FROM generate_series($1::bigint, $2::bigint) n",
    [first, first + SIZE - 1, iso(at), `${code} bulk `, v],
  );
  for (const [id] of rows) tx.ledger.set(id, { at, code: `${code} bulk ${id}`, v, account: null });
}

async function copy(tx: Transaction): Promise<void> {
  const rows = Array.from({ length: SIZE }, () => [tx.id(), tx.newRow()] as const);
  const sql = "COPY app.events (id, at, code, v) FROM STDIN";
  const lines = rows.map(([id, row]) => [id, iso(row.at), row.code, row.v].join("\t"));
  await tx.timed(sql, () => copyFrom(tx.client, sql, lines));
  for (const [id, row] of rows) tx.ledger.set(id, row);
}

async function update(tx: Transaction): Promise<void> {
  const mine = tx.ledger.some(SIZE);
  await tx.meets(mine.length, "UPDATE app.events SET v = v + 1 WHERE id = ANY ($1::bigint[])", [
    mine.map(([id]) => id),
  ]);
  for (const [id, row] of mine) tx.ledger.set(id, { ...row, v: row.v + 1 });
}

async function move(tx: Transaction): Promise<void> {
  const mine = tx.ledger.some(SIZE);
  const at = tx.at();
  const sql = "UPDATE app.events SET at = $2 WHERE id = ANY ($1::bigint[])";
  await tx.meets(mine.length, sql, [mine.map(([id]) => id), iso(at)]);
  for (const [id, row] of mine) tx.ledger.set(id, { ...row, at });
}

async function remove(tx: Transaction): Promise<void> {
  const mine = tx.ledger.some(SIZE);
  await tx.meets(mine.length, "DELETE FROM app.events WHERE id = ANY ($1::bigint[])", [mine.map(([id]) => id)]);
  for (const [id] of mine) tx.ledger.set(id, null);
}

export async function bulk(tx: Transaction): Promise<void> {
  if (tx.ledger.rows.size > ENOUGH) return remove(tx);
  const run = tx.random.of([insert, copy, update, move]) ?? insert;
  return run(tx);
}
