CREATE TABLE "sealflow"."offer_answers" (
	"id" text NOT NULL,
	"executor_id" text NOT NULL,
	"offers" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "offer_answers_id_executor_id_pk" PRIMARY KEY("id","executor_id")
);
--> statement-breakpoint
CREATE TABLE "sealflow"."offer_questions" (
	"id" text PRIMARY KEY NOT NULL,
	"asked_by" text NOT NULL,
	"operation" text NOT NULL,
	"policy" text NOT NULL,
	"nonce" "bytea" NOT NULL,
	"offers_max" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
-- Rows say who is connected now; every replica writes its own anew when it starts.
DELETE FROM "sealflow"."worker_sessions";--> statement-breakpoint
ALTER TABLE "sealflow"."worker_sessions" ADD COLUMN "sign_key" text NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."worker_sessions" ADD COLUMN "operations" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."worker_sessions" ADD COLUMN "image_digest" text NOT NULL;--> statement-breakpoint
ALTER TABLE "sealflow"."worker_sessions" ADD COLUMN "connected_at" timestamp (3) with time zone NOT NULL;