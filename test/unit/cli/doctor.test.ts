import { beforeAll, describe, expect, inject, test } from "vitest";
import { run } from "../../../src/cli/main.ts";
import { toPrometheus } from "../../../src/cli/prometheus.ts";
import { wrap } from "../../../src/cli/wrap.ts";
import type { Health } from "../../../src/health/health.ts";
import { Conversion } from "../../support/convert.ts";
import { captureTerminal } from "./capture.ts";

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

describe("a table", () => {
  let c: Conversion;
  let url: string[];
  beforeAll(async () => {
    c = await Conversion.create(
      server,
      `CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz NOT NULL);
       INSERT INTO app.events SELECT n, now() - n * interval '1 day' FROM generate_series(1, 50) n`,
      { model: "Event", table: "events", key: "at", uniques: [["id"]] },
    );
    await c.convert();
    url = ["--url", c.url];
    return () => c.drop();
  });

  const doctor = async (argv: string[] = [], columns?: number, env?: Record<string, string>) => {
    const { terminal, written } = captureTerminal(columns, env);
    return { code: await run(["doctor", ...argv, ...url], terminal), ...written };
  };

  test("that is healthy: one green line with the facts, notes below it, and 0", async () => {
    const { code, out, err } = await doctor([], 80);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("\u001b[32mhealthy\u001b[39m \u001b[1mEvent\u001b[22m: 2 partitions ahead, never maintained");
    expect(out).toContain("\n    npx prisma-partition cleanup Event\n");
    expect(out.trimEnd().split("\n").at(-1)).toBe("\u001b[32m2 notes in 1 table.\u001b[39m");
  });

  describe("that is not", () => {
    beforeAll(async () => {
      await c.query("INSERT INTO app.events VALUES (1000, now() - interval '10 years')");
      await c.query("DROP TRIGGER prisma_partition_capture ON app.events");
      return async () => {
        await c.query("SELECT prisma_partition.restart_capture('app', 'events')");
        await c.maintain();
      };
    });

    test("what, why, and the command on a line of its own; 1", async () => {
      const { code, out } = await doctor(["Event"]);
      expect(code).toBe(1);
      expect(out).not.toContain("\u001b");
      expect(out).toMatch(
        /^Event app\.events, stage cutover\n\n {2}error {4}Change capture on app\.events was dropped/,
      );
      expect(out).toContain("\n    SELECT prisma_partition.restart_capture('app', 'events');\n");
      expect(out).toContain("\n    npx prisma-partition maintain Event\n");
      expect(out).toMatch(/\n1 error, 1 warning and 2 notes in 1 table\.\n$/);
    });

    test.each([80, 200])("fits %d columns, commands apart", async (columns) => {
      const { out } = await doctor([], columns, { NO_COLOR: "1" });
      const prose = out.split("\n").filter((line) => !/^ {4}\S/.test(line));
      expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(columns);
    });

    test("--json", async () => {
      const { code, out } = await doctor(["--json"]);
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        ok: false,
        tables: [
          {
            model: "Event",
            stage: "cutover",
            defaultRows: 1,
            findings: [
              { code: "capture-broken", severity: "error", language: "sql" },
              { code: "default-rows", severity: "warning", language: "sh" },
              { code: "maintenance-unscheduled", severity: "info", command: "npx prisma-partition maintain Event" },
              { code: "old-table-kept", severity: "info" },
            ],
          },
        ],
        installation: [],
      });
    });

    test("--format prometheus", async () => {
      const { code, out } = await doctor(["--format", "prometheus"]);
      expect(code).toBe(1);
      const labels = 'model="Event",schema="app",table="events"';
      expect(out).toContain(`prisma_partition_findings{${labels},code="default-rows",severity="warning"} 1\n`);
      expect(out).toContain(`# TYPE prisma_partition_default_rows gauge\nprisma_partition_default_rows{${labels}} 1\n`);
      expect(out).toContain(`prisma_partition_healthy{${labels}} 0\n`);
      for (const line of out.trimEnd().split("\n")) {
        expect(line).toMatch(
          /^(# (HELP|TYPE) prisma_partition_\w+ .+|prisma_partition_\w+\{(\w+="[^"]*",?)+\} -?[\d.]+)$/,
        );
      }
    });
  });

  test("an unknown format or model exits with 2", async () => {
    expect((await doctor(["--format", "xml"])).code).toBe(2);
    expect(await doctor(["Evnt"])).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean Event?") });
  });
});

test("labels are escaped, what is unknown has no sample", () => {
  const health = {
    ...{ model: 'a"b', schema: "c\\d", table: "e\nf", stage: "setup", ok: true, findings: [], premake: 3 },
    ...{ partitionsAhead: null, defaultRows: 12345678901234567890n, logEntries: 0n, lastBatchAt: null },
    ...{ maintainedAt: new Date("2026-11-01T00:00:00.500Z"), runnerAlive: true, oldTableBytes: null, ready: false },
    ...{ rowsDone: 0n, rowsEstimated: 0n },
  } satisfies Health;
  const text = toPrometheus([health], []);
  const labels = 'model="a\\"b",schema="c\\\\d",table="e\\nf"';
  expect(text).toContain(`prisma_partition_default_rows{${labels}} 12345678901234567890\n`);
  expect(text).toContain(`prisma_partition_last_maintenance_timestamp_seconds{${labels}} 1793491200.5\n`);
  expect(text).not.toContain("prisma_partition_partitions_ahead{");
});

test("prose is broken at spaces", () => {
  expect(wrap("one two  three\nfour", 9)).toEqual(["one two", "three", "four"]);
  expect(wrap("a-very-long-word b", 5)).toEqual(["a-very-long-word", "b"]);
  expect(wrap(" ", 5)).toEqual([]);
});
