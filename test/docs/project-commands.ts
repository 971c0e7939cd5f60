import type { AddCommand } from "../../src/cli/main.ts";

/** The commands that belong to the generator. */
export const projectCommands: readonly AddCommand[] = [];
