import type { Schema } from "../model/index.ts";

/** The schema's datasource and what it says of that option; undefined where it has none. */
export function datasourceValue({ texts }: Schema, option: string) {
  const block = texts.flatMap(({ blocks }) => blocks).find(({ keyword }) => keyword === "datasource");
  const value = block?.entries.find(({ name }) => name.text === option)?.value;
  return block && value ? { block, value } : undefined;
}
