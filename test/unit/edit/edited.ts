import { relative } from "node:path";
import { readAnnotated } from "../../../generator/annotation/index.ts";
import { cutoverEdits } from "../../../generator/edit/cutover-edits.ts";
import { applyEdits, type Edit } from "../../../generator/edit/edit.ts";
import { rollbackEdits } from "../../../generator/edit/rollback-edits.ts";
import { stageEdits } from "../../../generator/edit/stage-edit.ts";
import type { EditSubject } from "../../../generator/edit/subject.ts";
import { readSchema } from "../../../generator/model/index.ts";
import { assertMovable, type StageMove } from "../../../generator/plan/stage-change.ts";
import type { PartitionSpec } from "../../../generator/spec.ts";
import { datasource, generateWith, generatorBlock } from "../model/generate-with.ts";

/** The files of a schema, by their names. */
export type Files = Readonly<Record<string, string>>;

const blocks = generatorBlock() + datasource;

/** A schema of one file, whose generator block and datasource go without saying. */
export function models(text: string): Files {
  return { "schema.prisma": text };
}

/** What Prisma and the generator read of files, whose first gets the generator block and the datasource. */
async function read(files: Files, unready?: string): Promise<{ subjects: EditSubject[]; root: string }> {
  const options = await generateWith({ "a-blocks.prisma": blocks, ...files }, undefined);
  const schema = readSchema(options);
  return {
    subjects: readAnnotated(options, schema, unready).map((one) => ({ ...one, schema })),
    root: options.schemaPath,
  };
}

function one(subjects: readonly EditSubject[], model: string): EditSubject {
  const subject = subjects.find((candidate) => candidate.model.name === model);
  if (subject === undefined) throw new Error(`${model} is not annotated.`);
  return subject;
}

export async function subjectOf(files: Files, model: string): Promise<EditSubject> {
  return one((await read(files)).subjects, model);
}

/** The spec that holds where these files have been generated and deployed. */
export async function specOf(files: Files, model: string): Promise<PartitionSpec> {
  return one((await read(files)).subjects, model).wanted.spec;
}

/**
 * The files after the edits of a move.
 *
 * @param setup what held at setup; for a rollback
 * @throws PlanError where the move is refused
 */
export async function edited(move: StageMove, files: Files, model: string, setup?: PartitionSpec): Promise<Files> {
  const { subjects, root } = await read(files, model);
  const subject = one(subjects, model);
  const held = setup ?? { ...subject.wanted.spec, stage: "setup" };
  const reached = move === "cutover" ? held : { ...subject.wanted.spec, stage: "cutover" as const };
  assertMovable(move, subject, { spec: reached, setup: held, reachedBy: "", folders: [] });
  const edits: Record<StageMove, () => Edit[]> = {
    cutover: () => cutoverEdits(subject),
    rollback: () => rollbackEdits(subject, held),
    cleanup: () => stageEdits(subject.annotation, "cleanup"),
  };
  const after = applyEdits(edits[move]()).map((file): [string, string] => [relative(root, file.path), file.after]);
  return { ...files, ...Object.fromEntries(after) };
}

/** After the cutover, and after the rollback that follows it. Prisma and the generator accept both, or this throws. */
export async function thereAndBack(files: Files, model = "Event"): Promise<{ there: Files; back: Files }> {
  const setup = await specOf(files, model);
  const there = await edited("cutover", files, model);
  const swapped = await specOf(there, model);
  if (swapped.stage !== "cutover") throw new Error("The stage is not cutover.");
  const back = await edited("rollback", there, model, setup);
  const restored = await specOf(back, model);
  if (JSON.stringify(restored) !== JSON.stringify(setup)) throw new Error("The spec is not what it was.");
  return { there, back };
}
