ALTER TABLE "sealflow"."log_queue" RENAME COLUMN "run_id" TO "subject";--> statement-breakpoint
ALTER TABLE "sealflow"."log_queue" RENAME CONSTRAINT "log_queue_run_id_unique" TO "log_queue_subject_unique";--> statement-breakpoint
ALTER TABLE "sealflow"."log_entries" RENAME COLUMN "run_id" TO "subject";--> statement-breakpoint
ALTER TABLE "sealflow"."log_entries" RENAME CONSTRAINT "log_entries_run_id_unique" TO "log_entries_subject_unique";--> statement-breakpoint
ALTER TABLE "sealflow"."log_checkpoints" ADD COLUMN "published" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE TABLE "sealflow"."log_cosignatures" (
	"size" integer NOT NULL,
	"witness" text NOT NULL,
	"line" text NOT NULL,
	CONSTRAINT "log_cosignatures_size_witness_pk" PRIMARY KEY("size","witness")
);
--> statement-breakpoint
CREATE INDEX "log_cosignatures_witness" ON "sealflow"."log_cosignatures" USING btree ("witness","size");--> statement-breakpoint
CREATE TABLE "sealflow"."evidence_access" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	"tenant" text NOT NULL,
	"run_id" text NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"salt" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "evidence_access_tenant" ON "sealflow"."evidence_access" USING btree ("tenant","id");
