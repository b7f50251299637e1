ALTER TABLE "sealflow"."leases" ADD COLUMN "waiter" text;--> statement-breakpoint
ALTER TABLE "sealflow"."leases" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."leases" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "sealflow"."leases" ADD COLUMN "error_class" text;--> statement-breakpoint
ALTER TABLE "sealflow"."leases" ADD COLUMN "ended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "interpreter" text DEFAULT 'v1' NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "generation" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "paused_from" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "priority" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "crash_step" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "crashes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "earlier_bundles" jsonb;