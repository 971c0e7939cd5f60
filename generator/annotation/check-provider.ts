import type { Schema } from "../model/index.ts";
import { datasourceValue } from "./datasource-value.ts";
import type { Problem } from "./problem/problem.ts";
import type { Annotation } from "./text/find-annotations.ts";

/** Partitioning is PostgreSQL's; the problem stands at the datasource's `provider`. */
export function checkProvider(schema: Schema, annotations: readonly Annotation[]): Problem[] {
  const [first] = annotations;
  if (first === undefined || schema.provider === "postgresql") return [];
  const found = datasourceValue(schema, "provider");
  const span = found ? found.block.file.span(found.value.start, found.value.end) : first.span;
  const reason = `The datasource's provider is \`${schema.provider}\`; partitions are made in PostgreSQL only.`;
  return [{ code: "provider", span, reason, fix: 'use `provider = "postgresql"`, or remove the annotations.' }];
}
