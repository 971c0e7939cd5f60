import { setTimeout as sleep } from "node:timers/promises";

/** Runs some work, and a sampler beside it, again and again with a pause in between and once more when the work is done. */
export async function sampleWhile<T>(work: () => Promise<T>, pauseMs: number, sample: () => Promise<void>): Promise<T> {
  let ended = false;
  const sampling = (async () => {
    while (!ended) {
      await sample();
      await sleep(pauseMs);
    }
  })();
  // The work's error comes first; a sampler that failed is an error too, for then its figures are wrong.
  sampling.catch(() => undefined);
  const result = await work().finally(() => {
    ended = true;
  });
  await sampling;
  await sample();
  return result;
}
