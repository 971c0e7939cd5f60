/** Offset after the string literal that opens at `offset`; a literal that is not closed ends with its line. */
export function skipString(text: string, offset: number, end = text.length): number {
  for (let at = offset + 1; at < end; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
    else if (text[at] === "\n" || text[at] === "\r") return at;
  }
  return end;
}
