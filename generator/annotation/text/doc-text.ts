import type { Comment, SourceFile, Span } from "../../model/index.ts";

/** The documentation of a declaration as one text, of which every character knows where it stands in the file. */
export class DocText {
  readonly text: string;
  readonly #file: SourceFile;
  readonly #offsets: readonly number[];

  /** Joins the `///` lines and block comments with line breaks. The stars at line starts of a block are left out. */
  constructor(file: SourceFile, comments: readonly Comment[]) {
    const offsets: number[] = [];
    let text = "";
    const keep = (from: number, to: number): void => {
      text += file.text.slice(from, to);
      for (let at = from; at < to; at += 1) offsets.push(at);
    };
    for (const comment of comments) {
      if (text !== "") {
        text += "\n";
        offsets.push(comment.start);
      }
      const content = file.text.slice(comment.contentStart, comment.contentEnd);
      let from = comment.contentStart;
      if (comment.kind === "block") {
        for (const star of content.matchAll(/(?<=^|[\r\n])[^\S\r\n]*\*+/g)) {
          keep(from, comment.contentStart + star.index);
          from = comment.contentStart + star.index + star[0].length;
        }
      }
      keep(from, comment.contentEnd);
    }
    this.text = text;
    this.#file = file;
    this.#offsets = offsets;
  }

  /** Where `text[start, end)` stands in the file. */
  span(start: number, end: number): Span {
    const last = this.#offsets.length - 1;
    const from = this.#offsets[Math.min(start, last)] ?? 0;
    const to = this.#offsets[Math.min(Math.max(end - 1, start), last)] ?? from;
    return this.#file.span(from, to + 1);
  }
}
