ALTER TABLE "sealflow"."runs" ADD COLUMN "counted_bundle" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "bundle_bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_uncounted" ON "sealflow"."runs" USING btree ("ended_at") WHERE bundle is not null and counted_bundle is distinct from bundle;