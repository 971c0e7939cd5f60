import { accept, type Result, refuse } from "../problem/problem.ts";
import { type Literal, show } from "../text/argument.ts";

interface CronField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words?: string;
}

const fields: readonly CronField[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, words: "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec" },
  { name: "day of the week", least: 0, most: 7, words: "sun|mon|tue|wed|thu|fri|sat" },
];

/** A cron expression that pg_cron takes: five fields, or `30 seconds` (1 to 59). White space is normalised. */
export function cron(value: Literal): Result<string> {
  const fix = 'write five fields — minute, hour, day, month, day of the week — such as "*/5 * * * *", or "30 seconds".';
  if (value.type !== "string") return refuse(`\`${show(value)}\` is not a string.`, fix);
  const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(value.text);
  if (seconds !== null) {
    const count = Number(seconds[1]);
    if (count >= 1 && count <= 59) return accept(`${count} seconds`);
    return refuse(`${show(value)} is not a schedule: pg_cron takes 1 to 59 seconds.`, fix);
  }
  const parts = value.text.trim().split(/\s+/);
  if (parts.length !== 5 || parts[0] === "") return refuse(`${show(value)} does not have five fields.`, fix);
  const wrong = fields.find((field, index) => !isCronField(parts[index] as string, field));
  if (wrong === undefined) return accept(parts.join(" "));
  const part = parts[fields.indexOf(wrong)];
  return refuse(
    `\`${part}\` in ${show(value)} is no ${wrong.name}.`,
    `write \`*\` or ${wrong.least} to ${wrong.most} there.`,
  );
}

/** `*`, `5`, `1-5`, `mon-fri`, each with a step (`*` + `/5`), in a list; `$` is pg_cron's last day of the month. */
function isCronField(text: string, field: CronField): boolean {
  return text.split(",").every((item) => {
    if (item === "$") return field.name === "day of the month";
    const match = /^([^/]+)(?:\/(\d+))?$/.exec(item);
    if (match === null || match[2] === "0") return false;
    if (match[1] === "*") return true;
    const ends = (match[1] as string).split("-").map((end) => numberOf(end, field));
    return (
      ends.length <= 2 &&
      ends.every((end) => end >= field.least && end <= field.most) &&
      (ends[1] ?? 99) >= (ends[0] as number)
    );
  });
}

function numberOf(text: string, field: CronField): number {
  const word = field.words?.split("|").indexOf(text.toLowerCase()) ?? -1;
  if (word >= 0) return word + field.least;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
