import type { SourceFile } from "../source-file.ts";
import { type Comment, commentAt, endOfLine } from "./comment.ts";
import { type Entry, readEntry } from "./entry.ts";
import { skipString } from "./skip-string.ts";
import type { Piece } from "./split-list.ts";

/** A top-level declaration: `model Event { … }`. */
export interface Block {
  readonly file: SourceFile;
  /** `model`, `view`, `enum`, `type`, `generator`, `datasource`. */
  readonly keyword: string;
  readonly name: Piece;
  /** The comments right above it: no blank line between, and none between them. */
  readonly comments: readonly Comment[];
  readonly entries: readonly Entry[];
  /** Comments of the body that stand above no line of it. */
  readonly looseComments: readonly (readonly Comment[])[];
}

/** Comments that a blank line, or the end of the file, cuts off from what follows. */
export interface LooseComments {
  readonly comments: readonly Comment[];
  /** The declaration that comes next. */
  readonly next: Block | null;
}

/** A schema file, cut into what Prisma's own parser would see. */
export interface SchemaText {
  readonly file: SourceFile;
  readonly blocks: readonly Block[];
  readonly loose: readonly LooseComments[];
}

/**
 * Reads a file that Prisma accepts. It follows the grammar of Prisma's parser: declarations are line by line, a body
 * ends at a `}` that starts a line, what follows `{` on its line is dropped, a blank line cuts a comment off.
 */
export function readSchemaText(file: SourceFile): SchemaText {
  return new Reader(file).read();
}

const blockHead = /([A-Za-z]+)[^\S\r\n]+([A-Za-z0-9][A-Za-z0-9_-]*)[^\S\r\n]*\{/y;

class Reader {
  readonly #file: SourceFile;
  readonly #text: string;
  #at = 0;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#text = file.text;
  }

  read(): SchemaText {
    const blocks: Block[] = [];
    const waiting: Comment[][] = [];
    const loose: LooseComments[] = [];
    while (true) {
      const { comments, cutOff } = this.#comments();
      waiting.push(...cutOff);
      if (this.#at >= this.#text.length) {
        if (comments.length > 0) waiting.push(comments);
        loose.push(...waiting.map((group) => ({ comments: group, next: null })));
        return { file: this.#file, blocks, loose };
      }
      const block = this.#block(comments);
      if (block === null) {
        if (comments.length > 0) waiting.push(comments);
        this.#at = endOfLine(this.#text, this.#at);
        continue;
      }
      loose.push(...waiting.splice(0).map((group) => ({ comments: group, next: block })));
      blocks.push(block);
    }
  }

  #block(comments: readonly Comment[]): Block | null {
    blockHead.lastIndex = this.#at;
    const match = blockHead.exec(this.#text);
    if (match === null) return null;
    const name = match[2] as string;
    const nameStart = this.#at + match[0].indexOf(name, (match[1] as string).length);
    this.#at = endOfLine(this.#text, blockHead.lastIndex);
    const entries: Entry[] = [];
    const looseComments: Comment[][] = [];
    while (true) {
      const found = this.#comments();
      looseComments.push(...found.cutOff);
      if (this.#at >= this.#text.length || this.#text[this.#at] === "}") {
        if (found.comments.length > 0) looseComments.push(found.comments);
        this.#at = Math.min(this.#at + 1, this.#text.length);
        break;
      }
      entries.push(this.#entry(found.comments));
    }
    return {
      file: this.#file,
      keyword: match[1] as string,
      name: { text: name, start: nameStart, end: nameStart + name.length },
      comments,
      entries,
      looseComments,
    };
  }

  /** Reads on to the next thing that is neither space nor comment. Comments above a blank line are cut off. */
  #comments(): { comments: Comment[]; cutOff: Comment[][] } {
    const cutOff: Comment[][] = [];
    const comments: Comment[] = [];
    let lineIsBlank = this.#at === 0;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string;
      const comment = commentAt(this.#text, this.#at);
      if (comment !== null) {
        comments.push(comment);
        this.#at = comment.end;
        lineIsBlank = false;
      } else if (char === "\n" || char === "\r") {
        if (lineIsBlank && comments.length > 0) cutOff.push(comments.splice(0));
        this.#at += this.#text.startsWith("\r\n", this.#at) ? 2 : 1;
        lineIsBlank = true;
      } else if (/\s/.test(char)) this.#at += 1;
      else break;
    }
    return { comments, cutOff };
  }

  #entry(comments: readonly Comment[]): Entry {
    const start = this.#at;
    const trailing: Comment[] = [];
    let end = start;
    while (this.#at < this.#text.length && !"\r\n".includes(this.#text[this.#at] as string)) {
      const comment = commentAt(this.#text, this.#at);
      if (comment !== null) {
        trailing.push(comment);
        this.#at = comment.end;
      } else if (this.#text[this.#at] === '"') end = this.#at = skipString(this.#text, this.#at);
      else {
        this.#at += 1;
        if (/\S/.test(this.#text[this.#at - 1] as string)) end = this.#at;
      }
    }
    return readEntry(this.#text, start, end, [...comments, ...trailing]);
  }
}
