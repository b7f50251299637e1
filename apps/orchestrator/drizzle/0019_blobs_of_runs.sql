ALTER TABLE "sealflow"."blob_tenants" ADD COLUMN "of_run" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- Which of the blobs of before a run made is not known: all of them stay.
UPDATE "sealflow"."blob_tenants" SET "of_run" = true;
