import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outcomes, reasons } from "../goals.ts";
import { type Result, readResult } from "../results.ts";
import { chartsOf } from "./charts.ts";
import { goalTable, machineLines, tablesOf } from "./markdown.ts";
import { SECTIONS } from "./sections.ts";

const NOTICE = `<!-- Made by \`npm run bench:report\` from test/bench/results/. Change those, not this. -->`;

/** Reads the results that are there and writes `performance.md` and `performance/*.svg`; returns the paths. */
export async function writeReport(results: string, docs: string): Promise<string[]> {
  const found = (await Promise.all(SECTIONS.map(({ scenario }) => readResult(scenario, results)))).filter(
    (result) => result !== null,
  );
  if (found.length === 0) throw new Error(`${results} holds no results. Run: npm run bench`);
  const folder = join(docs, "performance");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  const sections: string[] = [];
  for (const result of found) {
    const pictures: string[] = [];
    for (const { name, title, svg } of chartsOf(result)) {
      const path = join(folder, `${name}.svg`);
      await writeFile(path, svg);
      written.push(path);
      pictures.push(`![${title}](performance/${name}.svg)`);
    }
    sections.push(section(result, pictures));
  }
  const page = join(docs, "performance.md");
  const goals = outcomes(found);
  const unmet = reasons(goals).map((reason) => `- ${reason}`);
  const why = unmet.length > 0 ? [`Why not:\n\n${unmet.join("\n")}`] : [];
  await writeFile(
    page,
    [NOTICE, "# Performance", introduction(found), goalTable(goals), ...why, ...sections, ""].join("\n\n"),
  );
  return [page, ...written];
}

function section(result: Result, pictures: readonly string[]): string {
  const { title } = SECTIONS.find(({ scenario }) => scenario === result.scenario) ?? { title: result.scenario };
  const failed = result.checks.filter(({ ok }) => !ok).map(({ name }) => `**Failed:** ${name}`);
  const passed = `${result.checks.length - failed.length} of ${result.checks.length} checks that rows are equal and no write failed passed.`;
  const { rounds } = result.options;
  const size = `${result.options.rows.toLocaleString("en")} rows unless the table says otherwise, ${rounds === 1 ? "one round" : `${rounds} rounds`}.`;
  return [
    `## ${title}`,
    result.about,
    [size, ...(result.checks.length > 0 ? [passed] : []), ...failed].join(" "),
    ...pictures,
    ...tablesOf(result),
    machineLines(result),
  ].join("\n\n");
}

function introduction(results: readonly Result[]): string {
  const dates = results.map(({ machine }) => machine.date.slice(0, 10)).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  return `What was measured, on ${first === last ? first : `${first} to ${last}`}, with the table of \`prisma/schema.prisma\` and its ten
indexes. Everything that is compared was run in turn, several rounds of it, in one run; each figure is the median of the rounds
with the least and the most in parentheses, and a ratio is the median of the rounds' own ratios. Other machines will give other
figures; the ratios should hold better than the rest. To measure yours: \`npm run bench && npm run bench:report\`.`;
}
