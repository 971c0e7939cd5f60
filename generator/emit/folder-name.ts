import { byApplication } from "../history/migration.ts";
import type { Transition } from "../plan/transition.ts";
import { EmitError } from "./error.ts";

/** PostgreSQL's own limit for names. With timestamp and transition the folder stays far below Prisma's 255 characters. */
const MAX_TABLE = 63;

const SECOND = 1000;

/** The folder's name without its timestamp: `partition_install`, `partition_setup_event_transactions`. */
export function folderLabel(transition: Transition): string {
  const table = "spec" in transition ? `_${slug(transition.spec.table) || slug(transition.spec.model) || "table"}` : "";
  return `partition_${transition.transition}${table}`;
}

function slug(name: string): string {
  const ascii = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return ascii
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, MAX_TABLE)
    .replaceAll(/^_+|_+$/g, "");
}

/**
 * Full names, in the order given: one second apart (UTC), the first not before `now`, each applied after every existing
 * folder and after the one before it.
 *
 * @param existing names of the folders that are there
 * @throws EmitError when an existing folder is not named by a timestamp and sorts after one that is
 */
export function folderNames(labels: readonly string[], existing: readonly string[], now: Date): string[] {
  let time = Math.floor(now.getTime() / SECOND) * SECOND;
  for (const name of existing) time = Math.max(time, (timeOf(name) ?? Number.NEGATIVE_INFINITY) + SECOND);
  const names = labels.map((label, index) => `${stamp(time + index * SECOND)}_${label}`);
  const [first] = names;
  const later = existing.find((name) => first !== undefined && byApplication(name, first) >= 0);
  if (later !== undefined) {
    throw new EmitError(
      "EMIT_UNORDERED_FOLDER",
      `The migration folder "${later}" is applied after "${first}", the name that the next one would get. Prisma applies ` +
        "folders in the order of their names, and a new migration must come last: give that folder a name that starts " +
        "with its timestamp (yyyyMMddHHmmss), or move it out of the migrations folder.",
    );
  }
  return names;
}

/** Milliseconds of the timestamp a name starts with; null without one. Overflowing fields carry (99 s → 1 min 39 s). */
function timeOf(name: string): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?!\d)/.exec(name);
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // The year 9999 has no room for more; such a folder is no timestamp.
  return time + 366 * 86_400 * SECOND < Date.UTC(9999, 11, 31) ? time : null;
}

function stamp(time: number): string {
  return new Date(time).toISOString().replaceAll(/\D/g, "").slice(0, 14);
}
