import { accept, type Result, refuse } from "../problem/problem.ts";
import { didYouMean, oneOf } from "../problem/suggest.ts";
import { show, type Value } from "../text/argument.ts";

/** One of a few words, written as an identifier. */
export function choice<const Word extends string>(words: readonly Word[]): (value: Value) => Result<Word> {
  return (value) => {
    const text = value.type === "list" ? "" : value.text;
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined && value.type === "identifier") return accept(word);
    if (word !== undefined) return refuse(`${show(value)} is a string.`, `write \`${word}\` without quotes.`);
    return refuse(`\`${show(value)}\` is not ${oneOf(words)}.`, didYouMean(text, words, `write ${oneOf(words)}.`));
  };
}
