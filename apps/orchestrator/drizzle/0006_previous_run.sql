ALTER TABLE "sealflow"."runs" ADD COLUMN "previous_run" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "previous_root" text;