CREATE TABLE "sealflow"."requests" (
	"tenant" text NOT NULL,
	"request_id" text NOT NULL,
	"content_digest" text NOT NULL,
	"done" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "requests_tenant_request_id_pk" PRIMARY KEY("tenant","request_id")
);
--> statement-breakpoint
CREATE INDEX "requests_age" ON "sealflow"."requests" USING btree ("created_at");