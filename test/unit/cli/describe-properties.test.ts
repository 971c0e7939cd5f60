import { expect, test } from "vitest";
import { describeProperties } from "../../../src/cli/describe-properties.ts";
import type { PropertyDifference, VerifiedProperties } from "../../../src/verification/properties.ts";
import { captureTerminal } from "./capture.ts";

const counts = { same: 57, missing: 0, extra: 0, differs: 0, "at cutover": 6, "at rollback": 0 };
const plain = captureTerminal(80, { NO_COLOR: "1" }).terminal;
const grant: PropertyDifference = {
  kind: "grant",
  name: "to reader",
  state: "at cutover",
  here: "SELECT",
  there: null,
  statement: "GRANT SELECT ON app_partitioned.t TO reader",
};

test("one line where nothing is wrong: what comes at cutover is counted, not listed", () => {
  expect(describeProperties({ counts, differences: [grant] }, plain)).toEqual([
    "Properties: 57 the same, 6 to be carried over at cutover",
    "",
  ]);
});

test("what differs is listed within 80 columns, statements are not cut", () => {
  const statement = `CREATE INDEX t_email_idx ON app_partitioned.t USING btree (${"email, ".repeat(10)}email)`;
  const properties: VerifiedProperties = {
    counts: { ...counts, missing: 1, differs: 1 },
    differences: [
      { kind: "index", name: "t_email_idx", state: "missing", here: statement.slice(45), there: null, statement },
      { kind: "column", name: "id", state: "differs", here: "1: bigint", there: "2: bigint", statement: null },
      grant,
    ],
  };
  const lines = describeProperties(properties, plain);
  expect(lines).toEqual([
    "Properties: 57 the same, 1 missing, 1 different, 6 to be carried over at cutover",
    "",
    expect.stringMatching(/^Property +State +Live table +Other table$/),
    expect.stringMatching(/^index t_email_idx +missing +USING btree .*… +-$/),
    expect.stringMatching(/^column id +differs +1: bigint +2: bigint$/),
    "",
    "To make them the same:",
    `  ${statement};`,
    "",
  ]);
  expect(Math.max(...lines.slice(0, 6).map((line) => line.length))).toBeLessThanOrEqual(80);
});
