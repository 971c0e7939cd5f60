import { describe, expect, it } from "vitest";
import { accepted, event, refusals } from "./refusals.ts";

describe("arguments that are refused", () => {
  it.each([
    ["no arguments", "@partition"],
    ["empty arguments", "@partition()"],
    ["no key", "@partition(interval: daily)"],
    ["unknown argument", "@partition(at, retentoin: none)"],
    ["unknown argument, nothing near", "@partition(at, compression: none)"],
    ["duplicate argument", "@partition(at, stage: setup, stage: setup)"],
    ["duplicate of a positional argument", "@partition(at, key: at)"],
    ["positional after named", "@partition(key: at, monthly)"],
    ["too many positional", "@partition(at, monthly, 12, setup)"],
    ["argument without value", "@partition(at, premake:)"],
    ["stray comma", "@partition(at,, monthly)"],
    ["no comma", "@partition(at interval: monthly)"],
    ["no comma at a line end", "@partition(at, premake: 5\n/// batchSize: 5)"],
    ["interval without quotes", "@partition(at, interval: 10 days)"],
    ["not closed", "@partition(at, monthly"],
    ["not closed, with text after it", "@partition(at\n/// Some text, more: text"],
    ["string not closed", '@partition(at, "10 days)'],
    ["list not closed", '@partition(at, schedule: ["* * * * *")'],
    ["key in quotes", '@partition("at")'],
    ["key is a number", "@partition(5)"],
    ["premake too small", "@partition(at, premake: 0)"],
    ["premake negative", "@partition(at, premake: -1)"],
    ["premake too large", "@partition(at, premake: 10001)"],
    ["premake is a fraction", "@partition(at, premake: 1.5)"],
    ["premake in quotes", '@partition(at, premake: "12")'],
    ["batchSize with separators", "@partition(at, batchSize: 10_000)"],
    ["batchSize too large", "@partition(at, batchSize: 2147483648)"],
    ["stage misspelt", "@partition(at, stage: cutOver)"],
    ["stage in quotes", '@partition(at, stage: "cutover")'],
    ["stage unknown", "@partition(at, stage: done)"],
    ["stage is a list", "@partition(at, stage: [setup])"],
    ["interval misspelt", "@partition(at, montly)"],
    ["interval of minutes", '@partition(at, "10 minutes")'],
    ["interval mixed", '@partition(at, "1 month 2 days")'],
    ["interval of nothing", '@partition(at, "0 days")'],
    ["interval in single quotes", "@partition(at, '10 days')"],
    ["interval is a number", "@partition(at, 10)"],
    ["retention is a word", "@partition(at, retention: monthly)"],
    ["retention is a number", "@partition(at, retention: 24)"],
    ["onExpire unknown", '@partition(at, retention: "1 year", onExpire: delete)'],
    ["onExpire alone", "@partition(at, onExpire: drop)"],
    ["start without quotes", "@partition(at, start: 2024-01-01)"],
    ["start without time zone", '@partition(at, start: "2024-01-01 10:00")'],
    ["start not in the calendar", '@partition(at, start: "2024-02-30")'],
    ["start is a month", '@partition(at, start: "2024-01")'],
    ["start is a number", "@partition(at, start: 5)"],
    ["schedule with four fields", '@partition(at, schedule: "* * * *")'],
    ["schedule out of range", '@partition(at, schedule: ["* * * * *", "0 24 * * *"])'],
    ["schedule with a step of nothing", '@partition(at, schedule: "*/0 * * * *")'],
    ["schedule backwards", '@partition(at, schedule: "30-10 * * * *")'],
    ["schedule of too many seconds", '@partition(at, schedule: "60 seconds")'],
    ["schedule is a word", "@partition(at, schedule: [daily])"],
    ["three schedules", '@partition(at, schedule: ["* * * * *", "* * * * *", "* * * * *"])'],
    ["no schedules", "@partition(at, schedule: [])"],
    ["keepOld is a word", "@partition(at, keepOld: forever)"],
    ["keepOld is a number", "@partition(at, keepOld: 7)"],
    ["keepOld without quotes", "@partition(at, keepOld: 7 days)"],
    ["keepOld mixed", '@partition(at, keepOld: "1 week 2 days")'],
    ["weakenUnique without quotes", "@partition(at, weakenUnique: [events_code_idx])"],
    ["weakenUnique without a name", '@partition(at, weakenUnique: ["a", ""])'],
    ["weakenUnique too long", `@partition(at, weakenUnique: "${"é".repeat(32)}")`],
    ["weakenUnique of the model's own", '@partition(at, weakenUnique: ["a", "Event_pkey"])'],
  ])("%s", async (_, annotation) => {
    expect(await refusals(event(annotation))).toMatchSnapshot();
  });

  it("all at once, in the order of the file", async () => {
    const found = await refusals(event('@partition(att, montly, premake: 0, stage: cut, retention: "x", start: "y")'));
    expect(found.map((line) => line.split(" | ").slice(0, 2).join(" "))).toEqual([
      "7:16 unknown-field att",
      "7:21 invalid-value montly",
      "7:38 invalid-value 0",
      "7:48 invalid-value cut",
      '7:64 invalid-value "x"',
      '7:76 invalid-value "y"',
    ]);
  });

  it("in the block form and with tabs, at their exact place", async () => {
    const models =
      "/**\n\t * Wörds “(” first.\n\t *\t@partition(at,\r\n *\t\tpremake: 0)\n */\nmodel Event {\n  id Int @id\n  at DateTime\n}\n";
    expect(await refusals(models)).toEqual([
      "10:14 invalid-value | 0 | `0` is too small. | write a whole number of at least 1.",
    ]);
  });
});

describe("arguments that are accepted", () => {
  const specOf = async (annotation: string, body?: string) => (await accepted(event(annotation, body)))[0]?.spec;
  const integer = "  id BigInt @id\n";

  it("positional, named and mixed say the same", async () => {
    const positional = await specOf("@partition(at, weekly, 3)");
    expect(positional).toMatchObject({ key: "at", interval: "1 week", premake: 3 });
    expect(await specOf("@partition(key: at, interval: weekly, premake: 3)")).toEqual(positional);
    expect(await specOf("@partition(at, premake: 3, interval: weekly,)")).toEqual(positional);
    expect(await specOf("@partition( premake : 3 , interval:weekly , key:at )")).toEqual(positional);
    expect(await specOf('@partition(at, "weekly", 3)')).toEqual(positional);
    expect(await specOf('@partition (at, "1 WEEKS", 3)')).toEqual(positional);
  });

  it("defaults", async () => {
    expect(await specOf("@partition(at)")).toEqual({
      model: "Event",
      schema: null,
      table: "Event",
      key: "at",
      kind: "timestamp",
      interval: "1 month",
      premake: 12,
      stage: "setup",
      batchSize: 10_000,
      retention: null,
      onExpire: "detach",
      keepOld: null,
      weakenUnique: [],
      schedule: { backfill: "* * * * *", maintenance: "0 0 * * *" },
      start: null,
      identity: ["id"],
      uniques: [{ kind: "id", name: "Event_pkey", columns: ["id"] }],
      maintenance: "auto",
      scheduler: "auto",
      cronNodename: null,
    });
  });

  it("everything, over several lines, with text around it", async () => {
    const models = `/// Events (all of them), see \`@partition(nothing)\` and me@partition(x).
/// @partition(at, "10 days",
///   premake: 5, stage: setup,
// not documentation ) either
///   batchSize: 500,
/// ) as agreed.
model Event {
  id Int @id
  at DateTime
}
`;
    const sound = models.replace("500,", '500, retention: "24 months", onExpire: drop,');
    const again = sound.replace(
      "/// )",
      '/// schedule: ["*/5 0-6,22 1,$ jan-mar/2 MON", "30 seconds"], start: "2024-01-01"\n/// )',
    );
    expect((await accepted(again))[0]?.spec).toMatchObject({
      interval: "10 days",
      premake: 5,
      batchSize: 500,
      retention: "24 months",
      onExpire: "drop",
      schedule: { backfill: "*/5 0-6,22 1,$ jan-mar/2 MON", maintenance: "30 seconds" },
      start: "2024-01-01T00:00:00Z",
    });
  });

  it.each([
    ["hourly", "1 hour"],
    ["daily", "1 day"],
    ["monthly", "1 month"],
    ["quarterly", "3 months"],
    ["yearly", "1 year"],
    ['"1 days"', "1 day"],
    ['" 36  Hour "', "36 hours"],
  ])("interval %s is %s", async (written, interval) => {
    expect(await specOf(`@partition(at, ${written})`)).toMatchObject({ interval });
  });

  it.each([
    ["2024-02-29", "2024-02-29T00:00:00Z"],
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
    ["2024-01-01T02:30:00.5+02:00", "2024-01-01T00:30:00.500Z"],
    ["2024-01-01T00:00+05:30", "2023-12-31T18:30:00Z"],
  ])("start %s is %s", async (written, start) => {
    expect(await specOf(`@partition(at, start: "${written}")`)).toMatchObject({ start });
  });

  it("one schedule is the backfill's, `none` keeps every partition", async () => {
    expect(await specOf('@partition(at, schedule: " */5  * * * * ", retention: none)')).toMatchObject({
      schedule: { backfill: "*/5 * * * *", maintenance: "0 0 * * *" },
      retention: null,
    });
  });

  it.each([
    ["none", null],
    ['"7 days"', "7 days"],
    ['" 1  Week "', "1 week"],
  ])("keepOld %s is %s, for integer keys too", async (written, keepOld) => {
    expect(await specOf(`@partition(at, keepOld: ${written})`)).toMatchObject({ keepOld });
    expect(await specOf(`@partition(id, 1000, keepOld: ${written})`, integer)).toMatchObject({ keepOld });
  });

  it.each([
    ['"a_idx"', ["a_idx"]],
    ['["b", "a \\"idx\\"", "b"]', ['a "idx"', "b"]],
    ["[]", []],
  ])("weakenUnique %s is %j", async (written, weakenUnique) => {
    expect(await specOf(`@partition(at, weakenUnique: ${written})`)).toMatchObject({ weakenUnique });
  });

  it("numbers of any size for integer keys", async () => {
    const annotation = "@partition(id, 9007199254740993, retention: 0100, start: -5)";
    expect(await specOf(annotation, integer)).toMatchObject({
      kind: "integer",
      interval: "9007199254740993",
      retention: "100",
      start: "-5",
    });
  });

  it.each([
    "@partition(id)",
    "@partition(id, monthly)",
    '@partition(id, "1 day")',
    "@partition(id, 0)",
    '@partition(id, "100")',
    "@partition(id, 9223372036854775808)",
    '@partition(id, 10, retention: "1 year")',
    '@partition(id, 10, start: "2024-01-01")',
  ])("an integer key refuses %s", async (annotation) => {
    expect(await refusals(event(annotation, integer))).toMatchSnapshot();
  });
});
