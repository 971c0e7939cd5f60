import { PartitionError } from "../../src/errors.ts";
import { AnnotationError } from "../annotation/index.ts";
import { EmitError } from "../emit/error.ts";
import { HistoryError } from "../history/error.ts";
import { PlanError } from "../plan/refusal.ts";

/** What `prisma generate` would refuse, as an error of the command line: the same code and message. */
export class ProjectError extends PartitionError {}

/** Runs an action; what the generator's own modules refuse becomes a {@link ProjectError}, anything else stays. */
export async function asProjectErrors<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const isRefusal = [AnnotationError, EmitError, HistoryError, PlanError].some((type) => error instanceof type);
    if (!isRefusal) throw error;
    const { code, message } = error as Error & { code: string };
    throw new ProjectError(code, message, { cause: error });
  }
}
