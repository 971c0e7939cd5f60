import { type Field, type IncomingRelation, type Model, type Schema, stringValue } from "../model/index.ts";
import { sameNames } from "../same-names.ts";
import { quoteIdent } from "../sql/quote.ts";
import { keysOf } from "./cutover/key-changes.ts";
import { type RelationChange, relationChanges } from "./cutover/relation-changes.ts";
import { datasourceValue } from "./datasource-value.ts";
import type { Problem } from "./problem/problem.ts";

/**
 * The foreign keys, as far as the schema shows them, for which the database would refuse the setup. They are told before
 * it is written: once its folder stands in the history, a migration that changes them cannot come before it.
 */
export function checkForeignKeys(model: Model, partitionKey: Field, schema: Schema): Problem[] {
  if (!hasForeignKeys(schema)) return [];
  const isOwn = ({ model: other, attribute }: IncomingRelation) => other === model.name && attribute !== null;
  return [
    ...model.incoming.filter(isOwn).map((relation) => toItself(model, relation)),
    ...relationChanges(model, partitionKey)
      .filter(({ relation }) => !isOwn(relation))
      .map((change) => withoutKey(model, partitionKey, change, schema)),
  ];
}

/** With `relationMode = "prisma"` relations are Prisma Client's alone. */
function hasForeignKeys(schema: Schema): boolean {
  const mode = datasourceValue(schema, "relationMode");
  return !mode || stringValue(mode.value) !== "prisma";
}

function toItself(model: Model, { field, fields, span }: IncomingRelation): Problem {
  const reason = `\`${model.name}.${field}\` is a foreign key of \`${model.name}\` to itself: no partition with a row that another one references could ever be detached.`;
  const fix = inOrder([
    `remove \`${field}\` and its other side; \`${fields.join("`, `")}\` can stay`,
    "`npx prisma migrate dev`, which drops the foreign key",
    "`npx prisma generate`",
  ]);
  return { code: "self-relation", span, reason, fix };
}

function withoutKey(model: Model, partitionKey: Field, change: RelationChange, schema: Schema): Problem {
  const { relation, reason } = change;
  const wanted = [...relation.references, partitionKey.name];
  const isThere = keysOf(model).some(({ fields }) => sameNames(fields, wanted));
  const fix = inOrder([
    ...(isThere ? [] : [`add \`@@unique([${wanted.join(", ")}])\` to \`${model.name}\``]),
    change.change,
    ...migrate(model, partitionKey, change, schema),
    "`npx prisma generate`",
  ]);
  return { code: "relation-without-key", span: relation.span, reason: `${reason} The setup would be refused.`, fix };
}

/** The new column's values are on no record but that of the referenced rows. */
function migrate(model: Model, key: Field, { relation, held }: RelationChange, schema: Schema): string[] {
  if (held === null)
    return ["`npx prisma migrate dev --create-only`, copy the pairs in its SQL, and `npx prisma migrate dev`"];
  const other = schema.models.find(({ name }) => name === relation.model);
  const column = (of: Model, field: string) =>
    quoteIdent(of.fields.find(({ name }) => name === field)?.column ?? field);
  const table = (of: Model) =>
    [of.schema, of.table].flatMap((name) => (name === null ? [] : quoteIdent(name))).join(".");
  const pairs =
    other?.fields &&
    relation.fields.map(
      (field, index) => `c.${column(other, field)} = p.${column(model, relation.references[index] as string)}`,
    );
  const update =
    other && pairs
      ? `: \`UPDATE ${table(other)} c SET ${quoteIdent(held)} = p.${quoteIdent(key.column)} FROM ${table(model)} p WHERE ${pairs.join(" AND ")};\``
      : "";
  const nullable = relation.isRequired ? ", adding the column without NOT NULL and setting that afterwards" : "";
  return [
    `\`npx prisma migrate dev --create-only\`, and where \`${relation.model}\` has rows, fill \`${held}\` in its SQL before the foreign key is added${nullable}${update}`,
    "`npx prisma migrate dev`",
  ];
}

function inOrder(steps: readonly string[]): string {
  return `in this order: ${steps.map((step, index) => `${index + 1}. ${step}`).join("; ")}.`;
}
