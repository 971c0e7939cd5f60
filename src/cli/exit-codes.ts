/** Exit codes of every command. This table is what `--help` prints. */
export const exitCodes = {
  ok: { code: 0, meaning: "done, or the answer is yes" },
  negative: {
    code: 1,
    meaning:
      "the answer is no: rows differ, a table is not ready, doctor found something, migrations are pending, a change was not confirmed",
  },
  usage: { code: 2, meaning: "unknown command, option, model or configuration" },
  failed: {
    code: 3,
    meaning:
      "the database cannot be reached or refused a statement, prisma generate failed, or a defect of this package",
  },
  interrupted: { code: 130, meaning: "stopped by Ctrl-C; running it again goes on from there" },
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]["code"];

/** `  0    done, or the answer is yes`, one line per code. */
export function describeExitCodes(): string {
  return Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`)
    .join("\n");
}
