CREATE TABLE "sealflow"."worker_keys" (
	"worker_id" text PRIMARY KEY NOT NULL,
	"sign_key" text NOT NULL,
	"boot_id" text NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
