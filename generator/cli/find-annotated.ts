import { UsageError } from "../../src/cli/usage-error.ts";
import { closest } from "../../src/closest.ts";
import type { AnnotatedModel } from "../annotation/index.ts";
import type { Project } from "./project.ts";

/** The annotated model of that name. @throws UsageError that says which there are, or how to annotate it */
export function findAnnotated(
  { annotated, schema }: Pick<Project, "annotated" | "schema">,
  name: string,
): AnnotatedModel {
  const found = annotated.find(({ model }) => model.name === name);
  if (found !== undefined) return found;
  const names = annotated.map(({ model }) => model.name);
  if (schema.models.some((model) => model.name === name)) {
    throw new UsageError(
      `Model ${name} has no @partition annotation. Write one above it, \`/// @partition(key: …)\`, and run \`npx prisma generate\`.`,
    );
  }
  const near =
    closest(name, names) ??
    closest(
      name,
      schema.models.map((model) => model.name),
    );
  const hint = near === null ? "" : ` Did you mean ${near}?`;
  const rest = names.length === 0 ? " No model is annotated." : ` Annotated: ${names.join(", ")}.`;
  throw new UsageError(`The schema has no model ${name}.${hint}${rest}`);
}
