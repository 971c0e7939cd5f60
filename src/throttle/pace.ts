/** How long workers pause between units, and the latencies of writes, in milliseconds, that it was not yet changed for. */
export interface Pace {
  readonly pauseMs: number;
  readonly latencies: readonly number[];
}

export const unhindered: Pace = { pauseMs: 0, latencies: [] };

const judged = { least: 3, most: 5 } as const;
const shortestMs = 50;
const longestMs = 5000;
const growth = 2;
const decay = 0.9;

/**
 * The pace after one more latency. The pause is doubled, from 50 ms to 5 s, where the median of the last three to five is
 * above the limit; else it shrinks by a tenth. What was measured before a pause grew says nothing of the longer one, so
 * three more come before it grows again: it doubles no faster than it can show what it does, halves in seven probes, and
 * so settles where latency meets the limit instead of swinging between none and the longest.
 */
export function nextPace({ pauseMs, latencies }: Pace, latencyMs: number, limitMs: number): Pace {
  const seen = [...latencies, latencyMs].slice(-judged.most);
  if (seen.length < judged.least) return { pauseMs, latencies: seen };
  const above = seen.filter((latency) => latency > limitMs).length;
  if (above > seen.length / 2) {
    return { pauseMs: Math.min(longestMs, Math.max(shortestMs, pauseMs * growth)), latencies: [] };
  }
  const shorter = pauseMs * decay;
  return { pauseMs: shorter < shortestMs / 4 ? 0 : shorter, latencies: seen };
}
