import { HistoryError } from "./error.ts";
import { transitionNames } from "./transition-name.ts";

const ownName = new RegExp(`^\\d{14}_partition_(?:${transitionNames.join("|")})(?:_|$)`);

/**
 * A folder that is named as ours, and whose file no longer says what it does: to go on without it would blame the
 * folders around it. A file of somebody else's under such a name has nothing of ours in it, and is left alone.
 *
 * @throws HistoryError
 */
export function refuseHeadless(name: string, sql: string | null, file: string): void {
  if (!ownName.test(name)) return;
  // An editor may have stored it as UTF-16.
  const text = sql?.replaceAll("\0", "").trim() ?? "";
  if (text !== "" && !text.includes("prisma_partition") && !text.includes("prisma-partition")) return;
  const found =
    sql === null
      ? "there is no such file"
      : text === ""
        ? "it is empty"
        : "its first line is not the header that it was emitted with";
  throw new HistoryError(
    "HISTORY_DAMAGED_HEADER",
    `${file} is damaged: ${found}. Restore it as it was emitted (git checkout); the migration history is read from these ` +
      "first lines. If it was deployed nowhere, its folder can be deleted instead.",
  );
}
