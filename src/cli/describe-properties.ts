import type { PropertyDifference, PropertyState, VerifiedProperties } from "../verification/properties.ts";
import { renderTable, type TableColumn } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";

const described: readonly [state: PropertyState, words: string][] = [
  ["same", "the same"],
  ["missing", "missing"],
  ["extra", "extra"],
  ["differs", "different"],
  ["at cutover", "to be carried over at cutover"],
  ["at rollback", "to be carried over at a rollback"],
];

const columns: TableColumn<PropertyDifference>[] = [
  { title: "Property", value: ({ kind, name }) => `${kind} ${name}`.trim(), shrinkTo: 20 },
  { title: "State", value: ({ state }) => state },
  { title: "Live table", value: ({ here }) => here ?? "-", shrinkTo: 12 },
  { title: "Other table", value: ({ there }) => there ?? "-", shrinkTo: 12 },
];

/**
 * `Properties: 57 the same, 6 to be carried over at cutover`; then those in which the tables must not differ, and the SQL that mends them,
 * uncut, for it is there to be copied.
 */
export function describeProperties({ counts, differences }: VerifiedProperties, terminal: Terminal): string[] {
  const parts = described.filter(([state]) => counts[state] > 0).map(([state, words]) => `${counts[state]} ${words}`);
  const summary = `Properties: ${parts.join(", ")}`;
  const wrong = differences.filter(({ state }) => !state.startsWith("at "));
  if (wrong.length === 0) return [summary, ""];
  const [header = "", ...rows] = renderTable(columns, wrong, terminal.columns());
  const statements = wrong.flatMap(({ statement }) => (statement === null ? [] : [`  ${statement};`]));
  return [
    paint(terminal, "red", summary),
    "",
    paint(terminal, "bold", header),
    ...rows,
    "",
    ...(statements.length === 0 ? [] : ["To make them the same:", ...statements, ""]),
  ];
}
