CREATE TABLE "sealflow"."key_destructions" (
	"tenant" text PRIMARY KEY NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"begun_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sealflow"."key_stores" (
	"id" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."tenant_keys" (
	"tenant" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sealflow"."blob_tenants" ADD COLUMN "key_version" integer;--> statement-breakpoint
ALTER TABLE "sealflow"."blob_tenants" ADD COLUMN "wrapped_key" "bytea";--> statement-breakpoint
ALTER TABLE "sealflow"."blob_uploads" ADD COLUMN "key_version" integer;--> statement-breakpoint
ALTER TABLE "sealflow"."blob_uploads" ADD COLUMN "wrapped_key" "bytea";--> statement-breakpoint
ALTER TABLE "sealflow"."blobs" ADD COLUMN "sealed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."blobs" ADD COLUMN "key_owner" text;--> statement-breakpoint
ALTER TABLE "sealflow"."blobs" ADD COLUMN "key_version" integer;--> statement-breakpoint
ALTER TABLE "sealflow"."blobs" ADD COLUMN "wrapped_key" "bytea";--> statement-breakpoint
ALTER TABLE "sealflow"."large_blobs" ADD COLUMN "key_owner" text;--> statement-breakpoint
ALTER TABLE "sealflow"."large_blobs" ADD COLUMN "key_version" integer;--> statement-breakpoint
ALTER TABLE "sealflow"."large_blobs" ADD COLUMN "wrapped_key" "bytea";--> statement-breakpoint
-- What is sealed does not compress; without this the server tries.
ALTER TABLE "sealflow"."blobs" ALTER COLUMN "data" SET STORAGE EXTERNAL;
