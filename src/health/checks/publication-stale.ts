import { tableCheck } from "../check.ts";
import { identifier, sql } from "../command.ts";
import { few } from "../words.ts";
import { publications } from "./publication-missing.ts";

export const publicationStale = tableCheck({
  code: "publication-stale",
  severity: "warning",
  title: "the old table, a partition or an expired one is still published",
  why: "Subscribers are sent what this package writes there, under names that are none of the application's.",
  reads: "catalogs",
  query: publications,
  find: (rows) =>
    [...new Set(rows.map(({ publication }) => publication))].map((publication) => {
      const found = rows.filter((row) => row.publication === publication);
      const tables = found.filter(({ bySchema }) => bySchema === null).map(({ relation }) => relation);
      const schemas = [...new Set(found.flatMap(({ bySchema }) => (bySchema === null ? [] : [bySchema])))];
      return {
        subject: publication,
        what: `Publication ${publication} has ${few(found.map(({ role, relation }) => `${role} ${relation}`))}.`,
        ...sql(
          ...(tables.length > 0
            ? [`ALTER PUBLICATION ${identifier(publication)} DROP TABLE ${tables.join(", ")}`]
            : []),
          ...schemas.map(
            (schema) => `ALTER PUBLICATION ${identifier(publication)} DROP TABLES IN SCHEMA ${identifier(schema)}`,
          ),
        ),
      };
    }),
});
