CREATE TABLE "sealflow"."nullifiers" (
	"nullifier" text PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"run_id" text NOT NULL,
	"task_id" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sealflow"."offer_questions" ADD COLUMN "tenant" text;--> statement-breakpoint
ALTER TABLE "sealflow"."offer_questions" ADD COLUMN "sign_key" text;--> statement-breakpoint
ALTER TABLE "sealflow"."worker_sessions" ADD COLUMN "tenant" text;