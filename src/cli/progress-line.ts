import type { Progress } from "../progress/progress.ts";
import { drawBar } from "./bar.ts";
import { formatCompact, formatCount, formatDuration, formatPercent, formatRate } from "./format.ts";
import { cut } from "./table.ts";

const widestBar = 40;
const narrowestBar = 8;

/**
 * One line about a running backfill, at most `width` characters: the bar takes what the facts leave, and the least
 * important facts go first.
 */
export function progressLine(progress: Progress, width: number): string {
  const head = progressHead(progress, "  ");
  const facts = progressFacts(progress, formatCompact);
  while (facts.length > 1 && head.length + facts.join("  ").length + narrowestBar + 4 > width) facts.pop();
  const tail = facts.join("  ");
  const room = Math.min(widestBar, width - head.length - tail.length - 4);
  const fraction = progress.step === "drain" ? null : progress.fraction;
  const bar = fraction !== null && room >= narrowestBar ? `${drawBar(fraction, room)}  ` : "";
  return cut(`${head}  ${bar}${tail}`, width);
}

/** The same facts for a log file: exact numbers, no bar. */
export function progressLogLine(progress: Progress): string {
  return [progressHead(progress, ": "), ...progressFacts(progress, formatCount)].join("  ");
}

/** While the log is drained there is no percentage: new changes keep coming. */
function progressHead({ model, step, fraction }: Progress, separator: string): string {
  const percent = step === "drain" || fraction === null ? "" : ` ${formatPercent(fraction)}`;
  return `${model}${separator}${step}${percent}`;
}

/** Most important first. */
function progressFacts(progress: Progress, count: (value: bigint) => string): string[] {
  const { step, rowsPerSecond, etaSeconds } = progress;
  const log = `log ${count(progress.logEntries)}`;
  const amount = {
    load: `${count(progress.rowsDone)}/~${count(progress.rowsEstimated)} rows`,
    settle: `${count(progress.rowsDone)} rows`,
    index: `${count(progress.batchesDone)}/${count(progress.batchesTotal)} partitions`,
    drain: log,
    validate: "foreign keys",
  }[step];
  return [
    amount,
    ...(rowsPerSecond === null ? [] : [formatRate(rowsPerSecond)]),
    ...(etaSeconds === null || etaSeconds < 1 ? [] : [`ETA ${formatDuration(etaSeconds)}`]),
    ...(step === "drain" ? [] : [log]),
  ];
}
