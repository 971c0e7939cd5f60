export type EmitErrorCode =
  /** `emit = auto` with CI set, and folders are missing. */
  | "EMIT_FROZEN"
  /** An existing folder would be applied after every folder that can be emitted. */
  | "EMIT_UNORDERED_FOLDER"
  /** A folder of the name to be emitted came into being meanwhile. */
  | "EMIT_FOLDER_EXISTS"
  /** The project's Prisma config, which says where migrations are, cannot be loaded. */
  | "EMIT_CONFIG";

/** Nothing was written, except where the message says so. */
export class EmitError extends Error {
  override readonly name = "EmitError";
  readonly code: EmitErrorCode;

  constructor(code: EmitErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
