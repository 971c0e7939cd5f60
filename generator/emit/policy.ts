import type { Transition } from "../plan/transition.ts";
import { EmitError } from "./error.ts";
import { folderLabel } from "./folder-name.ts";

/** `auto` writes folders, except in CI; `always` writes them there too; `never` leaves the migrations alone. */
export type EmitOption = "auto" | "always" | "never";

/**
 * In CI the folders must have been committed, as with a frozen lockfile: one written there would be lost with the
 * checkout, and a deploy from another one would lack it.
 *
 * @throws EmitError listing what is missing, when `emit` is `auto` and the variable CI is set
 */
export function refuseInCi(emit: EmitOption, missing: readonly Transition[], env: NodeJS.ProcessEnv): void {
  if (emit !== "auto" || missing.length === 0 || !isCi(env)) return;
  const folders = missing.map((transition) => `  <timestamp>_${folderLabel(transition)}`);
  throw new EmitError(
    "EMIT_FROZEN",
    `The @partition annotations ask for ${folders.length === 1 ? "a migration" : `${folders.length} migrations`} that ` +
      `the migrations folder lacks, and CI is set:\n${folders.join("\n")}\n` +
      'Run `npx prisma generate` outside CI and commit the folders, or set emit = "always" in the generator block.',
  );
}

function isCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && !["", "0", "false"].includes(CI.toLowerCase());
}
