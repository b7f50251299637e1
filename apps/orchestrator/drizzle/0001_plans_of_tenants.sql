ALTER TABLE "sealflow"."plans" DROP CONSTRAINT "plans_pkey";--> statement-breakpoint
ALTER TABLE "sealflow"."plans" ADD CONSTRAINT "plans_digest_tenant_pk" PRIMARY KEY("digest","tenant");
