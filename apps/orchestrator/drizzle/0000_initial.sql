CREATE SCHEMA "sealflow";
--> statement-breakpoint
CREATE SEQUENCE "sealflow"."fence" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "sealflow"."blobs" (
	"digest" text PRIMARY KEY NOT NULL,
	"size" integer NOT NULL,
	"data" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."leases" (
	"lease" text PRIMARY KEY NOT NULL,
	"fence" bigint DEFAULT nextval('sealflow.fence') NOT NULL,
	"run_id" text NOT NULL,
	"task_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"operation" text NOT NULL,
	"state" text NOT NULL,
	"worker" text,
	"boot_id" text,
	"deadline" timestamp (3) with time zone NOT NULL,
	"ledger_state" jsonb,
	"result" jsonb,
	"sent_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sealflow"."ledger_entries" (
	"tenant" text NOT NULL,
	"ledger" text NOT NULL,
	"version" integer NOT NULL,
	"operation" text NOT NULL,
	"intent_id" text,
	"run_id" text NOT NULL,
	"task_id" text NOT NULL,
	"receipt" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ledger_entries_tenant_ledger_version_pk" PRIMARY KEY("tenant","ledger","version")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."ledgers" (
	"tenant" text NOT NULL,
	"ledger" text NOT NULL,
	"version" integer NOT NULL,
	"available" text NOT NULL,
	"reserved" text NOT NULL,
	"receipt" text NOT NULL,
	"claimed_by" text,
	CONSTRAINT "ledgers_tenant_ledger_pk" PRIMARY KEY("tenant","ledger")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."log_entries" (
	"index" integer PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"leaf_hash" "bytea" NOT NULL,
	"checkpoint" text NOT NULL,
	CONSTRAINT "log_entries_run_id_unique" UNIQUE("run_id")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."plans" (
	"digest" text PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"signed_plan" text NOT NULL,
	"plan" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."run_events" (
	"run_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"task_id" text,
	"body" jsonb NOT NULL,
	"prev_digest" text NOT NULL,
	"digest" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "run_events_run_id_sequence_pk" PRIMARY KEY("run_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."runs" (
	"run_id" text PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"request_id" text NOT NULL,
	"content_digest" text NOT NULL,
	"plan" text NOT NULL,
	"policy" text NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"inputs" jsonb NOT NULL,
	"offers" jsonb NOT NULL,
	"client_seal_key" "bytea" NOT NULL,
	"client_sign_key" "bytea" NOT NULL,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"pending_bundle" text,
	"pending_leaf" text,
	"bundle" text,
	"deadline" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sealflow"."tasks" (
	"run_id" text NOT NULL,
	"task_id" text NOT NULL,
	"operation" text NOT NULL,
	"state" text NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"worker" text,
	"reason" text,
	"public" jsonb,
	"statement" text,
	"outputs" jsonb,
	"blobs" jsonb,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "tasks_run_id_task_id_pk" PRIMARY KEY("run_id","task_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "leases_attempt" ON "sealflow"."leases" USING btree ("run_id","task_id","attempt");--> statement-breakpoint
CREATE INDEX "leases_open" ON "sealflow"."leases" USING btree ("state") WHERE state in ('queued', 'sent');--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_intent" ON "sealflow"."ledger_entries" USING btree ("tenant","ledger","operation","intent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_request" ON "sealflow"."runs" USING btree ("tenant","request_id");--> statement-breakpoint
CREATE INDEX "runs_recent" ON "sealflow"."runs" USING btree ("tenant","created_at");