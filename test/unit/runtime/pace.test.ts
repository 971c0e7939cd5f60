/** How long workers pause for writers, by the latencies that were measured. */
import { expect, test } from "vitest";
import { nextPace, type Pace, unhindered } from "../../../src/throttle/pace.ts";

const limit = 10;

function after(latencies: readonly number[], from: Pace = unhindered): Pace {
  return latencies.reduce((pace, latency) => nextPace(pace, latency, limit), from);
}

const times = (count: number, latency: number) => Array.from({ length: count }, () => latency);

test("below the limit there is no pause", () => {
  expect(after([...times(20, 9), limit]).pauseMs).toBe(0);
});

test("single slow writes are no reason to pause", () => {
  expect(after([200, 1, 1, 200, 1, 1, 1, 200, 1]).pauseMs).toBe(0);
});

test("above the limit the pause is doubled at every third probe, up to five seconds", () => {
  const pauses = Array.from({ length: 30 }, (_, index) => after(times(index + 1, 11)).pauseMs);
  expect(pauses.filter((pause, index) => pause !== pauses[index - 1])).toEqual([
    0, 50, 100, 200, 400, 800, 1600, 3200, 5000,
  ]);
  expect(pauses.indexOf(50)).toBe(2);
  expect(pauses.indexOf(100)).toBe(5);
});

test("below it again, the pause shrinks little by little, to none", () => {
  const long = after(times(30, 11));
  let pace = after(times(3, 1), long);
  for (let probes = 0; pace.pauseMs > 0; probes++) {
    expect(probes).toBeLessThan(100);
    const shorter = nextPace(pace, 1, limit);
    expect(shorter.pauseMs).toBeLessThan(pace.pauseMs);
    if (shorter.pauseMs > 0) expect(shorter.pauseMs).toBeGreaterThan(pace.pauseMs * 0.8);
    pace = shorter;
  }
});

test.each([60, 300, 2000])("it settles about a pause of %d ms if that is what keeps latency at the limit", (enough) => {
  // Latency as it may be: the longer the pause, the lower.
  let pace = unhindered;
  const pauses: number[] = [];
  for (let probe = 0; probe < 400; probe++) {
    pace = nextPace(pace, (limit * (enough + 20)) / (pace.pauseMs + 20), limit);
    if (probe >= 100) pauses.push(pace.pauseMs);
  }
  expect(Math.min(...pauses)).toBeGreaterThan(enough / 2);
  expect(Math.max(...pauses)).toBeLessThan(enough * 2);
});
