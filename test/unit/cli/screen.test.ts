import { expect, test } from "vitest";
import { makeScreen } from "../../../src/cli/screen.ts";
import { captureTerminal } from "./capture.ts";

const text = (lines: number, line = "line") =>
  Array.from({ length: lines }, (_, index) => `${line} ${index}\n`).join("");

/** What a terminal of that many rows shows after each text, with nothing before the first. */
function shown(rows: number, columns: number, ...texts: string[]): string[] {
  const { terminal, written } = captureTerminal(columns, {}, rows);
  const screen = makeScreen(terminal);
  return texts.map((each) => {
    written.out = "";
    screen.show(each);
    return written.out;
  });
}

const UP = "\u001b[";
/** How many lines it went up first. */
const ups = (output = "") => (output.startsWith(UP) ? Number.parseInt(output.slice(UP.length), 10) : 0);
const lines = (output = "") => output.split("\u001b[K\n").slice(0, -1);

test("all of it, as long as there is a line left for the cursor", () => {
  const [first, second] = shown(5, 80, text(4), text(4));
  expect(lines(first)).toHaveLength(4);
  expect(first).not.toContain("more lines");
  expect(ups(second)).toBe(4);
});

test("where it is higher than the terminal: its beginning, and how much more there is", () => {
  const [first, second, third] = shown(5, 80, text(5), text(9), text(2));
  expect(lines(first)).toEqual(["line 0", "line 1", "line 2", "… 2 more lines"]);
  expect(lines(second).at(-1)).toBe("… 6 more lines");
  // Never further up than the terminal reaches.
  expect(ups(second)).toBe(4);
  expect(ups(third)).toBe(4);
});

test("a line wider than the terminal counts as the lines that it takes", () => {
  const [first, second] = shown(5, 10, text(3, "ten columns"), text(1));
  expect(lines(first)).toEqual(["ten columns 0", "… 2 more lines"]);
  expect(ups(second)).toBe(4);
});

test("a pipe gets everything, one below the other", () => {
  const { terminal, written } = captureTerminal();
  const screen = makeScreen(terminal);
  screen.show(text(50));
  screen.show(text(1));
  expect(written.out).toBe(text(50) + text(1));
});
