import type { Conversion } from "../support/convert.ts";
import { Client, type World } from "./client.ts";
import type { Plan } from "./plan.ts";
import { roleSql } from "./schema.ts";
import { SnapshotReader } from "./snapshot-reader.ts";

export function applicationRole(conversion: Conversion): string {
  return `application_${conversion.database.name}`;
}

/** All clients of a round, as one thing to start, pause and stop. */
export class Workload {
  readonly clients: Client[];
  readonly #all: (Client | SnapshotReader)[];
  readonly #world: World;

  private constructor(clients: Client[], reader: SnapshotReader, world: World) {
    this.clients = clients;
    this.#all = [...clients, reader];
    this.#world = world;
  }

  static async create(conversion: Conversion, plan: Plan, world: World): Promise<Workload> {
    const role = applicationRole(conversion);
    await conversion.query(roleSql(role));
    const twoPhase = Number(await conversion.value("current_setting('max_prepared_transactions')")) > 0;
    const options = ["statement_timeout=120s"];
    const clients = await Promise.all(
      plan.clients.map(async (own, index) => {
        const replica = own.as === "replica" ? ["session_replication_role=replica"] : [];
        const user = own.as === "application" ? role : "postgres";
        const connection = await conversion.connect([...options, ...replica], user);
        return new Client(connection, index + 1, { ...own, twoPhase: twoPhase && Boolean(own.twoPhase) }, world);
      }),
    );
    return new Workload(clients, new SnapshotReader(await conversion.connect(options, role), world), world);
  }

  start(): void {
    for (const one of this.#all) one.start();
  }

  /** Every client between two transactions; then `work`, alone with the database. */
  async pausedFor(work: () => Promise<void>): Promise<void> {
    await this.#world.gate.close();
    try {
      await work();
    } finally {
      this.#world.gate.open();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.stop()));
  }
}
