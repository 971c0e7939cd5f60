import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Conversion } from "../../support/convert.ts";

/** A part of what makes the conversion right, how to take it out, and the interleaving that it is there for. */
export interface Scenario {
  readonly title: string;
  /** What `mutate` works on exists before setup, and `run` calls setup itself. */
  readonly fromTheStart?: boolean;
  readonly mutate: (c: Conversion) => Promise<unknown>;
  /** What is slowed down to make room for the interleaving; runs before `mutate`, mutated or not. */
  readonly prepare?: (c: Conversion) => Promise<unknown>;
  readonly run: (c: Conversion) => Promise<void>;
  /** How it shows. */
  readonly lost: RegExp;
}

/** Rows that should be the same in both tables are not. The package itself must see that as well. */
export const differences = /expected \[ .*\] to deeply equal \[\]/;

/** Replaces text in the body of an installed function. It must be there. */
export async function edit(c: Conversion, name: string, from: string | RegExp, to: string): Promise<void> {
  const before = await c.value<string>(
    `SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = '${name}' AND pronamespace = 'prisma_partition'::regnamespace`,
  );
  const after = before.replace(from, to);
  expect(after, `${name} does not contain ${from}`).not.toBe(before);
  await c.query(after);
}

/** Work up to the named step. */
export async function until(c: Conversion, step: string): Promise<void> {
  while ((await c.value("SELECT step FROM prisma_partition.tables")) !== step) await c.step();
}

/** Waits until somebody waits for a lock on the table, or until `work` is done: tells whether it is. */
export async function doneOrWaiting(c: Conversion, work: Promise<unknown>): Promise<boolean> {
  const observer = await c.connect();
  for (;;) {
    const done = await Promise.race([work.then(() => true), sleep(5, false)]);
    if (done) return true;
    const { rowCount } = await observer.query(
      "SELECT FROM pg_locks WHERE NOT granted AND relation = 'app.events'::regclass",
    );
    if (rowCount) return false;
  }
}
