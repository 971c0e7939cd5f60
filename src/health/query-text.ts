interface Named {
  readonly schema: string;
  readonly table: string;
  readonly keyColumn: string;
}

/**
 * Whether a statement reads or changes rows of the table without naming its partition key in a condition: a guess by the
 * text between the first WHERE or JOIN … ON and GROUP BY, ORDER BY, LIMIT or RETURNING. A subquery's condition counts for
 * the whole, and a condition on another table's column of that name too.
 */
export function readsWithoutKey(query: string, { schema, table, keyColumn }: Named): boolean {
  const text = withoutLiterals(query);
  if (!/^\s*(SELECT|UPDATE|DELETE|WITH)\b/i.test(text) || !names(text, schema, table)) return false;
  const start = /\bWHERE\b|\bJOIN\b[\s\S]*?\bON\b/i.exec(text);
  if (start === null) return true;
  const condition = text
    .slice(start.index + start[0].length)
    .split(/\b(?:GROUP\s+BY|ORDER\s+BY|LIMIT|RETURNING)\b/i)[0];
  return !mentions(condition ?? "", keyColumn);
}

/** The table under its schema, or alone. */
function names(text: string, schema: string, table: string): boolean {
  const qualifier = `(?:${word(schema)}\\s*\\.\\s*)?`;
  return new RegExp(`\\b(?:FROM|JOIN|UPDATE|USING|ONLY|,)\\s+(?:ONLY\\s+)?${qualifier}${word(table)}`, "i").test(text);
}

function mentions(text: string, column: string): boolean {
  return new RegExp(word(column), "i").test(text);
}

/** A name as a whole, quoted or not. */
function word(name: string): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return `(?:"${escaped.replaceAll('"', '""')}"|(?<![\\w"$])${escaped}(?![\\w"$]))`;
}

/** Comments and strings may hold any word. */
function withoutLiterals(query: string): string {
  return query.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, " ");
}
