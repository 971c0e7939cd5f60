/** Commands beside the road of a conversion, on a real server. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { run } from "../../../src/cli/main.ts";
import { type Fixture, installedDatabase, setUpEntries, setUpEvents } from "../runtime/fixture.ts";
import { captureTerminal } from "./capture.ts";

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

let db: Fixture;
let url: string[];
beforeAll(async () => {
  db = await installedDatabase(server.url);
  await setUpEvents(db.pool, 3000);
  await setUpEntries(db.pool, 2500);
  url = ["--url", db.url];
});
afterAll(() => db.drop());

async function runCaptured(argv: string[], columns?: number, env?: Record<string, string>) {
  const { terminal, written } = captureTerminal(columns, env);
  return { code: await run(argv, terminal), ...written };
}

describe("maintain", () => {
  test("makes what is missing, and says how much it was", async () => {
    expect(await runCaptured(["maintain", "Event", ...url])).toMatchObject({
      code: 0,
      out: "Done: Event: no partition was missing.\n",
    });
    expect(
      await runCaptured(["maintain", "Event", "--from", "2019-01-15", "--to", "2019-03-01", ...url]),
    ).toMatchObject({
      code: 0,
      out: "Done: Event: 2 partitions made from 2019-01-15 to 2019-03-01.\n",
    });
    const { out } = await runCaptured(["maintain", "Entry", "--from", "-500", "--to", "0", "--json", ...url]);
    expect(JSON.parse(out)).toEqual({ model: "Entry", created: 1 });
  });

  test.each([
    [["maintain", "Event", "--from", "2019-01-15"], "--from and --to belong together"],
    [["maintain", "Event", "--from", "soon", "--to", "2019-03-01"], "An instant (2024-01-01"],
    [["maintain", "Event", "--from", "1", "--to", "2"], "Event is partitioned by instants; 1 is none."],
    [["maintain", "Entry", "--from", "2019-01-01", "--to", "2020-01-01"], "Entry is partitioned by whole numbers"],
    [["maintain", "Event", "--from", "2020-01-01", "--to", "2019-01-01"], "to must be after from"],
    [["maintain", "Evnt"], "Did you mean Event?"],
  ])("%j exits with 2", async (argv, message) => {
    const { code, err } = await runCaptured([...argv, ...url]);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe("list", () => {
  test("a bar shows how large a partition is, compared with the largest", async () => {
    await runCaptured(["backfill", "Event", ...url]);
    const { out } = await runCaptured(["list", "Event", ...url], 120, { NO_COLOR: "1" });
    const bars = out.match(/[█▏▎▍▌▋▊▉]+$/gm)?.map((bar) => bar.length) ?? [];
    expect(Math.max(...bars)).toBe(20);
    expect(out).toMatch(/_p20260101 +2026-01-01 +2026-02-01 +~3,000 +\d+ kB +█{20}$/m);
    // An empty one is more than nothing: its index has a page.
    expect(Math.min(...bars)).toBeLessThan(10);
    const narrow = await runCaptured(["list", "Event", ...url], 60, { NO_COLOR: "1" });
    expect(narrow.out).not.toContain("█");
  });
});

describe("status of some models", () => {
  test("shows those that are named, once each, in name order", async () => {
    const models = async (...argv: string[]) =>
      JSON.parse((await runCaptured(["status", ...argv, "--json", ...url])).out).map(
        ({ model }: { model: string }) => model,
      );
    expect(await models()).toEqual(["Entry", "Event"]);
    expect(await models("Event")).toEqual(["Event"]);
    expect(await models("Event", "public.entries", "Event")).toEqual(["Entry", "Event"]);
    expect(await runCaptured(["status", "Evnt", ...url])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Did you mean Event?"),
    });
  });

  test("--exit-code asks for no other", async () => {
    await runCaptured(["backfill", "Event", ...url]);
    expect((await runCaptured(["status", "Event", "--exit-code", ...url])).code).toBe(0);
    expect((await runCaptured(["status", "Entry", "--exit-code", ...url])).code).toBe(1);
  });
});

describe("a role without rights", () => {
  afterAll(() => db.pool.query("DROP ROLE IF EXISTS no_rights_here"));

  test("is told who it is, and the grant that is missing", async () => {
    await db.pool.query("DROP ROLE IF EXISTS no_rights_here; CREATE ROLE no_rights_here LOGIN");
    const own = new URL(db.url);
    own.username = "no_rights_here";
    for (const argv of [["status"], ["doctor"], ["list", "Event"], ["backfill", "Event"], ["maintain", "Event"]]) {
      const { code, err } = await runCaptured([...argv, "--url", own.href]);
      expect({ argv, code }).toEqual({ argv, code: 3 });
      expect(err).toContain("error: Role no_rights_here has no rights on schema prisma_partition.");
      expect(err).toContain('GRANT pg_monitor TO "no_rights_here".');
    }
    await db.pool.query('GRANT pg_monitor TO "no_rights_here"');
    for (const argv of [["status"], ["doctor"], ["list", "Event"]]) {
      expect((await runCaptured([...argv, "--url", own.href])).err).toBe("");
    }
  });
});

describe("status --watch", () => {
  async function watch(columns: number | undefined, flags: string[], rounds: RegExp) {
    const { terminal, written } = captureTerminal(columns);
    const running = run(["status", "--watch", "0.05", ...flags, ...url], terminal);
    while ((written.out.match(rounds) ?? []).length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    process.emit("SIGINT");
    return { code: await running, ...written };
  }

  test("on a terminal it is written in place", async () => {
    const { code, out } = await watch(80, [], /Model/g);
    expect(code).toBe(0);
    // Up by as many lines as were written, then each is cleared to its end.
    const height = (out.split("\u001b[K\n").length - 1) / (out.match(/Model/g) ?? []).length;
    expect(out).toContain(`\u001b[${height}A`);
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  test("elsewhere one follows the other, and JSON is one line each", async () => {
    expect((await watch(undefined, [], /Model/g)).out).not.toContain("\u001b");
    const { out } = await watch(undefined, ["--json"], /\n/g);
    for (const line of out.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveLength(2);
  });

  test("with --exit-code it tells in the end whether a table is not ready", async () => {
    expect((await watch(80, ["--exit-code"], /Model/g)).code).toBe(1);
  });
});

describe("completion", () => {
  test("in bash: commands first, then the options of the command", async () => {
    const { out } = await runCaptured(["completion", "bash"]);
    const complete = (...words: string[]) =>
      spawnSync("bash", [
        "-c",
        `${out}\nCOMP_WORDS=(prisma-partition ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _prisma_partition; echo "\${COMPREPLY[@]}"`,
      ])
        .stdout.toString()
        .trim();
    expect(complete("ver")).toBe("verify");
    expect(complete("")).toContain("status backfill verify list maintain");
    expect(complete("verify", "--re")).toBe("--repair");
    expect(complete("backfill", "Event", "--max-re")).toBe("--max-replica-lag");
  });

  test.each(["bash", "zsh", "fish"])("%s gets every command and option there is", async (shell) => {
    const { out } = await runCaptured(["completion", shell]);
    const help = (await runCaptured(["--help"])).out;
    const commands = [...help.matchAll(/^ {2}([a-z]+) .*?(?:\[options\]|<)/gm)].map(([, name]) => name ?? "");
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands.filter((name) => name !== "help")) {
      const options = (await runCaptured([command, "--help"])).out.match(/--[a-z-]+/g) ?? [];
      for (const word of [command, ...options.filter((option) => option.startsWith("--"))]) {
        expect(out).toContain(shell === "fish" ? word.replace(/^--/, "-l ") : word);
      }
    }
  });

  test("another shell is answered with those there are", async () => {
    expect(await runCaptured(["completion", "tcsh"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("bash, zsh, fish"),
    });
  });
});
