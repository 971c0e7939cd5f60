import { accept, type Result } from "../problem/problem.ts";
import type { Value } from "../text/argument.ts";
import { timeSpan } from "./time-span.ts";

/** How long the old table is kept after the cutover, at least, whatever the key is. Null (`none`): no time is set. */
export function keepOld(value: Value): Result<string | null> {
  return value.type === "identifier" && value.text === "none" ? accept(null) : timeSpan(value, "7 days");
}
