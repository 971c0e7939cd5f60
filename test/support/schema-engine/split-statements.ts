import { init, parse } from "@guanmingchiu/sqlparser-ts";

export interface Statement {
  /** Its text as it stands in the script, comments included, without the semicolon. */
  text: string;
  /** How many characters (code points) stand before it. */
  offset: number;
}

/**
 * The statements of a script, each to be run alone; or undefined when the whole script must run as one batch, because
 * sqlparser, which Prisma uses since 7.4, does not understand every statement of it.
 *
 * sqlparser decides whether to split; where, it does not tell this package (its spans are all zero). So the
 * semicolons are found by {@link splitAtSemicolons}, and the two must agree on the number of statements.
 */
export async function splitStatements(script: string): Promise<Statement[] | undefined> {
  await init();
  let parsed: number;
  try {
    parsed = parse(script, "postgresql").length;
  } catch {
    return undefined;
  }
  const statements = splitAtSemicolons(script);
  return statements.length === parsed ? statements : undefined;
}

/**
 * One piece of a script: something in which a semicolon means nothing (a comment, a string, a quoted name, a
 * dollar-quoted body), a word, a semicolon, space, or any other character. Words are matched whole, so that the `$1$`
 * of `a$1$b` opens no quotation. Comments nest, which a regular expression cannot follow: `block` only opens one. The
 * doubled quote of 'it''s' may as well end one string and open the next.
 */
const PIECE = new RegExp(
  [
    /(?<comment>--[^\n]*)/,
    /(?<block>\/\*)/,
    /[eE]'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'/,
    /'[^']*'/,
    /"[^"]*"/,
    /\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?\$\k<tag>\$/,
    /[\w\u0080-\uffff][\w$\u0080-\uffff]*/,
    /(?<semicolon>;)/,
    /(?<space>\s+)/,
    /[\s\S]/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "gy",
);

/** Splits at every semicolon between statements. Drops what is empty but for space and comments. */
export function splitAtSemicolons(script: string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  let empty = true;
  const add = (end: number) => {
    if (!empty) statements.push({ text: script.slice(start, end), offset: [...script.slice(0, start)].length });
    start = end + 1;
    empty = true;
  };
  PIECE.lastIndex = 0;
  for (let piece = PIECE.exec(script); piece !== null; piece = PIECE.exec(script)) {
    const { comment, block, semicolon, space } = piece.groups ?? {};
    if (block) PIECE.lastIndex = endOfBlockComment(script, piece.index);
    else if (semicolon) add(piece.index);
    else if (!comment && !space) empty = false;
  }
  add(script.length);
  return statements;
}

function endOfBlockComment(script: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(script); found !== null; found = mark.exec(script)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return script.length;
}
