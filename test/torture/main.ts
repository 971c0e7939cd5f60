/**
 * Tortures conversions, round after round, each on a fresh database:
 *
 *     npm run torture -- --minutes 30                            all servers, in turn
 *     npm run torture -- --minutes 0 --server embedded-18 --seed 7    one round, the one of seed 7
 *
 * `--rate` transactions per second and client (0: saturation) instead of what the seed gives; `--json`: one line of JSON
 * per server at the end. Exit code 1 on any difference or unexpected abort.
 */
import { parseArgs } from "node:util";
import { SERVER_NAMES, type Server, startServer } from "../support/servers/index.ts";
import { planOf } from "./plan.ts";
import { phaseLines, summarize, summaryLine } from "./report.ts";
import { playRound, type Round } from "./round.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string", default: "all" },
    seed: { type: "string" },
    rate: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const names = SERVER_NAMES.filter((name) => options.server === "all" || options.server.split(",").includes(name));
if (names.length === 0) throw new Error(`--server: one of all, ${SERVER_NAMES.join(", ")}`);
const firstSeed = number("seed") ?? Math.floor(Math.random() * 1_000_000);
const rate = number("rate");
const endAt = performance.now() + (number("minutes") ?? 0) * 60_000;

const servers: Server[] = [];
const rounds = new Map<string, Round[]>(names.map((name) => [name, []]));
try {
  for (const name of names) servers.push(await startServer(name, { settings: { max_prepared_transactions: "20" } }));
  // Each server has a round at least; with --seed and one server, exactly that seed's comes first.
  for (let turn = 0; turn < servers.length || performance.now() < endAt; turn++) {
    const server = servers[turn % servers.length] as Server;
    const plan = planOf(firstSeed + Math.floor(turn / servers.length), rate);
    const { clients: _, ...shown } = plan;
    console.log(`${server.name} ${JSON.stringify(shown)}`);
    const round = await playRound(server, plan);
    rounds.get(server.name)?.push(round);
    for (const line of phaseLines(round)) console.log(line);
    const findings = [...round.conversion.findings, ...round.control.findings];
    for (const { kind, phase, text } of findings.slice(0, 20))
      console.log(`  ${kind} (${phase}): ${text.slice(0, 400)}`);
    for (const [what, { count, first }] of [...round.conversion.refused, ...round.conversion.oldReads]) {
      console.log(`  ${what} ×${count}, first ${first.slice(0, 400).replaceAll("\n", " ")}`);
    }
    const rateOption = rate === undefined ? "" : ` --rate ${rate}`;
    console.log(`  again: npm run torture -- --minutes 0 --server ${server.name} --seed ${plan.seed}${rateOption}`);
  }
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}

let failed = false;
for (const [name, played] of rounds) {
  const summary = summarize(name, played);
  failed ||= summary.differences.length > 0;
  for (const { seed, kind, phase, text } of summary.differences) {
    if (kind === "abort") console.log(`${name}, seed ${seed}: ${kind} ${phase} ${text}`);
  }
  console.log(options.json ? JSON.stringify(summary) : summaryLine(summary));
}
process.exitCode = failed ? 1 : 0;

function number(name: "minutes" | "seed" | "rate"): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name}: a number, not ${text}`);
  return value;
}
