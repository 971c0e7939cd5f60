import type { Block, Model } from "../model/index.ts";
import type { Problem } from "./problem/problem.ts";
import type { Annotation } from "./text/find-annotations.ts";

/** The annotated model, or why it cannot be partitioned. */
export function findModel(annotation: Annotation, models: readonly Model[]): Model | Problem {
  const { block, span } = annotation;
  const name = `\`${block.name.text}\``;
  const refuse = (reason: string, fix: string): Problem => ({ code: "unusable-model", span, reason, fix });
  if (block.keyword === "view") return refuse(`${name} is a view: it holds no rows.`, "annotate the model behind it.");
  if (isIgnored(block)) {
    return refuse(
      `${name} is an \`@@ignore\` model: Prisma hides it from generators.`,
      "remove `@@ignore`, or the annotation.",
    );
  }
  const model = models.find((candidate) => candidate.name === block.name.text);
  if (model === undefined) throw new Error(`Model ${block.name.text} is not in the DMMF.`);
  if (Buffer.byteLength(model.table) > 63) {
    return refuse(
      `The table's name \`${model.table}\` is longer than the 63 bytes that PostgreSQL keeps.`,
      "shorten it in `@@map`.",
    );
  }
  if (identityOf(model) === null) {
    const fix = "add an `@id`, or a `@unique` on required fields without `where:`.";
    return refuse(
      `${name} has no primary key and no required unique: nothing identifies a row while it is moved.`,
      fix,
    );
  }
  return model;
}

/** Columns that identify a row: the primary key, or else the first required unique. Null where there is neither. */
export function identityOf(model: Model): readonly string[] | null {
  const key = model.primaryKey ?? model.uniques.find((unique) => unique.identifies);
  return key?.columns ?? null;
}

function isIgnored(block: Block): boolean {
  return block.entries.some((entry) =>
    entry.attributes.some((attribute) => attribute.text.startsWith("@@") && attribute.name === "ignore"),
  );
}
