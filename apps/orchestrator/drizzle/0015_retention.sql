CREATE TABLE "sealflow"."legal_holds" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"held_run" text,
	"reason" text NOT NULL,
	"actor" text NOT NULL,
	"placed_at" timestamp (3) with time zone NOT NULL,
	"lifted_at" timestamp (3) with time zone,
	"lift_reason" text,
	"lift_actor" text
);
--> statement-breakpoint
CREATE TABLE "sealflow"."retention_records" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	"tenant" text NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"reason" text NOT NULL,
	"facts" jsonb NOT NULL,
	"salt" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."retention_rules" (
	"tenant" text NOT NULL,
	"scope" text NOT NULL,
	"subject" text NOT NULL,
	"class" text NOT NULL,
	"payload_days" integer,
	"evidence_days" integer,
	"actor" text NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "retention_rules_tenant_scope_subject_pk" PRIMARY KEY("tenant","scope","subject")
);
--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "payload_deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "evidence_deleted_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "legal_holds_standing" ON "sealflow"."legal_holds" USING btree ("tenant") WHERE lifted_at is null;--> statement-breakpoint
CREATE INDEX "retention_records_tenant" ON "sealflow"."retention_records" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "runs_with_payload" ON "sealflow"."runs" USING btree ("tenant","ended_at") WHERE ended_at is not null and payload_deleted_at is null;--> statement-breakpoint
CREATE INDEX "runs_with_evidence" ON "sealflow"."runs" USING btree ("tenant","ended_at") WHERE ended_at is not null and evidence_deleted_at is null;