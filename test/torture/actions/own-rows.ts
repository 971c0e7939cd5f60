/** What a client does to a row, or a few rows, that no other client writes. Each must meet exactly the rows it means. */
import { copyFrom } from "../copy-from.ts";
import type { Row } from "../ledger.ts";
import { iso, type Transaction } from "../transaction.ts";

export type OwnRowAction = (tx: Transaction, id: number, row: Row) => Promise<void>;

const INSERT = "INSERT INTO app.events (id, at, code, v, account_id) VALUES ($1, $2, $3, $4, $5)";
const values = (id: number, row: Row) => [id, iso(row.at), row.code, row.v, row.account];

async function put(tx: Transaction, id: number, row: Row, suffix = ""): Promise<void> {
  await tx.meets(1, INSERT + suffix, values(id, row));
  tx.ledger.set(id, row);
}

export async function insert(tx: Transaction): Promise<void> {
  await put(tx, tx.id(), tx.newRow());
}

export async function insertMany(tx: Transaction): Promise<void> {
  const rows = Array.from({ length: 2 + tx.random.below(20) }, () => [tx.id(), tx.newRow()] as const);
  await tx.meets(
    rows.length,
    `INSERT INTO app.events (id, at, code, v)
     SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::bigint[])`,
    [
      rows.map(([id]) => id),
      rows.map(([, row]) => iso(row.at)),
      rows.map(([, row]) => row.code),
      rows.map(([, row]) => row.v),
    ],
  );
  for (const [id, row] of rows) tx.ledger.set(id, row);
}

/** The referenced row comes second: the foreign key is checked at commit. */
export async function insertWithAccount(tx: Transaction): Promise<void> {
  const account = tx.id();
  await put(tx, tx.id(), tx.newRow(account));
  await tx.meets(1, "INSERT INTO app.accounts VALUES ($1)", [account]);
}

export async function copy(tx: Transaction): Promise<void> {
  const rows = Array.from({ length: 5 + tx.random.below(100) }, () => [tx.id(), tx.newRow()] as const);
  const sql = "COPY app.events (id, at, code, v) FROM STDIN";
  const lines = rows.map(([id, row]) => [id, iso(row.at), row.code, row.v].join("\t"));
  await tx.timed(sql, () => copyFrom(tx.client, sql, lines));
  for (const [id, row] of rows) tx.ledger.set(id, row);
}

const update: OwnRowAction = async (tx, id, row) => {
  const v = tx.random.below(1_000_000);
  await tx.meets(1, "UPDATE app.events SET v = $2 WHERE id = $1", [id, v]);
  tx.ledger.set(id, { ...row, v });
};

const updateByPair: OwnRowAction = async (tx, id, row) => {
  const v = tx.random.below(1_000_000);
  const { rows } = await tx.meets(1, "UPDATE app.events SET v = $3 WHERE id = $1 AND at = $2 RETURNING *", [
    id,
    iso(row.at),
    v,
  ]);
  tx.ledger.set(id, { ...row, v });
  tx.equal(id, { ...row, v }, rows[0]);
};

const moveKey: OwnRowAction = async (tx, id, row) => {
  const at = tx.at();
  await tx.meets(1, "UPDATE app.events SET at = $2 WHERE id = $1", [id, iso(at)]);
  tx.ledger.set(id, { ...row, at });
};

const changeId: OwnRowAction = async (tx, id, row) => {
  const other = tx.id();
  await tx.meets(1, "UPDATE app.events SET id = $2 WHERE id = $1", [id, other]);
  tx.ledger.set(id, null);
  tx.ledger.set(other, row);
};

const remove: OwnRowAction = async (tx, id) => {
  await tx.meets(1, "DELETE FROM app.events WHERE id = $1", [id]);
  tx.ledger.set(id, null);
};

const removeAndInsert: OwnRowAction = async (tx, id, row) => {
  await remove(tx, id, row);
  await put(tx, id, { ...row, at: tx.random.chance(0.5) ? row.at : tx.at(), v: tx.random.below(1_000_000) });
};

/** A unique value that moves between two rows, by way of a third. */
const swapCodes: OwnRowAction = async (tx, id, row) => {
  const [other, second] = tx.ledger.pick(tx.random) ?? [id, row];
  if (other === id) return;
  const sql = "UPDATE app.events SET code = $2 WHERE id = $1";
  await tx.meets(1, sql, [id, `${row.code} in passing`]);
  await tx.meets(1, sql, [other, row.code]);
  await tx.meets(1, sql, [id, second.code]);
  tx.ledger.set(id, { ...row, code: second.code });
  tx.ledger.set(other, { ...second, code: row.code });
};

const insertAgain: OwnRowAction = async (tx, id, row) => {
  await tx.meets(0, `${INSERT} ON CONFLICT DO NOTHING`, values(id, row));
};

const insertIfNew: OwnRowAction = async (tx) => put(tx, tx.id(), tx.newRow(), " ON CONFLICT DO NOTHING");

const upsert: OwnRowAction = async (tx, id, row) => {
  const changed = { ...row, v: tx.random.below(1_000_000) };
  await put(tx, id, changed, " ON CONFLICT (id, at) DO UPDATE SET v = excluded.v");
};

const upsertNew: OwnRowAction = async (tx) =>
  put(tx, tx.id(), tx.newRow(), " ON CONFLICT (id, at) DO UPDATE SET v = excluded.v");

/** The row exists, so nothing is inserted, whatever key it would have had. */
const insertWhereNotExists: OwnRowAction = async (tx, id, row) => {
  await tx.meets(
    0,
    `INSERT INTO app.events (id, at, code, v) SELECT $1::bigint, $2::timestamptz, $3::text, 0
     WHERE NOT EXISTS (SELECT FROM app.events WHERE id = $1)`,
    [id, iso(tx.at()), `${row.code} again`],
  );
};

const MERGE = "MERGE INTO app.events e USING (SELECT $1::bigint AS id) s ON e.id = s.id";

const mergeUpdate: OwnRowAction = async (tx, id, row) => {
  const v = tx.random.below(1_000_000);
  const sql = `${MERGE} WHEN MATCHED THEN UPDATE SET v = $2
    WHEN NOT MATCHED THEN INSERT (id, at, code, v) VALUES (s.id, $3, $4, $2)`;
  await tx.meets(1, sql, [id, v, iso(row.at), row.code]);
  tx.ledger.set(id, { ...row, v });
};

const mergeDelete: OwnRowAction = async (tx, id) => {
  await tx.meets(1, `${MERGE} WHEN MATCHED THEN DELETE`, [id]);
  tx.ledger.set(id, null);
};

const mergeNothing: OwnRowAction = async (tx, id, row) => {
  const sql = `${MERGE} WHEN NOT MATCHED THEN INSERT (id, at, code, v) VALUES (s.id, $2, $3, 0)`;
  await tx.meets(0, sql, [id, iso(tx.at()), `${row.code} again`]);
};

const lockAndUpdate: OwnRowAction = async (tx, id, row) => {
  const { rows } = await tx.meets(1, "SELECT * FROM app.events WHERE id = $1 FOR UPDATE", [id]);
  tx.equal(id, row, rows[0]);
  await update(tx, id, row);
};

const bump: OwnRowAction = async (tx, id, row) => {
  const by = tx.random.below(1000);
  await tx.meets(1, "SELECT 1 FROM app.bump($1, $2) AS met WHERE met = 1", [id, by]);
  tx.ledger.set(id, { ...row, v: row.v + by });
};

const read: OwnRowAction = async (tx, id, row) => {
  const { rows } = await tx.meets(1, "SELECT * FROM app.events WHERE id = $1", [id]);
  tx.equal(id, row, rows[0]);
};

const readByPair: OwnRowAction = async (tx, id, row) => {
  const { rows } = await tx.meets(1, "SELECT to_jsonb(e) AS row FROM app.events e WHERE id = $1 AND at = $2", [
    id,
    iso(row.at),
  ]);
  tx.equal(id, row, rows[0].row);
};

/** New rows from old ones, as an application that copies an order does. */
const insertFromSelect: OwnRowAction = async (tx, id, row) => {
  const [other, at, code] = [tx.id(), tx.at(), tx.code()];
  const sql = "INSERT INTO app.events (id, at, code, v) SELECT $2, $3, $4, v FROM app.events WHERE id = $1";
  await tx.meets(1, sql, [id, other, iso(at), code]);
  tx.ledger.set(other, { at, code, v: row.v, account: null });
};

/** With weights. Those that need no row are tried first, where the client has none. */
export const rowActions: readonly (readonly [weight: number, OwnRowAction])[] = [
  [14, update],
  [8, updateByPair],
  [12, moveKey],
  [5, changeId],
  [5, remove],
  [8, removeAndInsert],
  [6, swapCodes],
  [3, insertAgain],
  [3, insertIfNew],
  [5, upsert],
  [3, upsertNew],
  [4, insertWhereNotExists],
  [4, mergeUpdate],
  [2, mergeDelete],
  [3, mergeNothing],
  [5, lockAndUpdate],
  [4, bump],
  [5, read],
  [5, readByPair],
  [4, insertFromSelect],
];

export const newRowActions: readonly (readonly [weight: number, (tx: Transaction) => Promise<void>])[] = [
  [10, insert],
  [4, insertMany],
  [3, insertWithAccount],
  [2, copy],
];
