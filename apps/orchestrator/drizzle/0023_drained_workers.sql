CREATE TABLE "sealflow"."drained_workers" (
	"worker_id" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
