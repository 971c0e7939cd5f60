import type { Span } from "../model/index.ts";

/** A stretch of a schema file, and what takes its place; an empty stretch is an insertion. */
export interface Edit extends Span {
  readonly text: string;
}

/** A schema file before and after. */
export interface EditedFile {
  /** Absolute path. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Every file that the edits touch, sorted by path. What no edit covers stays as it is, to the character. Insertions at
 * the same place come in the order given.
 *
 * @throws Error when two edits overlap: a defect of whoever made them
 */
export function applyEdits(edits: readonly Edit[]): EditedFile[] {
  const files = [...new Set(edits.map(({ file }) => file))].sort((a, b) => (a.path < b.path ? -1 : 1));
  return files.map((file) => {
    let after = "";
    let at = 0;
    for (const edit of edits.filter((candidate) => candidate.file === file).sort((a, b) => a.start - b.start)) {
      if (edit.start < at) throw new Error(`Two edits of ${file.path} overlap at offset ${edit.start}.`);
      after += file.text.slice(at, edit.start) + edit.text;
      at = edit.end;
    }
    return { path: file.path, before: file.text, after: after + file.text.slice(at) };
  });
}
