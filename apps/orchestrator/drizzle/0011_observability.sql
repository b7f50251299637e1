ALTER TABLE "sealflow"."log_checkpoints" ADD COLUMN "at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."log_queue" ADD COLUMN "since" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_open" ON "sealflow"."runs" USING btree ("state") WHERE ended_at is null;