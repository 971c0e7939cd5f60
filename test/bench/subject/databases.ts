import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { type Cluster, startStandby } from "../../support/servers/index.ts";
import { connect } from "./connect.ts";
import { exampleDdl } from "./example-ddl.ts";
import { MONTHS } from "./partitionings.ts";
import { Subject } from "./subject.ts";

/**
 * Databases to measure on. Each is a copy, file by file, of one that was made once: so everything that is compared begins
 * with the same table, block by block, freshly vacuumed, and just after a checkpoint.
 */
export class Databases {
  readonly #server: Cluster;
  readonly #templates = new Map<string, FreshDatabase>();
  readonly #subjects = new Set<Subject>();

  constructor(server: Cluster) {
    this.#server = server;
  }

  get serverUrl(): string {
    return this.#server.url;
  }

  /** A streaming standby of the server; whoever starts it stops it. */
  standby(): Promise<Cluster> {
    return startStandby(this.#server.name, this.#server);
  }

  /** The plain table of the example, filled with that many rows. */
  async plain(rows: number): Promise<Subject> {
    return this.#clone(await this.#template(`plain ${rows}`, (url) => fill(url, rows)));
  }

  /** The same, set up and backfilled: what is left is the cutover. */
  async backfilled(rows: number, partitions: number): Promise<Subject> {
    const key = `backfilled ${rows} ${partitions}`;
    const found = this.#templates.get(key);
    if (found) return this.#clone(found);
    const subject = await this.plain(rows);
    await subject.setup(partitions);
    await subject.backfill(2);
    await subject.query("VACUUM (ANALYZE) billing.event_transactions, billing_partitioned.event_transactions");
    await subject.disconnect();
    this.#subjects.delete(subject);
    this.#templates.set(key, subject.database);
    return this.#clone(subject.database);
  }

  /** Drops the copies that a scenario has left. What they were copied from stays: the next one will want it. */
  async dropCopies(): Promise<void> {
    await Promise.all([...this.#subjects].map((subject) => subject.drop()));
  }

  async drop(): Promise<void> {
    await this.dropCopies();
    for (const template of this.#templates.values()) await template.drop();
    this.#templates.clear();
  }

  async #template(key: string, make: (url: string) => Promise<void>): Promise<FreshDatabase> {
    const found = this.#templates.get(key);
    if (found) return found;
    const created = await freshDatabase(this.serverUrl);
    this.#templates.set(key, created);
    await make(created.url);
    return created;
  }

  /** FILE_COPY writes no WAL and ends with a checkpoint. */
  async #clone(template: FreshDatabase): Promise<Subject> {
    const name = `clone_${process.pid}_${Math.random().toString(36).slice(2)}`;
    const admin = await connect(this.serverUrl);
    try {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template.name} STRATEGY FILE_COPY`);
    } finally {
      await admin.end();
    }
    const url = new URL(this.serverUrl);
    url.pathname = `/${name}`;
    const drop = async () => {
      const again = await connect(this.serverUrl);
      await again.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).finally(() => again.end());
    };
    const subject = await Subject.open({ name, url: url.href, drop }, (gone) => this.#subjects.delete(gone));
    this.#subjects.add(subject);
    return subject;
  }
}

/** Rows in the order in which they were written: the id and the key grow together, as those of events do. */
async function fill(url: string, rows: number): Promise<void> {
  const client = await connect(url);
  try {
    const ddl = exampleDdl();
    await client.query(ddl.table);
    await client.query(
      `INSERT INTO billing.event_transactions (idempotency_key, timestamp, event_code, user_id, session_id, anonymous_id, email,
         mbid, proforma_invoice_id, amount, payload)
       SELECT 'key-' || n, now() - (1 - n::float8 / $1) * $2 * interval '1 month', 'code-' || n % 50, gen_random_uuid(),
         md5(n::text), md5((n / 3)::text), 'user-' || n % 10000 || '@example.com', 'mb-' || n % 7000, n / 20,
         n % 100000 / 100.0, jsonb_build_object('n', n, 'tags', jsonb_build_array('a', n % 3))
       FROM generate_series(1, $1) AS n`,
      [rows, MONTHS],
    );
    await client.query(ddl.indexes);
    await client.query("VACUUM (FREEZE, ANALYZE) billing.event_transactions");
  } finally {
    await client.end();
  }
}
