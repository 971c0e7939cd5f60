/** A Prisma schema of many models, each one cell of a small pairwise matrix, at each stage of its life. */
import pg from "pg";
import { type Assignment, pairwise } from "../pairwise.ts";
import { type Column, columnSets } from "./columns.ts";

export type SchemaStage = "plain" | "setup" | "cutover" | "cleanup";

/** Both have the keys of a partitioned table. */
const swapped = (stage: SchemaStage) => stage === "cutover" || stage === "cleanup";

interface Kind {
  readonly type: string;
  /** The value of row number `n`; none where the default fills it. */
  readonly value?: string;
}

const at = "now() - n * interval '3 days'";
const uuid7 = `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;

const ids: Readonly<Record<string, Kind>> = {
  int: { type: "Int @default(autoincrement())" },
  bigint: { type: "BigInt @default(autoincrement())" },
  "uuid v4": { type: "String @default(uuid()) @db.Uuid", value: "gen_random_uuid()" },
  "uuid v4 of the database": { type: 'String @default(dbgenerated("gen_random_uuid()")) @db.Uuid' },
  "uuid v7": { type: "String @default(uuid(7)) @db.Uuid", value: uuid7 },
  cuid: { type: "String @default(cuid())", value: "'c' || substr(md5(n::text), 1, 24)" },
  ulid: {
    type: "String @default(ulid())",
    value: `(SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (((extract(epoch FROM ${at}) * 1000)::bigint >> (i * 5)) & 31)::integer + 1, 1), '' ORDER BY i DESC)
      FROM generate_series(0, 9) i) || lpad(n::text, 16, '0')`,
  },
  composite: { type: "Int", value: "n" },
  "unique only": { type: "String @db.VarChar(40)", value: "'row ' || n" },
};

const keys: Readonly<Record<string, Kind & { readonly id?: readonly string[] }>> = {
  timestamptz: { type: "DateTime @db.Timestamptz(6)", value: at },
  "timestamp(3)": { type: "DateTime", value: at },
  date: { type: "DateTime @db.Date", value: at },
  bigint: { type: "BigInt", value: "n * 50" },
  int: { type: "Int", value: "n * 50" },
  "the id": { type: "", id: ["bigint", "uuid v7", "ulid"] },
};

const dimensions = {
  id: Object.keys(ids),
  key: Object.keys(keys),
  names: ["as they are", "mapped", "odd", "63 bytes", "constraints mapped"],
  schema: ["shop", "My.Shop"],
  columns: Object.keys(columnSets),
  around: ["nothing", "a relation", "an incoming relation", "a unique and indexes"],
};

function allowed(cell: Assignment): boolean {
  const key = keys[cell.key ?? ""];
  if (key?.id && cell.id && !key.id.includes(cell.id)) return false;
  // Only an id that is the key can be referenced alone; that of a number is tested with the others.
  if (cell.around === "an incoming relation") {
    if ((cell.key && cell.key !== "the id") || (cell.id && !keys["the id"]?.id?.includes(cell.id))) return false;
  }
  return true;
}

export interface ModelCell {
  readonly model: string;
  readonly values: Assignment;
  /** Quoted, without and with its schema. */
  readonly table: string;
  readonly schema: string;
  /** Quoted column → value. */
  readonly columns: readonly (readonly [string, string | undefined])[];
  readonly text: (stage: SchemaStage) => string;
  /** What stands in the model at the other end of its relation. */
  readonly opposite: string;
}

const mapped: Readonly<Record<string, (name: string) => string | undefined>> = {
  "as they are": () => undefined,
  mapped: (name) => `${name}_column`,
  odd: (name) => `${name}. Größe %s $1 it's 日本`,
  "63 bytes": (name) => name.padEnd(63, "x"),
  "constraints mapped": () => undefined,
};

export const cells: readonly ModelCell[] = pairwise(dimensions, allowed).map(modelOf);

function modelOf(values: Assignment, index: number): ModelCell {
  const model = `M${index}`;
  const nameOf = mapped[values.names as string] as (name: string) => string | undefined;
  const map = (name: string) => (nameOf(name) === undefined ? "" : ` @map(${JSON.stringify(nameOf(name))})`);
  const column = (name: string) => pg.escapeIdentifier(nameOf(name) ?? name);
  const table = values.names === "as they are" ? model : (nameOf(`m${index}`) ?? `m_${index}`);
  const id = ids[values.id as string] as Kind;
  const key = keys[values.key as string] as (typeof keys)[string];
  const fields: [name: string, type: string, value: string | undefined][] = [];
  if (values.id === "composite") fields.push(["tenant", "Int", "n % 3"]);
  fields.push(["id", id.type, id.value]);
  if (!key.id) fields.push(["at", key.type, key.value]);
  for (const [slot, [type, value]] of ((columnSets[values.columns as string] ?? []) as readonly Column[]).entries()) {
    fields.push([`c${slot}`, type, value]);
  }
  if (values.around === "a relation") fields.push(["owner_id", "Int?", "n % 5"]);
  const keyField = key.id ? "id" : "at";
  const identity = values.id === "composite" ? ["tenant", "id"] : ["id"];
  const isTime = !["bigint", "int"].includes(key.id ? (values.id as string) : (values.key as string));
  // Names that Prisma derives from 63 bytes are all the same.
  const named = (kind: string) =>
    values.names === "constraints mapped" || (values.names === "63 bytes" && ["unique", "hash"].includes(kind));
  const constraint = (kind: string) => (named(kind) ? `, map: "${model} ${kind}"` : "");

  const text = (stage: SchemaStage) => {
    const widened = (names: string[]) => (swapped(stage) && !names.includes(keyField) ? [...names, keyField] : names);
    const unique = values.id === "unique only" ? "@@unique" : "@@id";
    const lines = fields.map(([name, type]) => `${name} ${type}${map(name)}`);
    if (values.around === "a relation") {
      lines.push(`owner Owner? @relation("${model}", fields: [owner_id], references: [id]${constraint("owner")})`);
    }
    if (values.around === "an incoming relation") lines.push(`children Child${index}[]`);
    lines.push(`${unique}([${widened(identity).join(", ")}]${constraint("key")})`);
    if (values.around === "a unique and indexes") {
      lines.push(`@@unique([${widened(["c0", "id"]).join(", ")}]${constraint("unique")})`);
      lines.push(
        `@@index([${keyField}(sort: Desc), c0]${constraint("index")})`,
        `@@index([c0], type: Hash${constraint("hash")})`,
      );
    }
    lines.push(`@@map(${JSON.stringify(table)})`, `@@schema("${values.schema}")`);
    const annotation = `/// @partition(${keyField}, ${isTime ? "monthly" : "1000"}, premake: 1${swapped(stage) ? `, stage: ${stage}` : ""})\n`;
    return `${stage === "plain" ? "" : annotation}model ${model} {\n  ${lines.join("\n  ")}\n}\n`;
  };
  const opposite =
    values.around === "an incoming relation"
      ? `model Child${index} {\n  id Int @id @default(autoincrement())\n  parentId ${id.type.replace(/ @default\(\w+\(.*?\)\)/, "").replace(/^(\w+)/, "$1?")}
  parent ${model}? @relation(fields: [parentId], references: [id]${constraint("parent")})\n  @@schema("shop")\n}\n`
      : "";
  const columns = fields.map(([name, , value]) => [column(name), value] as const);
  return { model, values, table: pg.escapeIdentifier(table), schema: values.schema as string, columns, text, opposite };
}

/** A schema of those models. */
export function schemaAt(stage: SchemaStage, cells: readonly ModelCell[]): string {
  const owned = cells
    .filter(({ values }) => values.around === "a relation")
    .map(({ model }) => `  ${model.toLowerCase()} ${model}[] @relation("${model}")`);
  return `generator client {
  provider = "prisma-client"
  output   = "../generated/prisma"
}
${stage === "plain" ? "" : '\ngenerator partition {\n  provider = "prisma-partition"\n  output   = "../generated/partition"\n}\n'}
datasource db {
  provider = "postgresql"
  schemas  = ["shop", "My.Shop"]
}

enum Mood {
  OK    @map("ok")
  SO_SO @map("so so")

  @@map("Mood of %s")
  @@schema("shop")
}

model Owner {
  id Int @id
${owned.join("\n")}
  @@schema("shop")
}

/// Not seen by the generator.
model Hidden {
  id Int @id
  note Unsupported("box")?
  @@ignore
  @@schema("shop")
}

${cells.map(({ text, opposite }) => text(stage) + opposite).join("\n")}`;
}
