/** `npm run bench:report`: docs/performance.md and its charts, from the files in test/bench/results/ and nothing else. */
import { join } from "node:path";
import { packageRoot } from "../../support/package-root.ts";
import { RESULTS_FOLDER } from "../results.ts";
import { writeReport } from "./write-report.ts";

const written = await writeReport(RESULTS_FOLDER, join(packageRoot, "docs"));
for (const path of written) console.log(`wrote ${path}`);
