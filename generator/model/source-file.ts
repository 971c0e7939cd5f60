/** Where something stands: 1-based; the column counts UTF-16 units, a tab is one, as editors and compilers do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a schema file: offsets into its text, `end` exclusive. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** One schema file as it is on disk. Lines end where Prisma ends them: at LF, CRLF or CR. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  /** @param path absolute path @param text the whole file */
  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (end) => end.index + end[0].length)];
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  positionAt(offset: number): Position {
    let line = 1;
    while (line < this.#lineStarts.length && (this.#lineStarts[line] ?? 0) <= offset) line += 1;
    return { line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }

  /** The text of a 1-based line without its line break; empty where there is no such line. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    return start === undefined ? "" : (this.text.slice(start).split(/\r\n|\r|\n/, 1)[0] ?? "");
  }

  span(start: number, end: number): Span {
    return { file: this, start, end };
  }
}
