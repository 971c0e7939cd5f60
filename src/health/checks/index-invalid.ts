import { tableCheck } from "../check.ts";
import { sql } from "../command.ts";
import { few } from "../words.ts";
import { indexes } from "./index-missing.ts";

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
      const share = shares[0]?.attached ?? "";
      return [
        {
          subject: invalid[0] ?? index,
          what:
            invalid.length > 0
              ? `Invalid: ${few(invalid)}, of index ${index}.`
              : `Index ${index} is invalid, although every partition has its share. Attaching one again has PostgreSQL look.`,
          ...sql(
            ...invalid.map((name) => `REINDEX INDEX CONCURRENTLY ${name}`),
            ...(tableInvalid ? [`ALTER INDEX ${index} ATTACH PARTITION ${share}`] : []),
          ),
        },
      ];
    }),
});
