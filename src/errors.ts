/**
 * Every error this package throws at run time. `code` is stable and meant for programs; the message is meant for people
 * and says what happened and what to do next.
 */
export class PartitionError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The database has no schema `prisma_partition`. */
export class NotInstalledError extends PartitionError {
  constructor(cause?: unknown) {
    super(
      "NOT_INSTALLED",
      "This database has no schema prisma_partition: its migrations have not been applied here, or the package has been uninstalled. In the first case run `npx prisma migrate deploy`.",
      { cause },
    );
  }
}

/** This role may not look into the schema `prisma_partition`. */
export class AccessDeniedError extends PartitionError {
  constructor(role: string | null, cause?: unknown) {
    const who = role === null ? "This role" : `Role ${role}`;
    const grantee = role === null ? "<role>" : `"${role.replaceAll('"', '""')}"`;
    super(
      "ACCESS_DENIED",
      `${who} has no rights on schema prisma_partition. To let it look at everything: GRANT pg_monitor TO ${grantee}. To do work, connect as the role that deploys the migrations.`,
      { cause },
    );
  }
}

/** The schema is there, but it lacks a function this version calls. */
export class OutdatedInstallationError extends PartitionError {
  constructor(missing: string, cause?: unknown) {
    super(
      "OUTDATED_INSTALLATION",
      `The schema prisma_partition in this database is older than this package: it lacks ${missing}. Run \`npx prisma generate\` and then \`npx prisma migrate deploy\`.`,
      { cause },
    );
  }
}

/** The functions in the database are another version's: only a migration may replace them. */
export class InstallationMismatchError extends PartitionError {
  constructor(installed: string | null, own: string) {
    super(
      "INSTALLATION_MISMATCH",
      `The functions in the database are those of ${installed === null ? "an unknown version" : `version ${installed}`}, not of this package (${own}). Run \`npx prisma generate\` and then \`npx prisma migrate deploy\`.`,
    );
  }
}

/** No table of that name is set up in this database. */
export class UnknownModelError extends PartitionError {
  readonly model: string;
  /** What is set up, in name order. */
  readonly known: readonly string[];
  /** The one that was most likely meant. */
  readonly suggestion: string | null;

  constructor(model: string, known: readonly string[], suggestion: string | null) {
    const hint = suggestion === null ? "" : ` Did you mean ${suggestion}?`;
    const rest =
      known.length === 0
        ? " No model is: annotate one with `/// @partition(…)`, then run `npx prisma generate` and `npx prisma migrate deploy`."
        : ` Set up here: ${known.join(", ")}.`;
    super("UNKNOWN_MODEL", `The model ${model} is not set up for partitioning in this database.${hint}${rest}`);
    this.model = model;
    this.known = known;
    this.suggestion = suggestion;
  }
}

/** Several tables of this database go by the same model name (two Prisma projects in one database). */
export class AmbiguousModelError extends PartitionError {
  constructor(model: string, tables: readonly string[]) {
    super("AMBIGUOUS_MODEL", `${model} is the model of several tables: name one of ${tables.join(", ")} instead.`);
  }
}

/** The generated module says that bounds are instants and the table is cut by numbers, or the other way round. */
export class BoundMismatchError extends PartitionError {
  constructor(model: string, expected: "time" | "integer", actual: "time" | "integer") {
    super(
      "BOUND_MISMATCH",
      `The generated module takes ${model} to be partitioned by ${expected}, the database partitions it by ${actual}. Run \`npx prisma generate\`, and \`npx prisma migrate deploy\` where migrations are pending.`,
    );
  }
}

/** One connection does one thing at a time: several workers need a pool. */
export class SingleConnectionError extends PartitionError {
  constructor(workers: number) {
    super(
      "SINGLE_CONNECTION",
      `A single connection or a transaction can run one worker, not ${workers}. Pass a PrismaClient or a pg.Pool, or workers: 1.`,
    );
  }
}

/** An option has a value that makes no sense. */
export class InvalidOptionError extends PartitionError {
  constructor(option: string, expected: string, actual: unknown) {
    super("INVALID_OPTION", `${option} must be ${expected}, not ${String(actual)}.`);
  }
}

/** The question has no answer yet: rows are still being copied. */
export class NotReadyError extends PartitionError {
  constructor(model: string, step: string) {
    super(
      "NOT_READY",
      `The rows of ${model} are still being loaded (step: ${step}), so there is nothing to compare yet. Run \`npx prisma-partition backfill ${model}\`.`,
    );
  }
}

/** The old table was dropped at stage cleanup: the table stands alone. */
export class NothingToCompareError extends PartitionError {
  constructor(model: string) {
    super(
      "NOTHING_TO_COMPARE",
      `The conversion of ${model} is finished and its old table was dropped (stage: cleanup), so there is nothing to compare it with. Verify before that.`,
    );
  }
}

/** A runner held the table all the while. */
export class TableBusyError extends PartitionError {
  constructor(model: string) {
    super("TABLE_BUSY", `${model} is being worked on. Nothing was changed; try again in a moment.`);
  }
}

/** Replicas' positions are only shown to pg_monitor. */
export class ReplicaLagUnknownError extends PartitionError {
  constructor() {
    super(
      "REPLICA_LAG_UNKNOWN",
      "This role may not see how far replicas are behind. GRANT pg_monitor to it, or leave maxReplicaLag out.",
    );
  }
}
