import { tableCheck } from "../check.ts";
import { sql } from "../command.ts";
import { few } from "../words.ts";
import { buildShare, indexes } from "./index-missing.ts";

export const indexInvalid = tableCheck({
  code: "index-invalid",
  severity: "error",
  title: "an index of the table or of a partition is invalid",
  why: "Queries do not use it, and writes pay for it all the same. CREATE or REINDEX INDEX CONCURRENTLY leaves one behind when it fails.",
  reads: "catalogs",
  query: indexes,
  find: (rows) =>
    [...new Set(rows.map(({ index }) => index))].flatMap((index) => {
      const shares = rows.filter((row) => row.index === index);
      const invalid = shares.flatMap(({ attached, attachedValid }) =>
        attached !== null && attachedValid === false ? [attached] : [],
      );
      const tableInvalid = shares[0]?.valid === false;
      // An index that lacks a share is invalid for that reason, and is another check's.
      if (shares.some(({ attached }) => attached === null) || (invalid.length === 0 && !tableInvalid)) return [];
      const [first] = shares;
      if (!tableInvalid || first === undefined) {
        const what = `Invalid: ${few(invalid)}, of index ${index}.`;
        return [{ subject: index, what, ...sql(...invalid.map((name) => `REINDEX INDEX CONCURRENTLY ${name}`)) }];
      }
      // Once an invalid share was attached, PostgreSQL calls the whole index invalid, even when the share no longer is.
      const what = `Index ${index} is invalid, although every partition has its share${invalid.length > 0 ? `; of those, ${few(invalid)} ${invalid.length === 1 ? "is" : "are"}` : ""}. This builds it anew beside it.`;
      return [{ subject: index, what, ...sql(...rebuild(first, shares)) }];
    }),
});

type Share = Parameters<typeof buildShare>[0];

function rebuild(index: Share, shares: readonly Share[]): string[] {
  const { contype, parent, indexName, definition, isUnique } = index;
  // Of a constraint there can be no second one to be built meanwhile: ACCESS EXCLUSIVE for as long as it takes.
  if (contype !== null) {
    return [`ALTER TABLE ${parent} DROP CONSTRAINT ${indexName}, ADD CONSTRAINT ${indexName} ${definition}`];
  }
  return [
    `ALTER INDEX ${index.index} RENAME TO ${index.setAsideName}`,
    `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${indexName} ON ONLY ${parent} ${definition}`,
    ...shares.flatMap(buildShare),
    `DROP INDEX ${index.setAside}`,
  ];
}
