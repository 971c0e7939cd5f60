/** A word (keyword or unquoted identifier, folded to lower case), a quoted identifier, or one character of the rest. */
export interface SqlToken {
  readonly kind: "word" | "quoted" | "symbol";
  readonly text: string;
}

const comment = /--[^\n\r]*/y;
const string = /(?:[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))|(?:'(?:[^']|'')*(?:'|$))/y;
const quoted = /"((?:[^"]|"")*)(?:"|$)/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\d[\w.]*/y;
const space = /\s+/y;

/**
 * The tokens of a PostgreSQL script without comments, strings and numbers, so that what is merely quoted somewhere is
 * not taken for a statement. The body of a `DO` block is read as the code it is; other dollar-quoted text is a string.
 */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < sql.length) {
    if (take(space) || take(comment) || take(string)) continue;
    if (sql.startsWith("/*", at)) {
      at = endOfBlockComment(sql, at);
      continue;
    }
    const name = take(quoted);
    if (name) {
      tokens.push({ kind: "quoted", text: (name[1] ?? "").replaceAll('""', '"') });
      continue;
    }
    const tag = take(dollarTag);
    if (tag) {
      const close = sql.indexOf(tag[0], at);
      const end = close < 0 ? sql.length : close;
      if (opensDoBlock(tokens)) tokens.push(...sqlTokens(sql.slice(at, end)));
      at = end + tag[0].length;
      continue;
    }
    const bare = take(word);
    if (bare) tokens.push({ kind: "word", text: bare[0].toLowerCase() });
    else if (!take(number)) tokens.push({ kind: "symbol", text: sql.charAt(at++) });
  }
  return tokens;
}

/** Block comments nest in PostgreSQL. */
function endOfBlockComment(sql: string, from: number): number {
  let depth = 0;
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  for (let match = edge.exec(sql); match; match = edge.exec(sql)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

/** `DO $$` or `DO LANGUAGE plpgsql $$`. */
function opensDoBlock(tokens: readonly SqlToken[]): boolean {
  const [third, second, last] = [tokens.at(-3), tokens.at(-2), tokens.at(-1)].map((token) =>
    token?.kind === "word" ? token.text : null,
  );
  return last === "do" || (second === "language" && third === "do");
}
