import { setTimeout as sleep } from "node:timers/promises";
import type { Conversion } from "../support/convert.ts";
import type { Random } from "../support/random.ts";
import { isKilled, isTransient } from "./background.ts";
import type { Statistics } from "./statistics.ts";

export type TransitionName = "setup" | "cutover" | "rollback";

const PATIENCE_MS = 120_000;

/**
 * A transition as a user makes it: deployed again when a lock could not be had or the connection was lost, and with what
 * its error asks for. `kills`: the first attempts may lose their connection in the middle.
 */
export async function transit(
  name: TransitionName,
  conversion: Conversion,
  statistics: Statistics,
  kills: Random | null,
): Promise<boolean> {
  const from = statistics.phase;
  statistics.enter(name);
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    const client = await conversion.connect(["application_name=migration", "statement_timeout=60s"]);
    const over = new AbortController();
    try {
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const pid = rows[0]?.pid;
      if (kills && attempt < 3 && kills.chance(0.4)) void killAfter(conversion, pid, kills.below(800), over.signal);
      if (name !== "setup") statistics.beginSwap();
      await conversion[name](client);
      statistics.endSwap(name !== "setup");
      statistics.enter(`after ${name}`);
      return true;
    } catch (error) {
      // Killed after its commit, before its answer: a user would `resolve --applied`.
      const stage = await conversion.value<string | null>("SELECT stage FROM prisma_partition.tables");
      const reached = stage === (name === "cutover" ? "cutover" : "setup");
      statistics.endSwap(reached && name !== "setup");
      if (reached) {
        statistics.enter(`after ${name}`);
        return true;
      }
      const { code, message, detail } = error as { code?: string; message: string; detail?: string };
      statistics.refuse(`${name} ${code ?? "killed"}`, error);
      if (code === "55000" && detail?.includes("concurrent_idx")) {
        await conversion.query("DROP INDEX CONCURRENTLY IF EXISTS app.concurrent_idx");
      } else if ((!isTransient(error) && !isKilled(error) && code !== "57014") || performance.now() > giveUpAt) {
        statistics.find("transition", `${name}, attempt ${attempt}: ${message} (${code}) ${detail ?? ""}`);
        statistics.enter(from);
        return false;
      }
      await sleep(100);
    } finally {
      over.abort();
      await client.end().catch(() => {});
    }
  }
}

async function killAfter(conversion: Conversion, pid: number | undefined, milliseconds: number, signal: AbortSignal) {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
  if (!signal.aborted) await conversion.query("SELECT pg_terminate_backend($1)", [pid]);
}
