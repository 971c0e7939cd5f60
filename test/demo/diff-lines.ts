/** The changed lines of a text, `-` and `+`, in order: enough for edits that replace, add and drop single lines. */
export function diffLines(before: string, after: string): string[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const lines: string[] = [];
  let at = 0;
  for (const line of old) {
    const found = fresh.indexOf(line, at);
    if (found < 0 || line.trim() === "") {
      if (line.trim() !== "") lines.push(`- ${line}`);
      continue;
    }
    for (const added of fresh.slice(at, found)) if (added.trim() !== "") lines.push(`+ ${added}`);
    at = found + 1;
  }
  return [
    ...lines,
    ...fresh
      .slice(at)
      .filter((line) => line.trim() !== "")
      .map((line) => `+ ${line}`),
  ];
}
