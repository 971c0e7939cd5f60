import type { Annotation } from "../annotation/index.ts";
import type { Stage } from "../spec.ts";
import type { Edit } from "./edit.ts";

/**
 * Sets the annotation's `stage`, which is replaced where it is named, else comes last. `setup`, which holds without it,
 * is taken out where it came last.
 *
 *     @partition(timestamp, monthly)  →  @partition(timestamp, monthly, stage: cutover)
 */
export function stageEdits({ arguments: given }: Annotation, stage: Stage): Edit[] {
  const at = given.findIndex(({ name }) => name?.text === "stage");
  const [argument, before, last] = [given[at], given[at - 1], given.at(-1)];
  if (argument === undefined) {
    if (last === undefined || stage === "setup") return [];
    const { file, end } = last.value.span;
    return [{ ...file.span(end, end), text: `, stage: ${stage}` }];
  }
  const { file, end } = argument.value.span;
  if (stage === "setup" && argument === last && before !== undefined) {
    return [{ ...file.span(before.value.span.end, end), text: "" }];
  }
  return [{ ...argument.value.span, text: stage }];
}
