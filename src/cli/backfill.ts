import type { Command } from "commander";
import { type BackfillResult, backfillTable } from "../backfill.ts";
import type { Executor } from "../executor.ts";
import { findTable } from "../find-table.ts";
import { isFinished, type Progress } from "../progress/progress.ts";
import type { ThrottleOptions } from "../throttle/throttle.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { formatCount, formatDuration } from "./format.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { toJson } from "./json.ts";
import { parseWorkers, positiveNumber } from "./parse.ts";
import { makeProgressDisplay } from "./progress-display.ts";
import { paint, type Terminal } from "./terminal.ts";
import { withDatabase } from "./with-database.ts";

interface Options extends CommonOptions, ThrottleOptions {
  readonly workers: number;
}

export function addBackfillCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("backfill"))
    .description(
      "Copy a table's rows into its partitions, with a progress bar. Can be stopped and started at any time.",
    )
    .argument("<model>", "the Prisma model, or schema.table")
    .option("-w, --workers <n>", "connections that copy at the same time", parseWorkers, 1)
    .option("--max-rows-per-second <n>", "move no more rows than this, all workers together", positiveNumber)
    .option("--max-replica-lag <seconds>", "wait while the slowest replica is further behind", positiveNumber)
    .option("--max-write-latency <ms>", "slow down while a small write takes longer to commit", positiveNumber)
    .option("--json", "one JSON object per line; the last one is the result")
    .addHelpText(
      "after",
      `
Examples:
  $ prisma-partition backfill EventTransaction --workers 2
  $ prisma-partition backfill EventTransaction --max-rows-per-second 20000 --max-replica-lag 5
  $ prisma-partition backfill EventTransaction --workers 2 --max-write-latency 20`,
    )
    .action((model: string, options: Options) =>
      context.run(options, () =>
        withDatabase(options, connectionsFor(options), (executor) =>
          backfill(executor, model, options, context.terminal),
        ),
      ),
    );
}

/** The workers', one that reads the progress, and one that is probed. */
function connectionsFor({ workers, maxWriteLatency }: Options): number {
  return workers + (maxWriteLatency === undefined ? 1 : 2);
}

/** Runs the backfill of one model and tells how it goes. 130 if it was interrupted. */
export async function backfill(
  executor: Executor,
  model: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const json = options.json === true;
  const table = await findTable(executor, model);
  const display = makeProgressDisplay(terminal, json);
  const started = performance.now();
  const interrupt = listenForInterrupt(() => {
    display.clear();
    terminal.err("Stopping after the batches in flight. Press Ctrl-C again to quit at once (they are rolled back).\n");
  });
  let result: BackfillResult;
  try {
    result = await backfillTable(executor, table, {
      ...options,
      signal: interrupt.signal,
      pollMs: display.pollMs,
      onProgress: (progress) => display.show(progress),
    });
  } finally {
    display.clear();
    interrupt.dispose();
  }
  const seconds = (performance.now() - started) / 1000;
  if (json) terminal.out(`${toJson({ event: result.finished ? "finished" : "interrupted", seconds, ...result })}\n`);
  else if (result.finished) terminal.out(`${finishedMessage(terminal, model, result, seconds)}\n`);
  else terminal.out(`${interruptedMessage(model, result, options)}\n`);
  return result.finished ? exitCodes.ok.code : exitCodes.interrupted.code;
}

function finishedMessage(terminal: Terminal, model: string, result: BackfillResult, seconds: number): string {
  const { progress, rows } = result;
  const moved = `${formatCount(rows)} moved now, in ${formatDuration(seconds)}`;
  if (isFinished(progress)) {
    return `${progress.model} is finished: its old table is gone (stage: cleanup), and nothing is left to copy or to replay.`;
  }
  if (progress.stage === "cutover") {
    return `${progress.model} is cut over; the old table has been brought up to date (rows: ${moved}).`;
  }
  if (!progress.ready) {
    return `Nothing left to do for now, but ${progress.model} is not ready for cutover (step: ${progress.step}). See npx prisma-partition status`;
  }
  const steps = nextSteps(model, progress).map((step, index) => `  ${index + 1}. ${step}`);
  return [
    `${paint(terminal, "green", "Done.")} ${progress.model} is backfilled: ${formatCount(progress.rowsDone)} rows into ${progress.partitions} partitions (${moved}).`,
    "Next:",
    ...steps,
  ].join("\n");
}

function nextSteps(model: string, progress: Progress): string[] {
  return [
    `npx prisma-partition verify ${model}`,
    `npx prisma-partition cutover ${progress.model}`,
    "npx prisma migrate deploy",
  ];
}

function interruptedMessage(model: string, result: BackfillResult, options: Options): string {
  return [
    `Stopped. ${formatCount(result.rows)} rows were moved and are kept. To go on from here:`,
    `  npx prisma-partition backfill ${[model, ...flagsOf(options)].join(" ")}`,
  ].join("\n");
}

/** As they were given, so that going on is going on in the same way. */
function flagsOf({ workers, maxRowsPerSecond, maxReplicaLag, maxWriteLatency }: Options): string[] {
  return [
    ...(workers === 1 ? [] : [`--workers ${workers}`]),
    ...(maxRowsPerSecond === undefined ? [] : [`--max-rows-per-second ${maxRowsPerSecond}`]),
    ...(maxReplicaLag === undefined ? [] : [`--max-replica-lag ${maxReplicaLag}`]),
    ...(maxWriteLatency === undefined ? [] : [`--max-write-latency ${maxWriteLatency}`]),
  ];
}
