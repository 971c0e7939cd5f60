/**
 * Breaks a text at spaces into lines of at most `width` characters; those after the first begin with `indent`, which counts.
 * A longer word stays whole.
 */
export function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}
