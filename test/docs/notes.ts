/** What the pages say beyond help and docstrings: by command, and of the module. */
export const notes: Readonly<Record<string, { text?: string; outputs?: readonly string[] }>> = {
  status: {
    text: `Behind the number of changes on the log: \`↓\` it shrinks, \`→\` it keeps its size, \`↑\` it grows, \`!\` nobody replays it.
With \`--watch\` the table is written in place on a terminal, and below each other elsewhere; with \`--json\`, one line each.`,
  },
  backfill: {
    text: `Safe beside other runners, pg_cron's among them: the database hands out the work. Every unit of work commits together
with the record that it is done, so Ctrl-C, a crash or a lost connection cost a unit at most.`,
  },
  verify: {
    text: `Both tables are read in one snapshot, shared by all connections, so what it says is exact while the application writes:
rows whose change still waits on the log are left out on both sides and counted as pending. With \`--repair\`, rows that differ
are put on the change log and copied anew from the live table, under the lock that keeps other runners out.`,
    outputs: ["verify", "verify-repair"],
  },
  doctor: {
    text: "Every finding, why it matters and what it looks for: [doctor](../doctor.md).",
    outputs: ["doctor", "doctor-findings"],
  },
  plan: {
    text: "The project's own Prisma parses the schema and resolves its configuration, so what is said is what `prisma generate` would do.",
  },
  maintain: { outputs: ["maintain", "maintain-range"] },
  module: {
    text: `\`npx prisma generate\` writes it to the generator's \`output\`: one handle for each annotated model, under the name that
Prisma Client has for it. It is the same bytes for the same models.

\`\`\`ts
import { partitions } from "../generated/partition/index.ts";

const { eventTransaction } = partitions(prisma); // a PrismaClient, a pg.Pool, a pg.Client, or the client of a transaction
\`\`\`

Node runs it as it is. Where TypeScript compiles it, \`rewriteRelativeImportExtensions\` makes \`.js\` of \`.ts\`; without
that, import \`index.js\`.

As a client extension, each model has its handle beside its queries:

\`\`\`ts
import { partitionExtension } from "../generated/partition/index.ts";

const prisma = new PrismaClient({ adapter }).$extends(partitionExtension());
await prisma.eventTransaction.$partition.list();
\`\`\`

A script that waits for the backfill, verifies and reports, through Prisma Client or through pg:
[convert.ts](examples/convert.ts).

| database | side by side | |
|---|---|---|
| \`PrismaClient\` (with @prisma/adapter-pg), \`pg.Pool\` | yes | a lost connection is replaced |
| \`pg.Client\`, \`pg.PoolClient\` | no: \`workers\` must be 1, \`verify\` is one statement | |
| the client of an interactive transaction | no | what it does is undone with the transaction |`,
  },
};
