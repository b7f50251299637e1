ALTER TABLE "sealflow"."runs" ADD COLUMN "workflow" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "integrity" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "confidentiality" text;--> statement-breakpoint
ALTER TABLE "sealflow"."runs" ADD COLUMN "assurance" text;--> statement-breakpoint
-- What runs of before reach was never counted: their levels stay null, and are shown as not counted.
WITH named AS MATERIALIZED (SELECT DISTINCT ON ("digest") "digest", "plan" -> 'definition' ->> 'name' AS "name" FROM "sealflow"."plans")
UPDATE "sealflow"."runs" SET "workflow" = named."name" FROM named WHERE named."digest" = "runs"."plan";--> statement-breakpoint
CREATE INDEX "runs_overview" ON "sealflow"."runs" USING btree ("tenant","created_at","state","workflow","assurance","evidence_deleted_at");--> statement-breakpoint
CREATE INDEX "runs_of_workflow" ON "sealflow"."runs" USING btree ("tenant","workflow","created_at");--> statement-breakpoint
CREATE INDEX "runs_of_policy" ON "sealflow"."runs" USING btree ("tenant","policy","created_at");