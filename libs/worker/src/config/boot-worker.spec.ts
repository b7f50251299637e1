import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWorkerEnvironment } from './boot-worker.js';

const home = mkdtempSync(join(tmpdir(), 'sealflow-worker-'));
mkdirSync(join(home, 'keys'));
writeFileSync(join(home, 'keys/worker.key'), 'of-the-installation\n');
writeFileSync(join(home, 'mounted.key'), 'of-a-file\n');
const read = (environment: Readonly<Record<string, string>>) =>
  readWorkerEnvironment({ SEALFLOW_HOME: home, ...environment }, 'unnamed');

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('readWorkerEnvironment', () => {
  it('refuses a file of the key that was named and is not there', () => {
    const file = join(home, 'absent.key');
    expect(() => read({ SEALFLOW_WORKER_KEY_FILE: file })).toThrow(
      `SEALFLOW_WORKER_KEY_FILE: expected a file with the key of a worker, got nothing at ${file}`,
    );
  });

  it('takes the key of its variable, then of the file that is named, then of the installation', () => {
    const named = { SEALFLOW_WORKER_KEY_FILE: join(home, 'mounted.key') };
    expect(read({ ...named, SEALFLOW_WORKER_KEY: 'of-a-variable' }).apiKey).toBe('of-a-variable');
    expect(read(named).apiKey).toBe('of-a-file');
    expect(read({}).apiKey).toBe('of-the-installation');
    expect(read({ SEALFLOW_HOME: join(home, 'keys') }).apiKey).toBeUndefined();
  });

  it('reads the site file of its folder, unless another is named', () => {
    expect(read({}).siteFile).toBe(join(home, 'site.json'));
    expect(read({ SEALFLOW_SITE_FILE: '/etc/site.json' }).siteFile).toBe('/etc/site.json');
  });

  it('puts its name into paths of certificates, so that the pods of a set share their variables', () => {
    const { tls } = read({
      SEALFLOW_WORKER_ID: 'pool-3',
      SEALFLOW_TLS_CERT: '/tls/{worker}/tls.crt',
      SEALFLOW_TLS_KEY: '/tls/{worker}/tls.key',
      SEALFLOW_TLS_CA: '/tls/ca.crt',
    });
    expect(JSON.stringify(tls)).toContain('/tls/pool-3/tls.crt');
    expect(JSON.stringify(tls)).toContain('/tls/pool-3/tls.key');
    expect(JSON.stringify(tls)).toContain('/tls/ca.crt');
  });
});
