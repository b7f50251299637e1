ALTER TABLE "sealflow"."tasks" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."tasks" ADD COLUMN "retry_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sealflow"."tasks" ADD COLUMN "awaits_input" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "tasks_out" ON "sealflow"."tasks" USING btree ("run_id") WHERE state in ('DISPATCHED', 'AWAITING_APPROVAL');