import type { Subject } from "../subject/subject.ts";

/** A way to fill a partitioned copy of the table. */
export interface Contender {
  readonly name: string;
  /** Sessions that work side by side. */
  readonly workers: number;
  /** Name of the copy. */
  readonly copy: string;
  /** It follows the writers, so its copy can be complete under load; `run` may have to be followed by `catchUp`. */
  readonly follows?: boolean;
  /** Not measured: the empty copy, and whatever stands before rows are moved. */
  prepare(subject: Subject): Promise<void>;
  /** Measured: from the first row moved to a copy that is indexed and analyzed. */
  run(subject: Subject): Promise<void>;
  /** Not measured: after the writers have stopped. */
  catchUp?(subject: Subject): Promise<void>;
}
