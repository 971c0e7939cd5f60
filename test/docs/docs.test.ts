import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../support/package-root.ts";
import { pages } from "./pages.ts";

test("the pages of docs/ say what the code says: npm run docs", async () => {
  const all = await pages();
  expect(all.length).toBeGreaterThan(6);
  for (const { path, text } of all) expect(readFileSync(join(packageRoot, "docs", path), "utf8"), path).toBe(text);
});
