import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { definitions, keyDefinition } from "../../generator/annotation/index.ts";
import { packageRoot } from "../support/package-root.ts";

const readme = readFileSync(join(packageRoot, "README.md"), "utf8");

test("the README's table of arguments is that of the definitions", () => {
  const rows = Object.entries({ key: keyDefinition, ...definitions }).map(([name, definition]) => {
    const otherwise = "otherwise" in definition ? definition.otherwise : undefined;
    const standard = definition.default === null ? (otherwise ?? "") : `\`${definition.default}\``;
    return `| \`${name}\` | ${standard} | ${definition.values} | ${definition.doc} |`;
  });
  expect(readme).toContain(["| argument | default | values | |", "|---|---|---|---|", ...rows, ""].join("\n"));
});

test("the README names the two commands that do everything", () => {
  expect(readme).toContain("npm ci && npm run demo");
  expect(readme).toContain("npm test");
});
