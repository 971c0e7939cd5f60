import type { KeyKindModule } from "../key-kinds/index.ts";
import type { Result } from "../problem/problem.ts";
import { accept } from "../problem/problem.ts";
import type { Value } from "../text/argument.ts";
import { timeSpan } from "./time-span.ts";
import { wholeNumber } from "./whole-number.ts";

/** How far back partitions are kept: a span of time, or a distance between numbers. Null (`none`) keeps all. */
export function retention(value: Value, kind: KeyKindModule): Result<string | null> {
  if (value.type === "identifier" && value.text === "none") return accept(null);
  return kind.axis === "number" ? wholeNumber(value, 1n) : timeSpan(value, "24 months");
}
