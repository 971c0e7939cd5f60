export type { BackfillOptions, BackfillResult } from "./backfill.ts";
export { createPartitions, type PartitionHandles } from "./create-partitions.ts";
export { ConnectionError, DatabaseError } from "./database-error.ts";
export {
  AmbiguousModelError,
  BoundMismatchError,
  InstallationMismatchError,
  InvalidOptionError,
  NotInstalledError,
  NotReadyError,
  OutdatedInstallationError,
  PartitionError,
  SingleConnectionError,
  UnknownModelError,
} from "./errors.ts";
export type { Database } from "./executor.ts";
export type { PartitionDefinition, PartitionHandle } from "./handle.ts";
export type { Finding, Severity } from "./health/finding.ts";
export type { Health } from "./health/health.ts";
export type { FindingCode } from "./health/registry.ts";
export type { Bound, Partition } from "./list.ts";
export type { Progress, Step } from "./progress.ts";
export type { PropertyDifference, PropertyState, VerifiedProperties } from "./properties.ts";
export type { Difference, VerifiedPartition, VerifyOptions, VerifyReport } from "./verify.ts";
