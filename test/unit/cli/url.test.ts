import { expect, test } from "vitest";
import { cleanUrl } from "../../../src/cli/url.ts";

test.each([
  ["postgresql://u:p@h:5432/db", "postgresql://u:p@h:5432/db"],
  ["postgres://h/db?schema=public", "postgres://h/db"],
  ["postgres://h/db?schema=a&sslmode=require&connection_limit=5", "postgres://h/db?sslmode=require"],
  ["postgresql://u@/db?host=/var/run/postgresql&pgbouncer=true", "postgresql://u@/db?host=/var/run/postgresql"],
])("%s → %s", (url, expected) => {
  expect(cleanUrl(url)).toBe(expected);
});

test.each(["mysql://h/db", "file:./dev.db", "prisma+postgres://localhost:51213/?api_key=x", ""])(
  "refuses %j",
  (url) => {
    expect(() => cleanUrl(url)).toThrow(expect.objectContaining({ code: "USAGE" }));
  },
);
