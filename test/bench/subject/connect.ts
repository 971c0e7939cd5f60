import pg from "pg";

/** No statement of a benchmark may run for longer: then it hangs, or the table is too large for this machine. */
const STATEMENT_MINUTES = 60;

const options = (extra: string) => `-c timezone=UTC -c statement_timeout=${STATEMENT_MINUTES}min ${extra}`;

/** @param extra more of the connection's options, such as `-c jit=off` */
export async function connect(url: string, extra = ""): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: options(extra) });
  client.on("error", () => {}); // whoever waits for its query sees it
  await client.connect();
  return client;
}

/** Connections for the library under test. */
export function pool(url: string, max: number): pg.Pool {
  const created = new pg.Pool({ connectionString: url, max, options: options("") });
  created.on("error", () => {});
  return created;
}
