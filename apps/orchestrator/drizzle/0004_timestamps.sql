CREATE TABLE "sealflow"."log_timestamps" (
	"size" integer NOT NULL,
	"authority" text NOT NULL,
	"token" "bytea" NOT NULL,
	CONSTRAINT "log_timestamps_size_authority_pk" PRIMARY KEY("size","authority")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."timestamp_queue" (
	"run_id" text PRIMARY KEY NOT NULL,
	"size" integer NOT NULL,
	"held" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "timestamp_queue_size" ON "sealflow"."timestamp_queue" USING btree ("size");