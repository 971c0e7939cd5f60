import type { Field, Model } from "../../model/index.ts";
import type { Problem } from "../problem/problem.ts";
import { keyChanges, toList } from "./key-changes.ts";
import { relationChanges } from "./relation-changes.ts";

/** What keeps a model from `stage: cutover` and `stage: cleanup`. */
export function checkCutover(model: Model, partitionKey: Field): Problem[] {
  const keys = keyChanges(model, partitionKey).map(({ key, remove, add, oneToOnes }): Problem => {
    const what = key.kind === "id" ? "The primary key" : `The unique on \`[${key.fields.join(", ")}]\``;
    const reason = `${what} of \`${model.name}\` lacks the partition key \`${partitionKey.name}\`: PostgreSQL wants it in every unique key of a partitioned table.`;
    const steps = [
      add === null ? `remove ${remove}` : `remove ${remove} and add \`${add}\``,
      ...oneToOnes.map((relation) => toList(model, relation)),
    ];
    const fix = `${steps.join("; ")}.`;
    return { code: "key-missing", span: key.span, reason, fix };
  });
  const relations = relationChanges(model, partitionKey).map(
    ({ relation, reason, fix }): Problem => ({ code: "relation-without-key", span: relation.span, reason, fix }),
  );
  return [...keys, ...relations];
}
