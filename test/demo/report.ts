/** What the demo prints. Colours only on a terminal. */
import { styleText } from "node:util";
import type pg from "pg";
import { compareWithWriters, type Writers } from "../support/writers.ts";
import type { Summary } from "./summary.ts";

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const style = (format: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(format, text) : text);

export function heading(text: string): void {
  console.log(`\n${style("bold", text)}\n`);
}

export function command(text: string): void {
  console.log(`${style("cyan", "$")} ${style("bold", text)}`);
}

export function note(text: string): void {
  console.log(`  ${style("green", text)}\n`);
}

export function detail(text: string): void {
  console.log(`  ${style(text.startsWith("+") ? "green" : text.startsWith("-") ? "red" : "dim", text)}`);
}

/** A command's output, indented, without blank lines and what Prisma says to itself; of a long one the ends. */
export function printOutput(output: string, most = Number.POSITIVE_INFINITY): void {
  const lines = output
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(Loaded Prisma config|Prisma schema loaded|Datasource )/.test(line));
  const hidden = lines.length - most;
  const shown = hidden > 0 ? lines.toSpliced(most - 4, hidden, `… ${hidden} more …`) : lines;
  for (const line of shown) console.log(`  ${style("dim", line)}`);
  console.log();
}

export function table(summary: Summary): void {
  const width = Math.max(...Object.keys(summary).map((name) => name.length));
  for (const [name, value] of Object.entries(summary))
    console.log(`  ${name.padEnd(width)}  ${style("bold", value.toLocaleString("en"))}`);
  console.log();
}

/**
 * Rows that differ, found without the package: the new table against the old one, which followed it (EXCEPT both ways and
 * the counts), and every row that a writer touched against what that writer did.
 */
export async function countDifferences(client: pg.Client, writers: Writers): Promise<number> {
  const { rows } = await client.query<{ differences: string }>(
    `SELECT (SELECT count(*) FROM (TABLE billing.event_transactions EXCEPT TABLE billing_old.event_transactions) x)
          + (SELECT count(*) FROM (TABLE billing_old.event_transactions EXCEPT TABLE billing.event_transactions) x)
          + abs((SELECT count(*) FROM billing.event_transactions) - (SELECT count(*) FROM billing_old.event_transactions)) AS differences`,
  );
  return Number(rows[0]?.differences) + (await compareWithWriters(client, writers)).length;
}
