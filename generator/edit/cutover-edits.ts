import { type KeyChange, keyChanges } from "../annotation/index.ts";
import { addLines, removeLines } from "./block-attribute.ts";
import type { Edit } from "./edit.ts";
import { removeFromField } from "./field-attribute.ts";
import { appendToKey } from "./key-list.ts";
import { stageEdits } from "./stage-edit.ts";
import { type EditSubject, entryOf, otherSide } from "./subject.ts";

/**
 * What `stage: cutover` asks of the schema: the stage, the partition key in the id and in every unique, and lists where
 * a one-to-one relation loses its unique. Relations that must carry the key are not among them: they need a column.
 */
export function cutoverEdits(subject: EditSubject): Edit[] {
  const { annotation, model, key } = subject;
  const { block } = annotation;
  const changes = keyChanges(model, key);
  const lines = changes.flatMap(({ key: { isOnField }, add }) => (isOnField && add !== null ? [add] : []));
  const obsolete = changes.filter(({ key: { isOnField }, add }) => !isOnField && add === null);
  return [
    ...stageEdits(annotation, "cutover"),
    ...changes.flatMap((change) => inPlace(subject, change)),
    ...removeLines(
      block,
      obsolete.map((change) => entryOf(subject, change.key.attribute)),
    ),
    ...addLines(block, lines),
    ...changes.flatMap(({ oneToOnes }) => oneToOnes.flatMap(({ field }) => listEdits(subject, field))),
  ];
}

function inPlace(subject: EditSubject, { key: { attribute, isOnField }, add }: KeyChange): Edit[] {
  const { block } = subject.annotation;
  if (isOnField) return [removeFromField(block, entryOf(subject, attribute), attribute)];
  return add === null ? [] : appendToKey(block.file, attribute, subject.key.name);
}

/** `event Event?` → `event Event[]`, on the other side of the relation. */
function listEdits(subject: EditSubject, field: string): Edit[] {
  const other = otherSide(subject, field);
  if (other === null) return [];
  const { start, end } = other.entry.arity;
  return [{ ...other.block.file.span(start, end), text: "[]" }];
}
