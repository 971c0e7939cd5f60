/** What a server has, asked before the tests are written out. */
import pg from "pg";
import type { ProvidedServer } from "../support/global-setup.ts";
import { columnKinds } from "./column-kinds.ts";

export async function capabilities(server: ProvidedServer) {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT name FROM pg_available_extensions UNION ALL SELECT v FROM pg_settings, unnest(enumvals) v WHERE name = 'default_toast_compression'",
    );
    const has = new Set(rows.map(({ name }) => name));
    await client.query("SELECT xmlparse(CONTENT '<a/>')").then(
      () => has.add("xml"),
      () => {},
    );
    return { has, kinds: columnKinds(Number(server.name.split("-")[1]), has) };
  } finally {
    await client.end();
  }
}
