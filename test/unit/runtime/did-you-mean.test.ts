import { expect, test } from "vitest";
import { didYouMean } from "../../../src/did-you-mean.ts";

const models = ["EventTransaction", "Invoice", "Order"];

test.each([
  ["EventTransactions", "EventTransaction"],
  ["eventtransaction", "EventTransaction"],
  ["Ordre", "Order"],
  ["Customer", null],
  ["", null],
])("%s → %s", (word, expected) => {
  expect(didYouMean(word, models)).toBe(expected);
});
