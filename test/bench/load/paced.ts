import { Writers } from "../../support/writers.ts";
import { MONTHS } from "../subject/partitionings.ts";

/** Writes per second of the load beside a run: inserts, updates, moved keys and deletes, each by id and key. */
export const PACED_WRITES = 800;

const CLIENTS = 4;

/** Starts them; at a rate that they cannot hold they are as fast as they can be, which the result then shows. */
export function startPacedWriters(url: string): Promise<Writers> {
  return Writers.start({ url, clients: CLIENTS, rate: PACED_WRITES / CLIENTS, months: MONTHS });
}
