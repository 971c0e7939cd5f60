import { expect, test } from "vitest";
import { renderTable } from "../../../src/cli/table.ts";

const rows = [
  { name: "public.events_p20260101", count: "12,345", note: "first" },
  { name: "public.a", count: "1", note: "two\nlines" },
];
const columns = [
  { title: "Name", value: (row: (typeof rows)[0]) => row.name, shrinkTo: 10 },
  { title: "Count", align: "right" as const, value: (row: (typeof rows)[0]) => row.count },
  { title: "Note", value: (row: (typeof rows)[0]) => row.note, dropAt: 1 },
];

test("wide enough: everything, aligned, without trailing blanks", () => {
  expect(renderTable(columns, rows, 80)).toEqual([
    "Name                      Count  Note",
    "public.events_p20260101  12,345  first",
    "public.a                      1  two lines",
  ]);
});

test("narrower: the least important column goes, then names are cut", () => {
  expect(renderTable(columns, rows, 33)[1]).toBe("public.events_p20260101  12,345");
  expect(renderTable(columns, rows, 25)).toEqual([
    "Name                Count",
    "public.events_p2…  12,345",
    "public.a                1",
  ]);
});

test("no rows: the header alone", () => {
  expect(renderTable(columns, [], 80)).toEqual(["Name  Count  Note"]);
});
