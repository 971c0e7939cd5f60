export type HistoryErrorCode =
  /** The first line starts like a header, and is none. */
  | "HISTORY_DAMAGED_HEADER"
  /** Written by a later version of this package. */
  | "HISTORY_NEWER_FORMAT"
  /** The headers are sound, their order makes no sense: a folder was deleted, or two branches were merged. */
  | "HISTORY_INCONSISTENT";

/** The emitted folders cannot be read. The message names the file and the way out. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
