import pg from "pg";
import { Conversion } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import type { World } from "./client.ts";
import { Gate } from "./gate.ts";
import type { Plan } from "./plan.ts";
import { provokeConflict } from "./provoke-conflict.ts";
import { Road } from "./road.ts";
import { ddl, tableSpec } from "./schema.ts";
import { SharedRows } from "./shared-rows.ts";
import { Statistics } from "./statistics.ts";
import { applicationRole, Workload } from "./workload.ts";

export interface Round {
  readonly plan: Plan;
  readonly conversion: Statistics;
  /** The same workload without a conversion. */
  readonly control: Statistics;
}

/**
 * One conversion under load on a database of its own, then the same workload without it: for as long, or for
 * `controlMs`.
 */
export async function playRound(server: ProvidedServer, plan: Plan, controlMs?: number): Promise<Round> {
  const conversion = await play(server, plan, (road) => road.convert());
  const milliseconds = controlMs ?? conversion.phases.reduce((sum, phase) => sum + phase.milliseconds, 0);
  const control = await play(server, plan, (road) => road.control(milliseconds), true);
  return { plan, conversion, control };
}

async function play(
  server: ProvidedServer,
  plan: Plan,
  drive: (road: Road) => Promise<void>,
  provokes = false,
): Promise<Statistics> {
  const statistics = new Statistics();
  const shared = new SharedRows();
  const conversion = await Conversion.create(server, ddl(plan, shared), tableSpec(plan));
  const world: World = {
    seed: plan.seed,
    rate: plan.rate,
    bulkEvery: plan.bulkEvery,
    gate: new Gate(),
    shared,
    statistics,
  };
  let workload: Workload | undefined;
  try {
    if (provokes) await provokeConflict(conversion, statistics);
    workload = await Workload.create(conversion, plan, world);
    workload.start();
    await drive(new Road(conversion, plan, workload, shared, statistics));
    statistics.end();
    return statistics;
  } finally {
    await workload?.stop();
    await cleanUp(server, conversion);
  }
}

/** What would outlive the database, or keep it from being dropped. */
async function cleanUp(server: ProvidedServer, conversion: Conversion): Promise<void> {
  await conversion.reconnect(); // the connection may be in a transaction that failed
  const prepared = await conversion.query<{ gid: string }>(
    "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()",
  );
  for (const { gid } of prepared) await conversion.query(`ROLLBACK PREPARED ${pg.escapeLiteral(gid)}`);
  await conversion.drop();
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`DROP ROLE IF EXISTS ${applicationRole(conversion)}`);
  await admin.end();
}
