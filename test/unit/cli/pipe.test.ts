import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../support/package-root.ts";

test("a reader that goes away early is no error", async () => {
  const child = spawn(process.execPath, [join(packageRoot, "dist", "generator", "bin.mjs"), "--help"]);
  child.stdout.destroy();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
});
