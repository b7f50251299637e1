CREATE TABLE "sealflow"."fenced_workers" (
	"sign_key" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."replicas" (
	"executor_id" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealflow"."worker_sessions" (
	"boot_id" text NOT NULL,
	"executor_id" text NOT NULL,
	"worker_id" text NOT NULL,
	"seal_key_id" text NOT NULL,
	CONSTRAINT "worker_sessions_boot_id_executor_id_pk" PRIMARY KEY("boot_id","executor_id")
);
