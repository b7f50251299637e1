import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './apps/orchestrator/src/database/schema.ts',
  out: './apps/orchestrator/drizzle',
  schemaFilter: ['sealflow'],
});
