import { accept, type Result, refuse } from "../problem/problem.ts";
import { type Literal, show, type Value } from "../text/argument.ts";

const example = '"users_active_email_idx"';

/** `["users_active_email_idx"]`, or one name without brackets: names of indexes in the database, sorted, each once. */
export function indexNames(value: Value): Result<readonly string[]> {
  const items: readonly Literal[] = value.type === "list" ? value.items : [value];
  const names = new Set<string>();
  for (const item of items) {
    if (item.type !== "string") {
      return refuse(`\`${show(item)}\` is not a string.`, `write "${item.text}", in double quotes.`, item.span);
    }
    if (item.text === "" || Buffer.byteLength(item.text) > 63) {
      const reason = `${show(item)} is no index's name: those have 1 to 63 bytes.`;
      return refuse(reason, `write the name that the index has in the database, such as ${example}.`, item.span);
    }
    names.add(item.text);
  }
  return accept([...names].sort());
}
