import type { AnnotatedModel } from "../annotation/index.ts";
import { type Attribute, type Block, type Entry, oppositeField, type Schema } from "../model/index.ts";

/** What is edited: an annotated model, with the schema it stands in. */
export interface EditSubject extends AnnotatedModel {
  readonly schema: Schema;
}

/** Every declaration of the schema. */
export function blocksOf({ schema }: EditSubject): Block[] {
  return schema.texts.flatMap((text) => text.blocks);
}

/** The line that an attribute stands in. */
export function entryOf({ annotation }: EditSubject, { start }: Attribute): Entry {
  const entry = annotation.block.entries.find((candidate) => candidate.start <= start && start < candidate.end);
  if (entry === undefined) throw new Error(`No line of model ${annotation.block.name.text} is at offset ${start}.`);
  return entry;
}

/** A field of the model. */
export function fieldEntry({ annotation }: EditSubject, name: string): Entry {
  const entry = annotation.block.entries.find((candidate) => candidate.name.text === name);
  if (entry === undefined) throw new Error(`Model ${annotation.block.name.text} has no field ${name}.`);
  return entry;
}

/** The other side of one of the model's relations, and the declaration it stands in. */
export function otherSide(subject: EditSubject, field: string): { block: Block; entry: Entry } | null {
  const own = fieldEntry(subject, field);
  const blocks = blocksOf(subject);
  const entry = oppositeField(subject.annotation.block, own, blocks);
  const block = entry && blocks.find(({ entries }) => entries.includes(entry));
  return entry && block ? { block, entry } : null;
}
