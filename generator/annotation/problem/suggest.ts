import { closest } from "../../../src/closest.ts";

/** "did you mean `x`?", or else the text. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const candidate = closest(word, candidates);
  return candidate === null ? otherwise : `did you mean \`${candidate}\`?`;
}

/** `a`, `b` or `c`, in backticks. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
