/** The table of docs/doctor.md is that of the registry. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goneChecks, installationChecks, tableChecks } from "../../src/health/registry.ts";
import { packageRoot } from "../support/package-root.ts";

test("docs/doctor.md has every code with its severity and what it looks for", () => {
  const rows = [...goneChecks, ...tableChecks, ...installationChecks].map(
    ({ code, severity, title, why }) => `| \`${code}\` | ${severity} | ${title}. ${why} |`,
  );
  const last = "| `check-failed` | warning | a check that could not be made. What was not looked at may be wrong. |";
  const table = ["| code | | what it looks for |", "|---|---|---|", ...rows, last, ""].join("\n");
  const page = readFileSync(join(packageRoot, "docs", "doctor.md"), "utf8");
  expect(page).toContain(table);
});
