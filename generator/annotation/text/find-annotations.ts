import { distance } from "../../../src/closest.ts";
import type { Block, Comment, SchemaText, Span } from "../../model/index.ts";
import type { Problem } from "../problem/problem.ts";
import type { Argument } from "./argument.ts";
import { DocText } from "./doc-text.ts";
import { parseArguments } from "./parse-arguments.ts";

/** `@partition(…)` above a model, view or `@@ignore` model. */
export interface Annotation {
  readonly block: Block;
  /** `@partition` */
  readonly span: Span;
  readonly arguments: readonly Argument[];
  /** False where the arguments could not be read completely: what seems to be missing may only be misread. */
  readonly isComplete: boolean;
}

/** Where documentation stands, other than above a model. */
interface Misplaced {
  readonly code: "misplaced" | "cut-off";
  readonly reason: string;
  readonly fix: string;
}

/** Every annotation in the documentation of a file, and what is wrong with where and how they are written. */
export function findAnnotations(schema: SchemaText): { annotations: Annotation[]; problems: Problem[] } {
  const annotations: Annotation[] = [];
  const problems: Problem[] = [];
  for (const block of schema.blocks) {
    const isModel = block.keyword === "model" || block.keyword === "view";
    const found = isModel ? readDocumentation(schema, block, problems) : [];
    for (const [index, annotation] of found.entries()) {
      if (index === 0) annotations.push(annotation);
      else problems.push(repeated(annotation, block));
    }
    if (isModel && found.length === 0) problems.push(...plainComments(schema, block));
    for (const { comments, misplaced } of elsewhere(block)) problems.push(...refuseIn(schema, comments, misplaced));
    if (!isModel) problems.push(...refuseIn(schema, block.comments, above(`${block.keyword} \`${block.name.text}\``)));
  }
  for (const { comments, next } of schema.loose) {
    // A model that is commented out takes its annotation along.
    if (!/\{/.test(comments.map(({ start, end }) => schema.file.text.slice(start, end)).join())) {
      problems.push(...refuseIn(schema, comments, cutOff(next)));
    }
  }
  return { annotations, problems };
}

const mark = /(?<![\w`"'@.])@([A-Za-z]+)\b/g;

function readDocumentation(schema: SchemaText, block: Block, problems: Problem[]): Annotation[] {
  const doc = new DocText(schema.file, block.comments.filter(isDocumentation));
  const found: Annotation[] = [];
  let end = 0;
  for (const { start, word, open, startsLine } of marks(doc.text)) {
    if (start < end) continue;
    const span = doc.span(start, start + word.length + 1);
    if (word !== "partition") {
      if (startsLine && open !== null && distance(word.toLowerCase(), "partition") <= 2) {
        problems.push({
          code: "misspelt",
          span,
          reason: `There is no annotation \`@${word}\`.`,
          fix: "did you mean `@partition`?",
        });
      }
    } else if (open !== null) {
      const parsed = parseArguments(doc, open);
      problems.push(...parsed.problems);
      found.push({ block, span, arguments: parsed.arguments, isComplete: parsed.problems.length === 0 });
      end = parsed.end;
    } else if (startsLine) {
      const fix = "name at least the partition key: `@partition(createdAt, monthly)`.";
      problems.push({ code: "syntax", span, reason: "The annotation has no arguments.", fix });
    }
  }
  return found;
}

/** Every `@word`, with the offset of the parenthesis after it. */
function marks(text: string): { start: number; word: string; open: number | null; startsLine: boolean }[] {
  return Array.from(text.matchAll(mark), (match) => {
    const after = match.index + match[0].length;
    const gap = /^[^\S\r\n]*\(/.exec(text.slice(after));
    const startsLine = /(^|[\r\n])\s*$/.test(text.slice(0, match.index));
    return {
      start: match.index,
      word: match[1] as string,
      open: gap === null ? null : after + gap[0].length - 1,
      startsLine,
    };
  });
}

function isDocumentation(comment: Comment): boolean {
  return comment.kind !== "plain";
}

function repeated(annotation: Annotation, block: Block): Problem {
  const reason = `Model \`${block.name.text}\` already has an annotation.`;
  return { code: "repeated-annotation", span: annotation.span, reason, fix: "keep one `@partition(…)`." };
}

/** `// @partition(…)` right above a model documents nothing, and is almost surely meant to. */
function plainComments(schema: SchemaText, block: Block): Problem[] {
  return block.comments
    .filter((comment) => comment.kind === "plain")
    .flatMap((comment) => {
      const doc = new DocText(schema.file, [comment]);
      return marks(doc.text)
        .filter(({ word, open }) => word === "partition" && open !== null)
        .map(({ start }): Problem => {
          const reason = "A `//` comment is not documentation: Prisma drops it, and the annotation with it.";
          const fix = "did you mean `///`? To switch the annotation off, delete the line.";
          return { code: "plain-comment", span: doc.span(start, start + 10), reason, fix };
        });
    });
}

function elsewhere(block: Block): { comments: readonly Comment[]; misplaced: Misplaced }[] {
  const inside = misplacedAt(`stands in the body of ${block.keyword} \`${block.name.text}\``);
  const line = block.keyword === "model" || block.keyword === "view" ? "field" : "line";
  return [
    ...block.entries.map((entry) => ({
      comments: entry.comments,
      misplaced: entry.name.text ? above(`${line} \`${block.name.text}.${entry.name.text}\``) : inside,
    })),
    ...block.looseComments.map((comments) => ({ comments, misplaced: inside })),
  ];
}

function above(what: string): Misplaced {
  return misplacedAt(`belongs to ${what}`);
}

function misplacedAt(place: string): Misplaced {
  const reason = `Only a model can be partitioned; this annotation ${place}.`;
  return { code: "misplaced", reason, fix: "move it right above a `model`." };
}

function cutOff(next: Block | null): Misplaced {
  if (next === null)
    return {
      code: "cut-off",
      reason: "No model follows this annotation.",
      fix: "remove it, or move it right above a `model`.",
    };
  const reason = `A blank line cuts this annotation off from ${next.keyword} \`${next.name.text}\`: it documents nothing.`;
  return { code: "cut-off", reason, fix: "remove the blank line, or the annotation." };
}

function refuseIn(schema: SchemaText, comments: readonly Comment[], misplaced: Misplaced): Problem[] {
  const doc = new DocText(schema.file, comments.filter(isDocumentation));
  return marks(doc.text)
    .filter(({ word, open }) => word === "partition" && open !== null)
    .map(({ start }) => ({ ...misplaced, span: doc.span(start, start + 10) }));
}
