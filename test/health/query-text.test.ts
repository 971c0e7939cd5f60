/** Whether a statement lacks the partition key, by its text. */
import { expect, test } from "vitest";
import { readsWithoutKey } from "../../src/health/query-text.ts";

const table = { schema: "app", table: "events", keyColumn: "at" };

test.each([
  ["SELECT * FROM app.events WHERE id = $1"],
  [
    'SELECT "app"."events"."at" FROM "app"."events" WHERE ("app"."events"."id" = $1 AND $2=$3) ORDER BY "app"."events"."at" LIMIT $4',
  ],
  ["SELECT count(*) FROM events"],
  ["update app.events set at = $1 where id = $2 returning at"],
  ["DELETE FROM ONLY app.events WHERE id = $1"],
  ["SELECT l.* FROM app.letters l JOIN app.events e ON e.id = l.event_id"],
  ["SELECT * FROM app.events /* at */ WHERE code = 'at' -- at"],
  ["WITH x AS (SELECT 1) SELECT * FROM x, app.events WHERE format = $1"],
])("without: %s", (query) => {
  expect(readsWithoutKey(query, table)).toBe(true);
});

test.each([
  ['SELECT * FROM "app"."events" WHERE "app"."events"."id" = $1 AND "app"."events"."at" >= $2'],
  ["SELECT l.* FROM app.letters l JOIN app.events e ON e.id = l.event_id AND e.at = l.at"],
  ["INSERT INTO app.events VALUES ($1, $2)"],
  ["COPY app.events TO STDOUT"],
  ["SELECT * FROM app.events_by_day WHERE id = $1"],
  ["SELECT * FROM other.events WHERE id = $1"],
  ["SELECT events FROM app.letters WHERE id = $1"],
])("not without: %s", (query) => {
  expect(readsWithoutKey(query, table)).toBe(false);
});
