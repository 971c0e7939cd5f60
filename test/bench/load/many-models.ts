/**
 * A project with many annotated models, as text: the schema, the migration that created its tables, and a generator that
 * does nothing, for Prisma wants one and its own takes longer, and varies by more, than what is to be measured.
 */

export const NOTHING = {
  path: "nothing.cjs",
  text: `const { generatorHandler } = require("@prisma/generator-helper");

generatorHandler({
  onManifest: () => ({ prettyName: "nothing", defaultOutput: "nothing" }),
  onGenerate: async () => {},
});
`,
};

const GENERATOR = `generator partition {
  provider = "prisma-partition"
  output   = "../generated/partition"
}
`;

/** @param annotated with our generator and an annotation on every model, or the same schema without either */
export function manyModels(models: number, annotated: boolean): string {
  const each = numbers(models).map(
    (n) => `${annotated ? "/// @partition(key: createdAt, interval: monthly)\n" : ""}model Event${n} {
  id        BigInt   @id @default(autoincrement())
  createdAt DateTime @map("created_at") @db.Timestamptz(6)
  kind      String
  amount    Decimal  @db.Decimal(12, 2)
  payload   Json?

  @@index([kind])
  @@index([createdAt])
  @@map("event_${n}")
}
`,
  );
  return `generator nothing {
  provider = "node ${NOTHING.path}"
}

${annotated ? `${GENERATOR}\n` : ""}datasource db {
  provider = "postgresql"
}

${each.join("\n")}`;
}

export function manyTables(models: number): string {
  return numbers(models)
    .map(
      (n) => `CREATE TABLE "event_${n}" (
  "id" BIGSERIAL NOT NULL,
  "created_at" TIMESTAMPTZ(6) NOT NULL,
  "kind" TEXT NOT NULL,
  "amount" DECIMAL(12,2) NOT NULL,
  "payload" JSONB,
  CONSTRAINT "event_${n}_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "event_${n}_kind_idx" ON "event_${n}"("kind");
CREATE INDEX "event_${n}_created_at_idx" ON "event_${n}"("created_at");
`,
    )
    .join("\n");
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
