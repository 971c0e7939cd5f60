import type { Conversion } from "../support/convert.ts";
import { HOT } from "./shared-rows.ts";
import type { Statistics } from "./statistics.ts";

/**
 * What the workload's snapshots meet whenever two clients change one hot row: 40001. At a trickle the control might not
 * get there by itself.
 */
export async function provokeConflict(conversion: Conversion, statistics: Statistics): Promise<void> {
  const client = await conversion.connect();
  for (const isolation of ["REPEATABLE READ", "SERIALIZABLE"] as const) {
    await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
    await client.query("SELECT 1 FROM app.events WHERE id = $1", [HOT[0]]);
    await conversion.query("UPDATE app.events SET v = v WHERE id = $1", [HOT[0]]);
    try {
      await client.query("UPDATE app.events SET v = v WHERE id = $1", [HOT[0]]);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      statistics.abort(isolation, code ?? "client", `provoked: ${message}`);
    }
    await client.query("ROLLBACK");
  }
  await client.end();
}
