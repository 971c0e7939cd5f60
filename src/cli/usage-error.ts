import { PartitionError } from "../errors.ts";

/** The command was called, or the project is configured, in a way that cannot work. */
export class UsageError extends PartitionError {
  constructor(message: string, options?: ErrorOptions) {
    super("USAGE", message, options);
  }
}
