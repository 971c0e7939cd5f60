import { relative } from "node:path";
import { createTwoFilesPatch } from "diff";
import { paint, type Terminal } from "../../src/cli/terminal.ts";
import type { EditedFile } from "../edit/edit.ts";

/** An edit as a unified diff, as `patch` takes it. */
export function diffOf({ path, before, after }: EditedFile, cwd: string): string {
  const name = relative(cwd, path);
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, "");
}

/** All edits, coloured where the terminal shows colours. */
export function showDiff(files: readonly EditedFile[], cwd: string, terminal: Terminal): string {
  return files
    .map((file) => diffOf(file, cwd))
    .join("")
    .split("\n")
    .map((line) => colour(line, terminal))
    .join("\n");
}

function colour(line: string, terminal: Terminal): string {
  if (/^(?:---|\+\+\+) /.test(line)) return paint(terminal, "bold", line);
  if (line.startsWith("@@")) return paint(terminal, "dim", line);
  if (line.startsWith("+")) return paint(terminal, "green", line);
  return line.startsWith("-") ? paint(terminal, "red", line) : line;
}
