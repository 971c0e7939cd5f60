import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // npm run bench:test
    exclude: process.env.BENCH ? [] : ["test/bench/**"],
    globalSetup: ["test/support/global-setup.ts"],
    // They wait for servers and child processes more than they work.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // On each server there is one database in which pg_cron works: who wants it waits until the others are done.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
