import { isDeepStrictEqual } from "node:util";
import { keysOf } from "../annotation/index.ts";
import { arityOf, findArgument, type Key, listItems } from "../model/index.ts";
import { keysToRestore, mapArgument } from "../plan/restored-keys.ts";
import { sameNames } from "../same-names.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { addLines, removeLines } from "./block-attribute.ts";
import type { Edit } from "./edit.ts";
import { addToField, removeFromField } from "./field-attribute.ts";
import { fieldOf, keyItems, setKeyFields, settingsOf } from "./key-list.ts";
import { stageEdits } from "./stage-edit.ts";
import { type EditSubject, entryOf, fieldEntry, otherSide } from "./subject.ts";

/** One key of the plain table, and what the model has in its stead. */
interface Restoration {
  readonly key: UniqueKey;
  readonly fields: readonly string[];
  /** Null where the model has nothing. */
  readonly instead: Key | null;
  /** `@id` or `@unique`, in the form it gets on a field or as a line; null where the line of `instead` is changed. */
  readonly attribute: string | null;
}

/**
 * The way back: the stage, and the primary key and uniques that the table had at setup, on the field where they are of
 * one. A list that has a unique foreign key on its other side again becomes one row or none again. Uniques that the
 * plain table does not have are left alone: whether to give them up is not decided here.
 *
 * @param setup the spec that held at setup
 */
export function rollbackEdits(subject: EditSubject, setup: PartitionSpec): Edit[] {
  const { annotation, wanted } = subject;
  const { block } = annotation;
  const restorations = keysToRestore(setup, wanted.spec).missing.map(({ key, instead }) =>
    restoration(subject, key, instead),
  );
  const replaced = restorations.filter(({ attribute }) => attribute !== null);
  const lines = replaced.filter(({ fields }) => fields.length > 1);
  return [
    ...stageEdits(annotation, "setup"),
    ...restorations.flatMap((one) => inPlace(subject, one, setup.table)),
    ...removeLines(
      block,
      replaced.flatMap(({ instead }) => (instead && !instead.isOnField ? [entryOf(subject, instead.attribute)] : [])),
    ),
    ...addLines(
      block,
      lines.flatMap(({ attribute }) => attribute ?? []),
    ),
    ...restorations.flatMap(({ fields }) => oneToOneEdits(subject, fields)),
  ];
}

function restoration(subject: EditSubject, key: UniqueKey, insteadOf: UniqueKey | null): Restoration {
  const { model, wanted } = subject;
  const fields = key.columns.map((column) => wanted.fields[column] ?? column);
  const instead =
    keysOf(model).find(
      ({ kind, name, columns }) =>
        insteadOf !== null && kind === insteadOf.kind && isDeepStrictEqual({ name, columns }, nameOf(insteadOf)),
    ) ?? null;
  // What the client calls a compound key can only be said in a line.
  const isNamed = instead !== null && findArgument(instead.attribute, "name") !== undefined;
  const staysLine = instead !== null && !instead.isOnField && (fields.length > 1 || isNamed);
  const attribute = staysLine ? null : attributeOf(subject, key, fields, instead);
  return { key, fields, instead, attribute };
}

function nameOf({ name, columns }: UniqueKey): Pick<UniqueKey, "name" | "columns"> {
  return { name, columns };
}

/** `@unique(sort: Desc, map: "u")`, or `@@unique([a, b])`, with what the attribute in its stead says besides its fields. */
function attributeOf(
  { annotation, model }: EditSubject,
  key: UniqueKey,
  fields: readonly string[],
  instead: Key | null,
): string {
  const attribute = instead?.attribute;
  const list = attribute && findArgument(attribute, "fields", 0);
  const item = attribute && keyItems(annotation.block.file, attribute).find((one) => fieldOf(one) === fields[0]);
  const kept = (attribute?.arguments ?? []).filter((one) => one !== list && one.name !== null && one.name !== "map");
  const rest = [...kept.map(({ text }) => text), ...mapArgument(key, model.table)];
  const settings = item === undefined || instead?.isOnField ? "" : settingsOf(item);
  if (fields.length > 1) return `@@${key.kind}(${[`[${fields.join(", ")}]`, ...rest].join(", ")})`;
  const all = settings === "" ? rest : [settings, ...rest];
  return all.length === 0 ? `@${key.kind}` : `@${key.kind}(${all.join(", ")})`;
}

/** What changes where it stands: the fields of a line, or the attributes of a field. */
function inPlace(subject: EditSubject, { key, fields, instead, attribute }: Restoration, table: string): Edit[] {
  const { block } = subject.annotation;
  if (attribute === null) {
    return instead === null
      ? []
      : [...setKeyFields(block.file, instead.attribute, fields), ...mapEdits(subject, instead, key, table)];
  }
  const field = fields.length === 1 ? (fields[0] as string) : null;
  if (instead?.isOnField) {
    if (field !== null) return [{ ...instead.span, text: attribute }];
    return [removeFromField(block, entryOf(subject, instead.attribute), instead.attribute)];
  }
  return field === null ? [] : [addToField(block, fieldEntry(subject, field), attribute)];
}

/** Makes a line say the key's name, or nothing where Prisma derives it. */
function mapEdits({ annotation }: EditSubject, { attribute }: Key, key: UniqueKey, table: string): Edit[] {
  const { file } = annotation.block;
  const [wanted] = mapArgument(key, table);
  const given = findArgument(attribute, "map");
  if (given?.text === wanted) return [];
  const at = given ? attribute.arguments.indexOf(given) : attribute.arguments.length;
  const end = attribute.arguments[at - 1]?.end ?? attribute.end - 1;
  if (given && wanted !== undefined) return [{ ...file.span(given.start, given.end), text: wanted }];
  if (given) return [{ ...file.span(end, given.end), text: "" }];
  return [{ ...file.span(end, end), text: `, ${wanted}` }];
}

/** `event Event[]` → `event Event?`, on the other side of a relation whose foreign key is unique again. */
function oneToOneEdits(subject: EditSubject, fields: readonly string[]): Edit[] {
  const { block } = subject.annotation;
  return block.entries.flatMap((entry) => {
    const relation = entry.attributes.find(({ name }) => name === "relation");
    const list = relation && findArgument(relation, "fields");
    if (list === undefined || !sameNames(listItems(block.file.text, list).map(fieldOf), fields)) return [];
    const other = otherSide(subject, entry.name.text);
    if (other === null || !arityOf(other.entry).isList) return [];
    const { start, end } = other.entry.arity;
    return [{ ...other.block.file.span(start, end), text: "?" }];
  });
}
