export type { BackfillOptions, BackfillResult } from "./backfill.ts";
export { createPartitions, type PartitionHandles } from "./create-partitions.ts";
export { ConnectionError, DatabaseError } from "./database-error.ts";
export {
  AccessDeniedError,
  AmbiguousModelError,
  BoundMismatchError,
  InstallationMismatchError,
  InvalidOptionError,
  NothingToCompareError,
  NotInstalledError,
  NotReadyError,
  OutdatedInstallationError,
  PartitionError,
  ReplicaLagUnknownError,
  SingleConnectionError,
  TableBusyError,
  UnknownModelError,
} from "./errors.ts";
export type { Database } from "./executor.ts";
export { createPartitionExtension, type PartitionExtension } from "./extension.ts";
export type { PartitionDefinition, PartitionHandle, ProgressReport } from "./handle.ts";
export type { Finding, Severity } from "./health/finding.ts";
export type { Health } from "./health/health.ts";
export type { FindingCode } from "./health/registry.ts";
export type { Bound, Partition } from "./list.ts";
export type { EnsureRange, MaintainResult } from "./maintain.ts";
export type { Job, JobRun } from "./progress/jobs.ts";
export type { LogTrend } from "./progress/log-trend.ts";
export type { Progress, Step } from "./progress/progress.ts";
export type { Runner } from "./progress/runner.ts";
export type { ThrottleOptions } from "./throttle/throttle.ts";
export type { VerifiedPartition, VerifyProgress } from "./verification/compare.ts";
export type { Difference } from "./verification/differences.ts";
export type { PropertyDifference, PropertyState, VerifiedProperties } from "./verification/properties.ts";
export type { VerifyOptions, VerifyReport } from "./verification/verify.ts";
