CREATE TABLE "sealflow"."blob_folders" (
	"id" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."blob_uploads" (
	"digest" text NOT NULL,
	"tenant" text NOT NULL,
	"size" bigint NOT NULL,
	"generation" integer NOT NULL,
	"committed" bigint NOT NULL,
	"segments" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "blob_uploads_digest_tenant_pk" PRIMARY KEY("digest","tenant")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."large_blobs" (
	"digest" text PRIMARY KEY NOT NULL,
	"size" bigint NOT NULL,
	"segments" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."tenant_storage" (
	"tenant" text NOT NULL,
	"shard" integer NOT NULL,
	"bytes" bigint NOT NULL,
	CONSTRAINT "tenant_storage_tenant_shard_pk" PRIMARY KEY("tenant","shard")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."usage_days" (
	"tenant" text NOT NULL,
	"day" date NOT NULL,
	"counter" text NOT NULL,
	"shard" integer NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "usage_days_tenant_day_counter_shard_pk" PRIMARY KEY("tenant","day","counter","shard")
);
--> statement-breakpoint
ALTER TABLE "sealflow"."tenant_quotas" ADD COLUMN "blob_bytes_max" bigint;--> statement-breakpoint
CREATE INDEX "blob_uploads_tenant" ON "sealflow"."blob_uploads" USING btree ("tenant","digest");--> statement-breakpoint
CREATE INDEX "blob_uploads_age" ON "sealflow"."blob_uploads" USING btree ("changed_at");--> statement-breakpoint
CREATE INDEX "blob_tenants_tenant" ON "sealflow"."blob_tenants" USING btree ("tenant","digest");--> statement-breakpoint
-- What tenants have stored and used before counts from the start.
INSERT INTO "sealflow"."tenant_storage" ("tenant", "shard", "bytes")
SELECT "tenant", 0, sum("size") FROM "sealflow"."blob_tenants" JOIN "sealflow"."blobs" USING ("digest") GROUP BY "tenant";
--> statement-breakpoint
INSERT INTO "sealflow"."usage_days" ("tenant", "day", "counter", "shard", "amount")
SELECT "tenant", (now() AT TIME ZONE 'UTC')::date, 'bytes.stored', 0, "bytes" FROM "sealflow"."tenant_storage";
--> statement-breakpoint
INSERT INTO "sealflow"."usage_days" ("tenant", "day", "counter", "shard", "amount")
SELECT "tenant", ("hour" AT TIME ZONE 'UTC')::date, 'runs', 0, sum("runs") FROM "sealflow"."usage_hours" GROUP BY 1, 2;
