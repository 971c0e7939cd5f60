/** `npm run docs`: writes the pages of docs/ that are made from the code and from what was recorded. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageRoot } from "../support/package-root.ts";
import { pages } from "./pages.ts";

for (const { path, text } of await pages()) {
  const file = join(packageRoot, "docs", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
