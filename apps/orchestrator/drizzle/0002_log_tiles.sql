CREATE TABLE "sealflow"."log_checkpoints" (
	"size" integer PRIMARY KEY NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."log_queue" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"entry" "bytea" NOT NULL,
	CONSTRAINT "log_queue_run_id_unique" UNIQUE("run_id")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."log_tiles" (
	"level" integer NOT NULL,
	"index" integer NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "log_tiles_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
INSERT INTO "sealflow"."log_checkpoints" ("size", "note") SELECT "index" + 1, "checkpoint" FROM "sealflow"."log_entries";--> statement-breakpoint
ALTER TABLE "sealflow"."log_entries" ADD COLUMN "entry" "bytea";--> statement-breakpoint
UPDATE "sealflow"."log_entries" AS logged SET "entry" = blob."data" FROM "sealflow"."runs" AS run JOIN "sealflow"."blobs" AS blob ON blob."digest" = run."pending_leaf" WHERE run."run_id" = logged."run_id";--> statement-breakpoint
ALTER TABLE "sealflow"."log_entries" ALTER COLUMN "entry" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."log_entries" DROP COLUMN "checkpoint";
