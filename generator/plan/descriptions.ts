import type { Transition } from "./transition.ts";

/** What a transition locks of the application's tables. */
export interface TransitionLock {
  /** As PostgreSQL calls it. */
  readonly mode: string;
  /** What it lets pass, and which other tables it is taken on. */
  readonly scope: string;
  /** How long it is held, as docs/guarantees.md has it. */
  readonly held: string;
}

/** What a transition is to the user, in words. */
export interface TransitionDescription {
  /** What it does, in one sentence. */
  readonly does: string;
  /** Null where it locks no table of the application's. */
  readonly lock: TransitionLock | null;
  /** What is different for good once it is applied, a sentence each. */
  readonly after: readonly string[];
}

/** How long a lock is waited for while others queue behind it. */
export const lockWait = "waited for at most 50 ms at a time";

const swapLock: TransitionLock = {
  mode: "ACCESS EXCLUSIVE",
  scope: "also on tables that foreign keys connect with it",
  held: "8–11 ms with 28 or 100 partitions, ten indexes and 800 writes a second; 25–45 ms with two foreign keys to other tables",
};

const triggerLock: TransitionLock = { mode: "ACCESS EXCLUSIVE", scope: "nobody passes", held: "milliseconds" };

/** Every transition. The opening comments of generator/sql and docs/guarantees.md say the same at greater length. */
export const descriptions: Readonly<Record<Transition["transition"], TransitionDescription>> = {
  install: { does: "Creates schema prisma_partition: functions, state, progress.", lock: null, after: [] },
  upgrade: { does: "Replaces the functions of schema prisma_partition.", lock: null, after: [] },
  uninstall: { does: "Drops schema prisma_partition.", lock: null, after: [] },
  setup: {
    does: "Creates an empty partitioned copy and starts to log which rows are written. Moves no row.",
    lock: { mode: "SHARE ROW EXCLUSIVE", scope: "readers pass, writers wait", held: "milliseconds" },
    after: [],
  },
  alter: { does: "Changes settings and jobs; existing partitions and rows stay.", lock: null, after: [] },
  cutover: {
    does: "Verifies that the copy is the table's equal, replays what is left on the change log, exchanges the two.",
    lock: swapLock,
    after: [],
  },
  rollback: {
    does: "Verifies that the old table is the equal of the partitioned one, replays what is left, exchanges the two.",
    lock: swapLock,
    after: [],
  },
  cleanup: {
    does: "Drops the old table and the change log. The partitioned table and its maintenance stay.",
    lock: triggerLock,
    after: ["There is no way back: the old table is dropped."],
  },
  teardown: {
    does: "Drops the partitioned copy and the change log. The table is as it was before setup.",
    lock: triggerLock,
    after: [],
  },
  release: {
    does: "Removes the table's jobs and what prisma_partition knows of it.",
    lock: null,
    after: ["It stays partitioned. New partitions are yours to make, or pg_partman's where it has made them so far."],
  },
};
