import { createLogger } from '#telemetry';
import { Database } from './database.js';

/**
 * Brings the schema of `DATABASE_URL` up to date and ends: before a release is rolled out, so that replicas find it
 * done. A replica that starts does the same; a lock lets one of them at a time.
 */
async function main(): Promise<void> {
  const logger = createLogger('migrate');
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '')
    throw new Error('DATABASE_URL: expected the address of a PostgreSQL database, got nothing');
  const database = await Database.open(url);
  await database.close();
  logger.info({}, 'the schema is up to date');
}

main().catch((error: unknown) => {
  createLogger('migrate').fatal(
    { reason: error instanceof Error ? error.message : String(error) },
    'migration failed',
  );
  process.exit(1);
});
