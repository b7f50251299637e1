CREATE TABLE "sealflow"."blob_tenants" (
	"digest" text NOT NULL,
	"tenant" text NOT NULL,
	CONSTRAINT "blob_tenants_digest_tenant_pk" PRIMARY KEY("digest","tenant")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."tenant_buckets" (
	"tenant" text PRIMARY KEY NOT NULL,
	"tokens" double precision NOT NULL,
	"refilled_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."tenant_quotas" (
	"tenant" text PRIMARY KEY NOT NULL,
	"open_runs_max" integer,
	"runs_per_minute" integer
);
--> statement-breakpoint
CREATE TABLE "sealflow"."usage_hours" (
	"tenant" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"runs" integer NOT NULL,
	CONSTRAINT "usage_hours_tenant_hour_pk" PRIMARY KEY("tenant","hour")
);

--> statement-breakpoint
-- What was stored before belongs to the tenants whose runs, plans and ledgers name it.
INSERT INTO "sealflow"."blob_tenants" ("digest", "tenant")
SELECT DISTINCT "digest", "tenant" FROM (
  SELECT "input"->>'blob' AS "digest", "tenant" FROM "sealflow"."runs", jsonb_array_elements("inputs") "input"
  UNION SELECT "policy", "tenant" FROM "sealflow"."runs"
  UNION SELECT "bundle", "tenant" FROM "sealflow"."runs"
  UNION SELECT "signed_plan", "tenant" FROM "sealflow"."plans"
  UNION SELECT "statement", "tenant" FROM "sealflow"."tasks" JOIN "sealflow"."runs" USING ("run_id")
  UNION SELECT "output"->>'blob', "tenant" FROM "sealflow"."tasks" JOIN "sealflow"."runs" USING ("run_id"), jsonb_array_elements("outputs") "output"
  UNION SELECT jsonb_array_elements_text("blobs"), "tenant" FROM "sealflow"."tasks" JOIN "sealflow"."runs" USING ("run_id")
  UNION SELECT "available", "tenant" FROM "sealflow"."ledgers"
  UNION SELECT "reserved", "tenant" FROM "sealflow"."ledgers"
  UNION SELECT "receipt", "tenant" FROM "sealflow"."ledger_entries"
) "named" WHERE "digest" IN (SELECT "digest" FROM "sealflow"."blobs")
ON CONFLICT DO NOTHING;
