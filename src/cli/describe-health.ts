import type { Finding, Severity } from "../health/finding.ts";
import { type Health, isHealthy } from "../health/health.ts";
import { formatCount, formatInstant } from "./format.ts";
import { paint, type Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

const colors = { error: "red", warning: "yellow", info: "dim" } as const;
const severities = ["error", "warning", "info"] as const;
const words: Record<Severity, readonly [one: string, many: string]> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  info: ["note", "notes"],
};

/** Prose is hard to read in longer lines. Commands are never cut or broken: they are there to be copied. */
const widest = 100;
const indent = " ".repeat(severities.reduce((longest, word) => Math.max(longest, word.length), 0) + 4);

/**
 * What `doctor` prints. A table without errors and warnings is one green line with the facts; whatever was found stands
 * below its table with what it is, why it matters and the command that mends it. The last line counts.
 *
 * @param installation null: it was not looked at
 */
export function describeHealth(
  tables: readonly Health[],
  installation: readonly Finding[] | null,
  terminal: Terminal,
): string[] {
  const blocks = tables.map((table) => [headline(table, terminal), ...describeFindings(table.findings, terminal)]);
  if (installation !== null && installation.length > 0) {
    blocks.push([paint(terminal, "bold", "The database"), ...describeFindings(installation, terminal)]);
  }
  const lines = blocks.flatMap((block, index) => {
    const apart = index > 0 && (block.length > 1 || (blocks[index - 1]?.length ?? 0) > 1);
    return apart ? ["", ...block] : block;
  });
  const findings = [...tables.flatMap((table) => table.findings), ...(installation ?? [])];
  return [...lines, ...(lines.length > 0 ? [""] : []), verdict(findings, tables.length, terminal)];
}

function headline(table: Health, terminal: Terminal): string {
  const name = paint(terminal, "bold", table.model);
  if (!table.ok) return `${name} ${table.schema}.${table.table}, stage ${table.stage}`;
  const ahead = table.partitionsAhead === null ? [] : [`${formatCount(table.partitionsAhead)} partitions ahead`];
  const maintained =
    table.maintainedAt === null ? "never maintained" : `maintained ${formatInstant(table.maintainedAt)}`;
  const facts = [...ahead, maintained];
  return `${paint(terminal, "green", "healthy")} ${name}: ${facts.join(", ")}`;
}

function describeFindings(findings: readonly Finding[], terminal: Terminal): string[] {
  const width = Math.min(terminal.columns(), widest) - indent.length;
  return findings.flatMap(({ severity, what, why, command }) => {
    const [first = "", ...rest] = wrap(what, width);
    const word = paint(terminal, colors[severity], severity);
    return [
      "",
      `  ${word}${" ".repeat(indent.length - 2 - severity.length)}${first}`,
      ...rest.map((line) => `${indent}${line}`),
      ...wrap(why, width).map((line) => `${indent}${paint(terminal, "dim", line)}`),
      ...command.split("\n").map((line) => `    ${line}`),
    ];
  });
}

/** `1 error, 2 warnings and 1 note in 3 tables.` */
function verdict(findings: readonly Finding[], tables: number, terminal: Terminal): string {
  const where = tables === 1 ? "1 table" : `${formatCount(tables)} tables`;
  if (findings.length === 0) {
    const text = tables === 0 ? "No table of this database is set up for partitioning." : `Nothing found in ${where}.`;
    return tables === 0 ? text : paint(terminal, "green", text);
  }
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${formatCount(count)} ${words[severity][count === 1 ? 0 : 1]}`];
  });
  const last = counts.pop() ?? "";
  const text = `${counts.length > 0 ? `${counts.join(", ")} and ${last}` : last} in ${where}.`;
  const worst = isHealthy(findings)
    ? "green"
    : findings.some(({ severity }) => severity === "error")
      ? "red"
      : "yellow";
  return paint(terminal, worst, text);
}
