import { expect, test } from "vitest";
import { closest } from "../../../src/closest.ts";

const models = ["EventTransaction", "Invoice", "Order"];

test.each([
  ["EventTransactions", "EventTransaction"],
  ["eventtransaction", "EventTransaction"],
  ["Ordre", "Order"],
  ["Customer", null],
  ["", null],
])("%s → %s", (word, expected) => {
  expect(closest(word, models)).toBe(expected);
});
