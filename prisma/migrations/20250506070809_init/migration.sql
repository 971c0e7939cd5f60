-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "billing";

-- CreateTable
CREATE TABLE "billing"."event_transactions" (
    "id" BIGSERIAL NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "timestamp" TIMESTAMPTZ(6) NOT NULL,
    "event_code" TEXT NOT NULL,
    "user_id" UUID,
    "session_id" TEXT,
    "anonymous_id" TEXT,
    "email" TEXT,
    "mbid" TEXT,
    "proforma_invoice_id" BIGINT,
    "amount" DECIMAL(12,2) NOT NULL,
    "payload" JSONB,

    CONSTRAINT "event_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "event_transactions_idempotency_key_key" ON "billing"."event_transactions"("idempotency_key");

-- CreateIndex
CREATE INDEX "event_transactions_anonymous_id_idx" ON "billing"."event_transactions"("anonymous_id");

-- CreateIndex
CREATE INDEX "event_transactions_email_idx" ON "billing"."event_transactions"("email");

-- CreateIndex
CREATE INDEX "event_transactions_event_code_idx" ON "billing"."event_transactions"("event_code");

-- CreateIndex
CREATE INDEX "event_transactions_mbid_idx" ON "billing"."event_transactions"("mbid");

-- CreateIndex
CREATE INDEX "event_transactions_proforma_invoice_id_idx" ON "billing"."event_transactions"("proforma_invoice_id");

-- CreateIndex
CREATE INDEX "event_transactions_session_id_idx" ON "billing"."event_transactions"("session_id");

-- CreateIndex
CREATE INDEX "event_transactions_timestamp_idx" ON "billing"."event_transactions"("timestamp");

-- CreateIndex
CREATE INDEX "event_transactions_user_id_idx" ON "billing"."event_transactions"("user_id");


