/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Progress notes, warnings and errors: never part of a result. */
  err(text: string): void;
  /** Characters per line; Infinity where output goes to a file or a pipe, so that nothing is cut. */
  readonly columns: () => number;
  /** Lines that are seen at once; Infinity where nothing scrolls out of sight. */
  readonly rows: () => number;
  /** A line may be rewritten in place. */
  readonly rewritable: boolean;
  readonly color: boolean;
}

/** The part of a stream that matters here. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** NO_COLOR (https://no-color.org) turns off colour, TERM=dumb every escape sequence; a pipe gets neither. */
export function makeTerminal(out: Stream, err: Stream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const rewritable = out.isTTY === true && env.TERM !== "dumb";
  return {
    out: (text) => void out.write(text),
    err: (text) => void err.write(text),
    columns: () => (out.isTTY ? (out.columns ?? 80) : Number.POSITIVE_INFINITY),
    rows: () => (out.isTTY ? (out.rows ?? 24) : Number.POSITIVE_INFINITY),
    rewritable,
    color: rewritable && !env.NO_COLOR,
  };
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

export function paint(terminal: Terminal, style: keyof typeof codes, text: string): string {
  const [on, off] = codes[style];
  return terminal.color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}
