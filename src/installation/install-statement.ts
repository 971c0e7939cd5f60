import { packageVersion } from "../package-version.ts";
import { functionChecksums } from "./function-checksums.ts";
import { type InstallFunction, installChecksum, installFunctions } from "./install-functions.ts";

/**
 * The statement that puts this package's functions into a database, new or again: what an `install` or `upgrade`
 * migration consists of, and what `doctor --reinstall` runs. One `DO` block, so one transaction, for any client. Creates
 * what is missing in schema prisma_partition and replaces its functions; locks none of the application's tables.
 */
export function installStatement(
  checksum: string = installChecksum(),
  functions: readonly InstallFunction[] = installFunctions(),
): string {
  return `DO $prisma_partition$
BEGIN
IF current_setting('server_version_num')::integer < 140000 THEN
  RAISE EXCEPTION 'prisma-partition needs PostgreSQL 14 or later, this is %', current_setting('server_version');
END IF;
${functions.map(section).join("")}
-- What is here now, for \`prisma-partition doctor\` to compare with.
INSERT INTO prisma_partition.installation (version, checksum, functions)
SELECT '${packageVersion()}', '${checksum}', jsonb_object_agg(f.signature, f.checksum) FROM (${functionChecksums}
) f
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, checksum = excluded.checksum, installed_at = now(),
  -- The same ones put in again: what others have added meanwhile does not become the package's by that.
  functions = CASE WHEN installation.checksum = excluded.checksum AND installation.functions IS NOT NULL THEN installation.functions ELSE excluded.functions END;
END
$prisma_partition$;`;
}

function section({ name, sql }: InstallFunction): string {
  return `\n-- ${name} ${"-".repeat(108)}\n${sql}\n`;
}
