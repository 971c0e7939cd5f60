import { InvalidArgumentError } from "commander";

/** A whole number in [`from`, `to`], for an option of commander's. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to) {
      throw new InvalidArgumentError(`A whole number from ${from} to ${to} is expected.`);
    }
    return value;
  };
}

/** A number above 0, for an option of commander's. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) throw new InvalidArgumentError("A number above 0 is expected.");
  return value;
}

export const parseWorkers = wholeNumber(1, 64);
export const parseLimit = wholeNumber(0, 999_999_999);
