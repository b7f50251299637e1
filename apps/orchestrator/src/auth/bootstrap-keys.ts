import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '#telemetry';
import type { Database } from '../database/database.js';
import { KeyStore } from './key-store.js';
import { rolesOf } from './principal.js';

/** Beside the keys of the installation; holds no secret, only what the database holds too. */
const FILE = 'bootstrap-keys.json';
const BYTES_MAX = 256 * 1024;

const schema = z.strictObject({
  v: z.literal('sealflow/bootstrap-keys/v1'),
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[0-9a-f]{16}$/),
        /** SHA-256 of the key. */
        digest: z.string().regex(/^[0-9a-f]{64}$/),
        tenant: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)
          .nullable(),
        subject: z.string().min(1).max(128),
        roles: z.array(z.string()),
        expiresAt: z.iso.datetime(),
      }),
    )
    .max(64),
});

export type BootstrapKeys = z.infer<typeof schema>;

/** @throws Error that says what is wrong; a wrong file is not half of a right one */
export function parseBootstrapKeys(text: string): BootstrapKeys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${FILE}: expected JSON`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`${FILE}: ${problems.join('; ')}`);
  }
  for (const { id, roles, tenant } of parsed.data.keys) {
    if (rolesOf(roles, tenant) === null)
      throw new Error(`${FILE}: key ${id}: expected roles of a tenant, or of the platform`);
  }
  return parsed.data;
}

/**
 * The first keys of an installation, from which operators make the others. A key that the database knows already is
 * left as it is, revoked or not.
 */
export async function addBootstrapKeys(home: string, database: Database, logger: Logger): Promise<void> {
  const file = join(home, FILE);
  if (!existsSync(file)) return;
  const bytes = readFileSync(file);
  if (bytes.length > BYTES_MAX)
    throw new Error(`${FILE}: expected at most ${BYTES_MAX} bytes, got ${bytes.length}`);
  const { keys } = parseBootstrapKeys(bytes.toString('utf8'));
  const store = new KeyStore(database.queries);
  for (const { id, digest, tenant, subject, roles, expiresAt } of keys) {
    if (tenant !== null) await store.addTenant(tenant);
    const added = await store.addKey({ id, digest, tenant, subject, roles, expiresAt: new Date(expiresAt) });
    if (added !== undefined)
      logger.info({ key: `sfk_${id}`, tenant, roles }, 'key of the installation added');
  }
}
