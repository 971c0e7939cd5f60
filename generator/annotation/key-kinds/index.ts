import type { Field } from "../../model/index.ts";
import type { KeyKind } from "../../spec.ts";
import { accept, type Result, refuse } from "../problem/problem.ts";
import { date } from "./date.ts";
import { integer } from "./integer.ts";
import type { KeyKindModule } from "./key-kind.ts";
import { timestamp } from "./timestamp.ts";
import { timestamptz } from "./timestamptz.ts";
import { ulid } from "./ulid.ts";
import { uuid7 } from "./uuid7.ts";

export type { KeyKindModule } from "./key-kind.ts";

/** Every key kind, by name. */
export const keyKinds: Readonly<Record<KeyKind, KeyKindModule>> = {
  timestamptz,
  timestamp,
  date,
  integer,
  uuid7,
  ulid,
};

/** The kind of key that a field is, or why it is none. Arity is not looked at. */
export function keyKindOf(field: Field): Result<KeyKindModule> {
  for (const kind of Object.values(keyKinds)) {
    const verdict = kind.examine(field);
    if (verdict === "accepted") return accept(kind);
    if (verdict !== null) return { refusal: verdict };
  }
  const native = field.nativeType === null ? "" : ` @db.${field.nativeType.name}`;
  const accepted = Object.values(keyKinds).map((kind) => kind.accepts);
  return refuse(
    `\`${field.name}\` is \`${field.type}${native}\`, which cannot be cut into ranges.`,
    `choose a field of one of these types: ${accepted.join("; ")}.`,
  );
}
