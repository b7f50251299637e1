import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCheckpoint, parseNote } from '#evidence';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import {
  databaseAt,
  fillOld,
  migrationJournal,
  oldTenants,
  runOf,
} from '../../apps/orchestrator/src/database/old-schema.fixture.js';
import { SigningKey } from '../../apps/orchestrator/src/evidence/signing-key.js';
import { Replica } from '../support/replica.js';

const ORIGIN = 'sealflow.local/log';
const olderSchemas = migrationJournal()
  .entries.map((_, at) => at + 1)
  .slice(0, -1);

describe('an orchestrator of this release', () => {
  let home: string;
  let installation: Installation;
  let postgres: EmbeddedPostgres;
  let server: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'sealflow-upgrades-'));
    installation = Installation.open(home);
    installation.keys.renew(Date.now());
    postgres = new EmbeddedPostgres(installation.postgresHome);
    server = await postgres.start();
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(installation.postgresHome, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  });

  it.each(olderSchemas)('starts on a database with schema %i and serves what is in it', async (count) => {
    const databaseUrl = await databaseAt(server, count, `schema_${count}`);
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await fillOld(client, { origin: ORIGIN, seed: SigningKey.load(home).seed });
    await client.end();
    const replica = new Replica({ home, installation, databaseUrl: () => databaseUrl }, `of-schema-${count}`);
    await replica.start();
    try {
      const operator = installation.keys.read('operator') ?? undefined;
      for (const tenant of oldTenants) {
        const key = await tenantKey(replica.grpcAddress, operator, tenant, everyTenantRole);
        const answer = await fetch(`${replica.http}/v1/tenants/${tenant}/runs`, {
          headers: { authorization: `Bearer ${key}` },
        });
        expect(await answer.json()).toMatchObject({
          runs: [
            {
              name: `tenants/${tenant}/runs/${runOf(tenant)}`,
              state: 'RUN_STATE_SUCCEEDED',
              workflow: `workflow-of-${tenant}`,
            },
          ],
        });
      }
      const note = parseNote(await (await fetch(`${replica.http}/log/checkpoint`)).text());
      expect(parseCheckpoint(note.text)).toMatchObject({ origin: ORIGIN, size: oldTenants.length });
      const tile = await fetch(`${replica.http}/log/tile/0/000.p/${oldTenants.length}`);
      expect(tile.status).toBe(200);
    } finally {
      await replica.kill('SIGTERM');
    }
  });
});
