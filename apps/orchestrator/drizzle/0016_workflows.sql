CREATE TABLE "sealflow"."workflow_revisions" (
	"tenant" text NOT NULL,
	"workflow" text NOT NULL,
	"digest" text NOT NULL,
	"version" integer NOT NULL,
	"number" integer NOT NULL,
	"definition" "bytea" NOT NULL,
	"size" integer NOT NULL,
	"creator" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"deprecated_at" timestamp (3) with time zone,
	CONSTRAINT "workflow_revisions_tenant_workflow_digest_pk" PRIMARY KEY("tenant","workflow","digest")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."workflows" (
	"tenant" text NOT NULL,
	"workflow" text NOT NULL,
	"description" text NOT NULL,
	"current" text NOT NULL,
	"revisions" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"purge_at" timestamp (3) with time zone,
	CONSTRAINT "workflows_tenant_workflow_pk" PRIMARY KEY("tenant","workflow")
);
--> statement-breakpoint
ALTER TABLE "sealflow"."requests" ADD COLUMN "resource" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "workflow_revision" text;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_revisions_version" ON "sealflow"."workflow_revisions" USING btree ("tenant","workflow","version");--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_revisions_number" ON "sealflow"."workflow_revisions" USING btree ("tenant","workflow","number");--> statement-breakpoint
CREATE INDEX "workflows_recent" ON "sealflow"."workflows" USING btree ("tenant","created_at");