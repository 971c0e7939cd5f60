/** The dimensions of the matrix besides ids, keys, names and column kinds, and which values do not go together. */
import { ids } from "./ids.ts";
import { keys } from "./keys.ts";
import { names, schemas } from "./names.ts";
import type { Assignment, Dimensions } from "./pairwise.ts";

/** Columns of a kind under test that each table has. */
const SLOTS = 9;

export const contents = [
  "some rows",
  "no row",
  "one row",
  "mostly nulls",
  "a megabyte a row",
  "250 columns more",
  "odd keys",
];
export const histories = [
  "as created",
  "columns dropped",
  "columns added",
  "rewritten",
  "columns added and dropped on both sides after setup",
];
export const storages = ["extended", "external", "main", "lz4", "fillfactor 40"];
export const around = [
  "nothing",
  "checks and comments",
  "a foreign key",
  "foreign keys of other tables",
  "triggers",
  "row security",
  "grants and another owner",
  "extended statistics",
];

/** What `indexes` adds: `a` is an integer, `b` a text. */
export const indexes: Readonly<
  Record<string, (q: { T: string; a: string; b: string; at: string; index: string }) => string>
> = {
  none: () => "SELECT",
  "on the key": ({ T, at, a, index }) => `CREATE INDEX ${index} ON ${T} (${at} DESC, ${a})`,
  "partial, of an expression": ({ T, a, b, index }) =>
    `CREATE INDEX ${index} ON ${T} (lower(${b}), (${a} + 1)) WHERE ${a} > 10 AND ${b} <> 'x'`,
  "covering, collated": ({ T, a, b, index }) =>
    `CREATE INDEX ${index} ON ${T} (${b} COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (${a}) WITH (fillfactor = 70)`,
  "gin, brin, hash": ({ T, a, b, index }) =>
    `CREATE INDEX ${index} ON ${T} USING gin (to_tsvector('simple', ${b})); CREATE INDEX ON ${T} USING brin (${a}); CREATE INDEX ON ${T} USING hash (${b})`,
  "a unique with the key": ({ T, at, b, index }) => `CREATE UNIQUE INDEX ${index} ON ${T} (${b}, ${at})`,
  "a unique that the model states": ({ T, b }) => `ALTER TABLE ${T} ADD UNIQUE (${b})`,
};

export function dimensions(kinds: readonly string[], has: ReadonlySet<string>): Dimensions {
  const slots = Array.from({ length: SLOTS }, (_, slot) => [
    `column ${slot}`,
    kinds.filter((_, index) => index % SLOTS === slot),
  ]);
  return {
    id: Object.keys(ids),
    key: Object.keys(keys),
    names: Object.keys(names),
    schema: Object.keys(schemas),
    contents,
    history: histories,
    storage: storages.filter((storage) => storage !== "lz4" || has.has("lz4")),
    indexes: Object.keys(indexes),
    around,
    maintenance: has.has("pg_partman") ? ["partman", "builtin"] : ["builtin"],
    interval: ["short", "long"],
    ...Object.fromEntries(slots),
  };
}

export function allowed(cell: Assignment): boolean {
  const id = ids[cell.id ?? ""];
  const key = keys[cell.key ?? ""];
  if (id && key?.isId && id.asKey !== key.isId) return false;
  // What another table references is unique without further columns, so it must be the key itself.
  if (cell.around === "foreign keys of other tables") {
    if ((key && !key.isId) || (id && !id.asKey) || cell.contents === "odd keys") return false;
  }
  if (cell.contents === "odd keys" && key?.isId) return false;
  // Two uniques of which only the first 63 bytes are left would share their name, in Prisma too.
  const long = cell.names === "63 bytes";
  if (long && cell.indexes === "a unique that the model states" && id?.shape?.startsWith("unique")) return false;
  return true;
}
