import { paint, type Terminal } from "../../src/cli/terminal.ts";
import { wrap } from "../../src/cli/wrap.ts";
import { lockWait } from "../plan/descriptions.ts";
import { type ClientKey, type QueryChange, showWhere } from "../plan/query-changes.ts";
import { type Call, uniqueQueries } from "./find-calls.ts";
import type { PlannedStep, PlanReport, TablePlan } from "./plan-report.ts";

/** Longer lines are hard to read, however wide the terminal is. */
const readable = 110;

/** Calls that are listed before it is said how many more there are. */
const listed = 20;

/** The plan for people, line by line; no line is wider than the terminal, unless a name is. */
export function describePlan(report: PlanReport, terminal: Terminal): string[] {
  const page = new Page(terminal);
  // In the order of the folders: the schema comes before the tables, and goes after them.
  const isLast = ({ transition }: PlannedStep) => transition === "uninstall";
  describePackage(
    page,
    report.package.filter((step) => !isLast(step)),
  );
  for (const table of report.tables) describeTable(page, table);
  describePackage(page, report.package.filter(isLast));
  page.empty();
  for (const line of ending(report)) page.text("", line);
  return page.lines;
}

function describePackage(page: Page, steps: readonly PlannedStep[]): void {
  if (steps.length === 0) return;
  page.heading("Schema prisma_partition");
  for (const step of steps) describeStep(page, step, null);
}

function ending({ emit, package: own, tables }: PlanReport): string[] {
  const count = own.length + tables.reduce((sum, { steps }) => sum + steps.length, 0);
  if (tables.length === 0 && count === 0) return ["No model has a @partition annotation."];
  if (count === 0) return ["No migration is pending: the migrations are up to date with the annotations."];
  const pending = count === 1 ? "1 migration is pending" : `${count} migrations are pending`;
  if (emit === "never")
    return [`${pending}, but emit = "never": \`npx prisma generate\` does not write migrations here.`];
  const them = count === 1 ? "it" : "them";
  return [`${pending}. \`npx prisma generate\` writes ${them}.`, `\`npx prisma-partition plan --sql\` shows the SQL.`];
}

function describeTable(page: Page, table: TablePlan): void {
  const { model, reached, wanted, steps } = table;
  const route = reached === wanted ? `${reached}, as wanted` : `${reached} → ${wanted}`;
  page.heading(`${model} (${table.table}): ${route}`);
  for (const step of steps) describeStep(page, step, table.table);
  if (table.beforeCutover.length > 0) {
    page.topic("Before the cutover, in the schema");
    for (const line of table.beforeCutover) page.item(line);
    if (table.canEdit) page.text("    ", `\`npx prisma-partition cutover ${model}\` makes these changes.`);
  }
  if (table.hazards.length > 0) {
    page.topic(wanted === "setup" && reached !== "cutover" ? "Consequences of the cutover" : "Consequences");
    for (const line of table.hazards) page.item(line, "yellow");
  }
  if (table.queries !== null) describeQueries(page, table, table.queries);
}

function describeStep(page: Page, { folder, does, why, lock }: PlannedStep, table: string | null): void {
  page.topic(folder);
  page.pair("does", does);
  for (const [index, cause] of why.entries()) page.pair(index === 0 ? "why" : "", cause);
  const locks = lock && `${lock.mode} on ${table} (${lock.scope}): ${lock.held}; ${lockWait}.`;
  page.pair("locks", locks ?? "None on your tables.");
}

function describeQueries(page: Page, { client, key, wanted, calls }: TablePlan, queries: readonly QueryChange[]): void {
  page.topic(`Queries of prisma.${client}`);
  if (queries.length === 0) {
    const keys =
      wanted === "setup" ? "every key of the model stays what it is" : "the keys are those that the model had at setup";
    page.item(`No query changes: ${keys}.`, "green");
    return;
  }
  for (const { before, after } of queries) {
    page.change("-", `findUnique({ where: ${showWhere(before)} })`);
    page.change(
      "+",
      after ? `findUnique({ where: ${showWhere(after)} })` : `findFirst({ where: ${byFields(before)} })`,
    );
  }
  page.text(
    "    ",
    `The same in ${uniqueQueries.slice(1).join(", ")}, and in connect, connectOrCreate and other nested writes.`,
  );
  const needsKey = queries.find(({ before, after }) => after?.fields.includes(key) && !before.fields.includes(key));
  if (needsKey) {
    page.text(
      "    ",
      `Where ${key} is not at hand: findFirst({ where: ${byFields(needsKey.before)} }), updateMany and deleteMany. They look into every partition.`,
    );
  }
  if (queries.some(({ after }) => after === null)) {
    page.text(
      "    ",
      "Where findFirst stands above, no unique query is left: a compound key with a field that may be null, or of some rows only, has none.",
    );
  }
  page.text("    ", "In raw SQL, `ON CONFLICT` must name the columns of the new key.");
  describeCalls(page, client, calls);
}

/** The `where` of a query that needs no unique key. */
function byFields(key: ClientKey): string {
  return showWhere({ ...key, name: null });
}

function describeCalls(page: Page, client: string, calls: readonly Call[]): void {
  if (calls.length === 0) {
    page.text(
      "    ",
      `No call of these queries on \`.${client}\` was found in the source files here; a client by another name is not found.`,
    );
    return;
  }
  page.topic(`Calls to look at, found by the name \`.${client}\` alone`);
  const shown = calls.slice(0, listed);
  const width = Math.max(...shown.map(({ path, line }) => `${path}:${line}`.length));
  for (const { path, line, method } of shown) page.plain(`    ${`${path}:${line}`.padEnd(width)}  ${method}`);
  if (calls.length > listed) page.text("    ", `… and ${calls.length - listed} more: --json lists them all.`);
}

/** Lines of text with headings, wrapped to the terminal's width. */
class Page {
  readonly lines: string[] = [];
  readonly #terminal: Terminal;
  readonly #width: number;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#width = Math.min(terminal.columns(), readable);
  }

  empty(): void {
    if (this.lines.length > 0) this.lines.push("");
  }

  heading(text: string): void {
    this.empty();
    this.lines.push(...wrap(text, this.#width, "  ").map((line) => paint(this.#terminal, "bold", line)));
  }

  topic(text: string): void {
    this.lines.push("");
    this.lines.push(...wrap(text, this.#width - 2, "").map((line) => `  ${paint(this.#terminal, "bold", line)}`));
  }

  /** `    does   Creates …` */
  pair(label: string, text: string): void {
    const [first = "", ...rest] = wrap(text, this.#width - 11, "");
    this.lines.push(
      `    ${paint(this.#terminal, "dim", label.padEnd(7))}${first}`,
      ...rest.map((line) => `${" ".repeat(11)}${line}`),
    );
  }

  item(text: string, style?: "yellow" | "green"): void {
    const lines = wrap(text, this.#width - 4, "  ");
    this.lines.push(...lines.map((line) => `    ${style ? paint(this.#terminal, style, line) : line}`));
  }

  /** A query before (`-`) or after (`+`). */
  change(sign: "-" | "+", code: string): void {
    const [style, lines] = [sign === "-" ? "red" : "green", wrap(code, this.#width - 6, "    ")] as const;
    this.lines.push(
      ...lines.map((line, index) => paint(this.#terminal, style, `    ${index === 0 ? sign : " "} ${line}`)),
    );
  }

  text(indent: string, text: string): void {
    this.lines.push(...wrap(text, this.#width - indent.length, "").map((line) => `${indent}${line}`));
  }

  plain(text: string): void {
    this.lines.push(text);
  }
}
