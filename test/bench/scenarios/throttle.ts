import { setTimeout as sleep } from "node:timers/promises";
import { readReplicaLag } from "../../../src/throttle/replica-lag.ts";
import type { ThrottleOptions } from "../../../src/throttle/throttle.ts";
import { probeWriteLatency } from "../../../src/throttle/write-latency.ts";
import type { Writers } from "../../support/writers.ts";
import type { Bench, Scenario } from "../bench.ts";
import { PACED_WRITES, startPacedWriters } from "../load/paced.ts";
import { inTurn } from "../measure/in-turn.ts";
import { sampleWhile } from "../measure/sample-while.ts";
import { quantile } from "../measure/spread.ts";
import { SHADOW, type Subject, TABLE } from "../subject/subject.ts";

const WORKERS = 2;
/** Seconds: about as little as can be told, for positions of the log are remembered every 0.2 s. */
const LAG = 0.1;

export const throttle: Scenario = {
  name: "throttle",
  about:
    `The backfill with ${WORKERS} workers beside ${PACED_WRITES} writes/s, as fast as it can and held back; rows per second are ` +
    "those of the load alone. Asked are a quarter of the rows per second that it reaches, and twice what a probe takes " +
    "beside the writers alone. One that is not done after 24 times the seconds of a loop is stopped. Then the same with a " +
    "streaming standby on the same machine.",
  async run(bench) {
    const { rowsPerSecond, probeMs } = await calibrate(bench);
    const beside: [string, ThrottleOptions | null][] = [
      ["no backfill", null],
      ["no limit", {}],
      ["maxRowsPerSecond", { maxRowsPerSecond: Math.max(1, Math.round(rowsPerSecond / 4)) }],
      ["maxWriteLatency", { maxWriteLatency: probeMs * 2 }],
    ];
    await inTurn(bench.options.rounds, beside, ([what, options]) => besideWriters(bench, what, options));

    const standby = await bench.databases.standby();
    try {
      const replicated: [string, ThrottleOptions][] = [
        ["no limit", {}],
        ["maxReplicaLag", { maxReplicaLag: LAG }],
      ];
      await inTurn(bench.options.rounds, replicated, ([replica, options]) => replicate(bench, replica, options));
    } finally {
      await standby.stop();
    }
  },
};

/** What the limits are derived from. */
async function calibrate({ databases, options, note }: Bench): Promise<{ rowsPerSecond: number; probeMs: number }> {
  const subject = await databases.plain(options.rows);
  await subject.setup(28);
  const found = await withWriters(subject, options.seconds, async () => {
    const probes: number[] = [];
    for (let probe = 0; probe < 25; probe++) {
      probes.push(await probeWriteLatency(subject.executor));
      await sleep(options.seconds * 40);
    }
    await subject.backfill(WORKERS);
    const probeMs = quantile(
      probes.toSorted((a, b) => a - b),
      0.5,
    );
    return { probeMs, rowsPerSecond: (await loadRate(subject)) ?? options.rows };
  });
  note(`a probe takes ${found.probeMs.toFixed(2)} ms; the load reaches ${found.rowsPerSecond.toFixed(0)} rows/s`);
  await subject.drop();
  return found;
}

/** @param throttled null: no backfill at all */
async function besideWriters(bench: Bench, what: string, throttled: ThrottleOptions | null): Promise<void> {
  const { databases, options, recorder, note } = bench;
  const subject = await databases.plain(options.rows);
  await subject.setup(28);
  await withWriters(subject, options.seconds, async (writers) => {
    const [from, written] = [performance.now(), writers.writes];
    if (throttled) await limited(bench, subject, throttled);
    else await sleep(options.seconds * 4000);
    const to = performance.now();
    const seconds = (to - from) / 1000;
    const writes = writers.writes - written;
    await writers.stop(); // those in flight are counted, too
    const latencies = writers.latencies(from, to).sort((a, b) => a - b);
    const rowsPerSecond = throttled ? await loadRate(subject) : undefined;
    const p99Ms = quantile(latencies, 0.99);
    recorder.add(
      { what },
      {
        askedRowsPerSecond: throttled?.maxRowsPerSecond,
        askedLatencyMs: throttled?.maxWriteLatency,
        rowsPerSecond,
        seconds: throttled ? seconds : undefined,
        writesPerSecond: writes / seconds,
        p50Ms: quantile(latencies, 0.5),
        p99Ms,
        maxMs: quantile(latencies, 1),
      },
    );
    note(`${what}: ${rowsPerSecond?.toFixed(0) ?? "no"} rows/s, p99 ${p99Ms.toFixed(1)} ms`);
    recorder.check(`${what}: no write failed`, writers.failed.length === 0);
  });
  if (throttled) await finish(bench, subject, what);
  await subject.drop();
}

async function replicate(bench: Bench, replica: string, throttled: ThrottleOptions): Promise<void> {
  const { databases, options, recorder, note } = bench;
  const subject = await databases.plain(options.rows);
  await subject.setup(28);
  const lag = readReplicaLag();
  // The standby has copied the database, too, before it is measured.
  while ((await lag(subject.executor)) > 0) await sleep(100);
  let lagSeconds = 0;
  let seconds = 0;
  await sampleWhile(
    async () => {
      const started = performance.now();
      await limited(bench, subject, throttled);
      seconds = (performance.now() - started) / 1000;
    },
    100,
    async () => {
      lagSeconds = Math.max(lagSeconds, await lag(subject.executor));
    },
  );
  const rowsPerSecond = await loadRate(subject);
  recorder.add({ replica }, { askedLagSeconds: throttled.maxReplicaLag, lagSeconds, rowsPerSecond, seconds });
  note(`with a standby, ${replica}: at most ${lagSeconds.toFixed(2)} s behind`);
  await finish(bench, subject, `with a standby, ${replica}`);
  await subject.drop();
}

/** The backfill, until it is done or has had its time. */
async function limited({ options }: Bench, subject: Subject, throttled: ThrottleOptions): Promise<void> {
  await subject.backfill(WORKERS, { ...throttled, signal: AbortSignal.timeout(options.seconds * 24_000) });
}

/** Without a limit, after the writers have stopped. */
async function finish({ recorder }: Bench, subject: Subject, name: string): Promise<void> {
  await subject.backfill(WORKERS);
  recorder.check(`${name}: the copy is the table's equal`, await subject.areEqual(TABLE, SHADOW));
}

async function withWriters<T>(subject: Subject, seconds: number, work: (writers: Writers) => Promise<T>): Promise<T> {
  const writers = await startPacedWriters(subject.url);
  try {
    // Up to speed: each has read the rows that it will write.
    while (writers.writes < PACED_WRITES / 4 && writers.failed.length === 0) await sleep(20);
    await sleep(seconds * 200);
    return await work(writers);
  } finally {
    await writers.stop();
  }
}

/** Rows per second from the first batch's begin to the last one's end; undefined where none has ended. */
async function loadRate(subject: Subject): Promise<number | undefined> {
  const [found] = await subject.query<{ rate: number | null }>(
    `SELECT (sum(rows) / extract(epoch FROM max(finished_at) - min(started_at)))::float8 AS rate
     FROM prisma_partition.batches WHERE step = 'load' AND finished_at IS NOT NULL`,
  );
  return found?.rate ?? undefined;
}
