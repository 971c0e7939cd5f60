import type { Span } from "../../model/index.ts";

/**
 * The line of a span between its neighbours, with carets under the span:
 *
 *       3 | /// Everything that was booked.
 *     > 4 | /// @partition(timestmp, monthly)
 *         |                ^^^^^^^^
 *       5 | model Event {
 */
export function codeFrame({ file, start, end }: Span): string {
  const { line, column } = file.positionAt(start);
  const text = file.line(line);
  const last = Math.min(line + 1, file.lineCount);
  const width = String(last).length;
  const row = (number: number): string => {
    const mark = number === line ? ">" : " ";
    return `${mark} ${String(number).padStart(width)} | ${file.line(number)}`.trimEnd();
  };
  // Tabs stay tabs and a surrogate pair is one column, so that the caret lands where the terminal drew the text.
  const before = text.slice(0, column - 1);
  const indent = Array.from(before, (char) => (char === "\t" ? "\t" : " ")).join("");
  const marked = Array.from(text.slice(column - 1, column - 1 + (end - start))).length;
  return [
    ...(line > 1 ? [row(line - 1)] : []),
    row(line),
    `  ${" ".repeat(width)} | ${indent}${"^".repeat(Math.max(1, marked))}`,
    ...(line < last ? [row(line + 1)] : []),
  ].join("\n");
}
