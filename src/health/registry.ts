import { captureBroken } from "./checks/capture-broken.ts";
import { defaultRows } from "./checks/default-rows.ts";
import { defaultRowsBeyond } from "./checks/default-rows-beyond.ts";
import { defaultRowsExpired } from "./checks/default-rows-expired.ts";
import { defaultRowsPlaceless } from "./checks/default-rows-placeless.ts";
import { foreignKeysUnvalidated } from "./checks/foreign-keys-unvalidated.ts";
import { functionsChanged } from "./checks/functions-changed.ts";
import { functionsExtra } from "./checks/functions-extra.ts";
import { indexInvalid } from "./checks/index-invalid.ts";
import { indexLeftover } from "./checks/index-leftover.ts";
import { indexMissing } from "./checks/index-missing.ts";
import { installationOutdated } from "./checks/installation-outdated.ts";
import { jobAltered } from "./checks/job-altered.ts";
import { jobFailed } from "./checks/job-failed.ts";
import { jobInactive } from "./checks/job-inactive.ts";
import { jobMissing } from "./checks/job-missing.ts";
import { keylessQuery } from "./checks/keyless-query.ts";
import { logGrowing } from "./checks/log-growing.ts";
import { maintenanceOverdue } from "./checks/maintenance-overdue.ts";
import { maintenanceUnscheduled } from "./checks/maintenance-unscheduled.ts";
import { oldTableKept } from "./checks/old-table-kept.ts";
import { orphanJob } from "./checks/orphan-job.ts";
import { orphanMachinery } from "./checks/orphan-machinery.ts";
import { orphanPartman } from "./checks/orphan-partman.ts";
import { orphanRelation } from "./checks/orphan-relation.ts";
import { partitionGap } from "./checks/partition-gap.ts";
import { partitionsAhead } from "./checks/partitions-ahead.ts";
import { publicationMissing } from "./checks/publication-missing.ts";
import { publicationStale } from "./checks/publication-stale.ts";
import { replicaIdentity } from "./checks/replica-identity.ts";
import { runnerError } from "./checks/runner-error.ts";
import { schedulerMissing } from "./checks/scheduler-missing.ts";
import { strayTable } from "./checks/stray-table.ts";
import { tableGone } from "./checks/table-gone.ts";
import { timezoneDrift } from "./checks/timezone-drift.ts";

/** What is asked of a table that is gone: nothing else has an answer. */
export const goneChecks = [tableGone] as const;

/** What is asked of a table, in the order in which it is to be mended: a cause before what follows from it. */
export const tableChecks = [
  captureBroken,
  runnerError,
  schedulerMissing,
  jobMissing,
  jobInactive,
  jobAltered,
  jobFailed,
  strayTable,
  timezoneDrift,
  partitionsAhead,
  partitionGap,
  maintenanceOverdue,
  maintenanceUnscheduled,
  defaultRows,
  defaultRowsBeyond,
  defaultRowsExpired,
  defaultRowsPlaceless,
  foreignKeysUnvalidated,
  logGrowing,
  indexMissing,
  indexInvalid,
  indexLeftover,
  replicaIdentity,
  publicationMissing,
  publicationStale,
  oldTableKept,
  keylessQuery,
] as const;

/** What is asked once for the whole database. */
export const installationChecks = [
  installationOutdated,
  functionsChanged,
  functionsExtra,
  orphanJob,
  orphanPartman,
  orphanMachinery,
  orphanRelation,
] as const;

/** The check itself could not be made. */
export const checkFailed = "check-failed";

export const findingCodes = [
  ...[...goneChecks, ...tableChecks, ...installationChecks].map(({ code }) => code),
  checkFailed,
] as const;

export type FindingCode = (typeof findingCodes)[number];
