import { expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
for (const server of inject("servers")) test(server.name, async () => {
  const c = await Conversion.create(server, `CREATE TABLE app.e (id bigserial PRIMARY KEY, at timestamptz NOT NULL, v text);
   INSERT INTO app.e (at, v) SELECT now() - n * interval '1 hour', n FROM generate_series(1, 3000) n`, { table: "e", key: "at", uniques: [["id"]] });
  try { const t=performance.now(); await c.convert(2); console.log(server.name, performance.now()-t);
  expect(await c.differences()).toEqual([]); console.log(await c.bounds(c.name)); } finally { await c.drop(); }
});
