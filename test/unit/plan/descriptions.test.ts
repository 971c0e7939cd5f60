import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { descriptions, lockWait } from "../../../generator/plan/descriptions.ts";
import { packageRoot } from "../../support/package-root.ts";

const rows = readFileSync(join(packageRoot, "docs", "guarantees.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "));
const sql = (name: string) => readFileSync(join(packageRoot, "generator", "sql", `${name}.sql.hbs`), "utf8");

it.each(Object.entries(descriptions))("%s locks what the docs and its migration say", (name, { lock }) => {
  const template = sql(name === "upgrade" ? "install" : name);
  if (lock === null) {
    expect(template).toContain("-- Locks          None on your tables.");
    return;
  }
  expect(template).toContain(`-- Locks          ${lock.mode} on `);
  const row = rows.find((line) => line.split("|")[1]?.includes(name) && line.includes(lock.mode)) ?? "";
  expect(row).toContain(lock.held);
  expect(template).toMatch(/at most 50 ms/);
  expect(lockWait).toContain("at most 50 ms");
});
