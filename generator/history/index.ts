import { foldHistory } from "./fold.ts";
import type { History } from "./history.ts";
import { readMigrations } from "./migration.ts";

/**
 * Reads the migrations folder into the state it reaches. Nothing else is consulted: not the database, no state file.
 *
 * @throws HistoryError when a header is damaged, newer than this package, or out of order
 */
export async function readHistory(folder: string): Promise<History> {
  return foldHistory(await readMigrations(folder));
}
