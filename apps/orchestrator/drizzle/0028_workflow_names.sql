-- A replica of an older release begins runs without the name of their workflow: the database puts it in, so that a list
-- of one workflow is a question to an index.
CREATE FUNCTION "sealflow"."name_workflow"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW."workflow" := (SELECT "plan" -> 'definition' ->> 'name' FROM "sealflow"."plans" WHERE "digest" = NEW."plan" LIMIT 1);
	RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER "runs_named" BEFORE INSERT ON "sealflow"."runs" FOR EACH ROW WHEN (NEW."workflow" IS NULL) EXECUTE FUNCTION "sealflow"."name_workflow"();--> statement-breakpoint
WITH named AS MATERIALIZED (SELECT DISTINCT ON ("digest") "digest", "plan" -> 'definition' ->> 'name' AS "name" FROM "sealflow"."plans")
UPDATE "sealflow"."runs" SET "workflow" = named."name" FROM named WHERE named."digest" = "runs"."plan" AND "runs"."workflow" IS NULL;
