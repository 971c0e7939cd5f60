/** The worked example of prisma/, as the tests and the demo take it through its life. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { packageRoot } from "./package-root.ts";

/** The example's schema, annotated, on its way to the cutover. */
export function exampleSchema(): string {
  return cutoverEdits.reduce((schema, [before, after]) => replaceOnce(schema, after, before), schemaFile());
}

/** The example as it stands in prisma/: cut over. */
function schemaFile(): string {
  return readFileSync(join(packageRoot, "prisma", "schema.prisma"), "utf8");
}

/** What the generator tells the user to change for the cutover. */
const cutoverEdits: [before: string, after: string][] = [
  ["premake: 12)", "premake: 12, stage: cutover)"],
  ["id                BigInt   @id @default(autoincrement())", "id                BigInt   @default(autoincrement())"],
  ['idempotencyKey    String   @unique @map("idempotency_key")', 'idempotencyKey    String   @map("idempotency_key")'],
  [
    "  @@index([anonymousId])",
    "  @@id([id, timestamp])\n  @@unique([idempotencyKey, timestamp])\n  @@index([anonymousId])",
  ],
];

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2)
    throw new Error(`"${from}" stands in the schema ${text.split(from).length - 1} times`);
  return text.replace(from, () => to);
}

/** The schema as it was before anybody thought of partitioning: no annotation, no generator. */
export function withoutPartitioning(schema: string): string {
  return schema.replace(/^generator partition \{[^}]*\}\n\n/m, "").replace(/^\/\/\/ @partition.*\n/m, "");
}

/** The schema as the cutover wants it. */
export function atCutover(schema: string): string {
  return cutoverEdits.reduce((text, [before, after]) => replaceOnce(text, before, after), schema);
}

/** Fills the example's table with rows spread evenly over the last `months` months. */
export async function seedExample(url: string, rows: number, months = 24): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO billing.event_transactions (idempotency_key, timestamp, event_code, user_id, session_id, anonymous_id, email,
         mbid, proforma_invoice_id, amount, payload)
       SELECT 'key-' || n, now() - (n::float8 / $1) * $2 * interval '1 month', 'code-' || n % 50, gen_random_uuid(), md5(n::text),
         md5((n / 3)::text), 'user-' || n % 10000 || '@example.com', 'mb-' || n % 7000, n / 20, n % 100000 / 100.0,
         jsonb_build_object('n', n, 'tags', jsonb_build_array('a', n % 3))
       FROM generate_series(0, $1 - 1) AS n`,
      [rows, months],
    );
    await client.query("ANALYZE billing.event_transactions");
  } finally {
    await client.end();
  }
}
