/** DDL on the table, and on what watches it, in the middle of a conversion: see test/support/alterations.ts. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { ALTERATIONS, type Alteration, PHASES, type Phase } from "../support/alterations.ts";
import { Conversion } from "../support/convert.ts";

const ROWS = 400;
const DDL = `
  CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL, v integer NOT NULL, w integer, note varchar(50));
  CREATE UNIQUE INDEX events_code_key ON app.events (code); CREATE INDEX events_v_idx ON app.events (v);
  CREATE TABLE app.other (id integer PRIMARY KEY); INSERT INTO app.other SELECT generate_series(0, 9);
  INSERT INTO app.events SELECT n, now() - n * interval '90 days' / ${ROWS}, 'seed ' || n, n, n % 10, 'note ' || n FROM generate_series(1, ${ROWS}) n`;

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

// Each alteration in each phase once: the servers share them, which differ in nothing that matters here.
for (const [position, server] of inject("servers").entries()) {
  describe(server.name, () => {
    for (const [number, alteration] of ALTERATIONS.entries()) {
      const mine = (phase: Phase) => (PHASES.indexOf(phase) + number) % inject("servers").length === position;
      test.each((alteration.phases ?? PHASES).filter(mine))(`${alteration.title}, %s`, async (phase) => {
        conversion = await Conversion.create(server, DDL, {
          ...{ table: "events", key: "at", uniques: [["id"], ["code"]], batchSize: 100, premake: 1 },
        });
        await conversion.setup();
        await alter(conversion, alteration, phase);
      });
    }
  });
}

async function alter(c: Conversion, { sql, refused, breaksWrites }: Alteration, phase: Phase): Promise<void> {
  await write(c, 1);
  await reach(c, phase);
  await write(c, 20);
  const other = phase === "after" ? c.old : c.shadow;
  // VACUUM stands alone.
  for (const statement of sql.split(";")) await c.query(statement.replaceAll("$other", other));
  if (breaksWrites) await expect(write(c, 40)).rejects.toThrow(breaksWrites);
  else await write(c, 40);

  const refusal = refused?.find((one) => one.in.includes(phase));
  const error = await finish(c, phase).then(
    () => undefined,
    (reason) => reason,
  );
  if (refusal === undefined) {
    if (error) throw error;
  } else {
    expect(error && `${error.message}\n${error.detail ?? ""}\n${error.hint ?? ""}`).toMatch(refusal.says);
    await refusal.remedy(c, other);
    if (refusal.over) return expectOver(c, phase, breaksWrites !== undefined && !/log/.test(String(breaksWrites)));
    await write(c, 60);
    await finish(c, "drain");
  }
  await write(c, 80);
  await c.work();
  expect(await c.differences()).toEqual([]);
}

/** Every kind of write, on rows from `first` on; a row that is new is like another one, whatever columns there are. */
function write(c: Conversion, first: number): Promise<unknown> {
  return c.query(`
    UPDATE app.events SET v = v + 1 WHERE id BETWEEN ${first} AND ${first + 5};
    DELETE FROM app.events WHERE id = ${first + 7};
    UPDATE app.events SET at = at - interval '40 days' WHERE id = ${first + 9};
    INSERT INTO app.events SELECT (jsonb_populate_record(e, '{"id": ${first + 10_000}, "code": "new ${first}", "note": "new ${first}"}')).*
    FROM app.events e WHERE id = ${first}`);
}

async function reach(c: Conversion, phase: Phase): Promise<void> {
  if (phase === "after" || phase === "ready") await c.work();
  if (phase === "after") await c.cutover();
  if (phase === "after" || phase === "ready") return;
  while ((await c.value("SELECT step FROM prisma_partition.tables")) !== phase) await c.step();
  if (phase !== "drain") await c.step();
  expect(await c.value("SELECT step FROM prisma_partition.tables")).toBe(phase);
}

/** The rest of the conversion; what it must hold in the end is the live table as it is before the swap. */
async function finish(c: Conversion, phase: Phase): Promise<void> {
  const stage = await c.value("SELECT stage FROM prisma_partition.tables");
  if (phase !== "ready") await c.work();
  if (stage === "cutover") return;
  if (await c.value("SELECT to_regclass('app.events')")) {
    await c.query("DROP TABLE IF EXISTS app.truth; CREATE TABLE app.truth AS TABLE app.events");
  }
  await c.cutover();
  expect(await c.differences(c.name, "app.truth")).toEqual([]);
}

/** Nothing of the conversion is left, and the application can write. */
async function expectOver(c: Conversion, phase: Phase, tableGone: boolean): Promise<void> {
  if (phase !== "after") expect(await c.query("SELECT table_name FROM prisma_partition.tables")).toEqual([]);
  if (!tableGone) await write(c, 60);
}
