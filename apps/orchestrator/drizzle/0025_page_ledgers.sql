CREATE TABLE "sealflow"."ledger_batches" (
	"batch" text PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"ledger" text NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp (3) with time zone,
	"envelopes" integer NOT NULL,
	"intents" text,
	"outcomes" text,
	"receipt" text,
	"version" integer,
	"reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sealflow"."ledger_intents" (
	"tenant" text NOT NULL,
	"ledger" text NOT NULL,
	"digest" text NOT NULL,
	"number" bigserial NOT NULL,
	"state" text NOT NULL,
	"intents" integer NOT NULL,
	"size" integer NOT NULL,
	"envelope" "bytea",
	"key_version" integer,
	"wrapped_key" "bytea",
	"together" integer,
	"failures" integer DEFAULT 0 NOT NULL,
	"failed_at" timestamp (3) with time zone,
	"batch" text,
	"position" integer,
	"version" integer,
	"reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "ledger_intents_tenant_ledger_digest_pk" PRIMARY KEY("tenant","ledger","digest")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."ledger_pages" (
	"tenant" text NOT NULL,
	"ledger" text NOT NULL,
	"page" integer NOT NULL,
	"book" text NOT NULL,
	"digest" text NOT NULL,
	"version" integer NOT NULL,
	"add_count" integer NOT NULL,
	CONSTRAINT "ledger_pages_tenant_ledger_page_book_pk" PRIMARY KEY("tenant","ledger","page","book")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."page_ledgers" (
	"tenant" text NOT NULL,
	"ledger" text NOT NULL,
	"version" integer NOT NULL,
	"receipt" text NOT NULL,
	"founding_run" text NOT NULL,
	"claimed_by" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "page_ledgers_tenant_ledger_pk" PRIMARY KEY("tenant","ledger")
);
--> statement-breakpoint
CREATE INDEX "ledger_batches_recent" ON "sealflow"."ledger_batches" USING btree ("tenant","ledger","created_at");--> statement-breakpoint
CREATE INDEX "ledger_batches_unstarted" ON "sealflow"."ledger_batches" USING btree ("created_at") WHERE started_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_batches_version" ON "sealflow"."ledger_batches" USING btree ("tenant","ledger","version");--> statement-breakpoint
CREATE INDEX "ledger_intents_waiting" ON "sealflow"."ledger_intents" USING btree ("tenant","ledger","number") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "ledger_intents_batch" ON "sealflow"."ledger_intents" USING btree ("batch");--> statement-breakpoint
CREATE INDEX "ledger_intents_ended" ON "sealflow"."ledger_intents" USING btree ("ended_at") WHERE ended_at is not null;