import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BlobSource,
  connectServices,
  downloadBlob,
  type QueryWriteStatusResponse__Output,
  type ServiceClients,
  unary,
  uploadBlob,
} from '#contracts';
import { freePort } from '#loopback';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { Replica } from '../support/replica.js';
import { StalledSource } from '../support/stalled-source.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
/** What is received is said to be kept every so often. */
const COMMIT_BYTES = 32 * MIB;
const TRANSFER = { deadlineMs: 120_000, patienceMs: 60_000 };

/** One orchestrator as a process, no worker: blobs need none. */
describe('kill -9 of the orchestrator in the middle of a large upload', () => {
  let home: string;
  let postgres: EmbeddedPostgres;
  let orchestrator: Replica;
  let services: ServiceClients;
  let blobFolder: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'sealflow-upload-'));
    chmodSync(home, 0o755);
    const installation = Installation.open(home);
    installation.keys.renew(Date.now());
    blobFolder = join(home, 'blobs');
    postgres = new EmbeddedPostgres(join(home, 'postgres'));
    const databaseUrl = await postgres.start();
    const address = `127.0.0.1:${await freePort()}`;
    orchestrator = new Replica(
      { home, installation, databaseUrl: () => databaseUrl },
      'orchestrator-0',
      address,
    );
    await orchestrator.start();
    services = connectServices(address, { bearer: installation.keys.read('tenant') ?? '' });
  });
  afterAll(async () => {
    services.close();
    await orchestrator.kill();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const statusOf = ({ digest }: BlobSource) =>
    unary<QueryWriteStatusResponse__Output>(
      (options, callback) => services.blob.queryWriteStatus({ digest }, options, callback),
      { deadlineMs: 30_000 },
    );

  async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: postgres.url() });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Files of the folder, each with its size. */
  function files(): Map<string, number> {
    const found = readdirSync(blobFolder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== 'folder-id',
    );
    return new Map(found.map(({ name, parentPath }) => [name, statSync(join(parentPath, name)).size]));
  }

  async function named(): Promise<string[]> {
    const rows = await query<{ file: string }>(
      `select segment ->> 'file' as file from (
         select segments from sealflow.large_blobs union all select segments from sealflow.blob_uploads
       ) blob, jsonb_array_elements(blob.segments) segment`,
    );
    return rows.map(({ file }) => file).sort();
  }

  /** Sends until the source stalls, and gives the service time for what `kept` waits for; then the process is gone. */
  async function killedUnder(source: StalledSource, kept: () => Promise<boolean>): Promise<void> {
    const sending = new AbortController();
    const upload = uploadBlob(services.blob, source, { ...TRANSFER, signal: sending.signal }).catch(
      (error: unknown) => error,
    );
    await until('the service keeps what the test waits for', kept, 60_000);
    await orchestrator.kill('SIGKILL');
    sending.abort(new Error('the caller went away as well'));
    await upload;
    await startAgain();
  }

  /** The way to it was down: the client takes its time before it tries again. */
  async function startAgain(): Promise<void> {
    await orchestrator.start();
    await until('the client found it again', () =>
      statusOf(large).then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ reason: 'UNAVAILABLE' });
          return false;
        },
      ),
    );
  }

  async function digestOfDownload({ digest }: BlobSource): Promise<string> {
    const hash = createHash('sha256');
    for await (const bytes of downloadBlob(services.blob, digest, TRANSFER)) hash.update(bytes);
    return `sha256:${hash.digest('hex')}`;
  }

  const large = new StalledSource('a model', 80 * MIB, 72 * MIB);
  const young = new StalledSource('a page', 24 * MIB, 20 * MIB);

  it('keeps what it said to keep: the next process goes on there, and the whole has its digest', async () => {
    await killedUnder(large, async () => Number((await statusOf(large)).committedSize) >= COMMIT_BYTES);
    const status = await statusOf(large);
    const committed = Number(status.committedSize);
    expect(status.complete).toBe(false);
    expect(committed).toBeGreaterThanOrEqual(COMMIT_BYTES);
    expect(committed).toBeLessThan(large.size);
    large.release();
    await uploadBlob(services.blob, large, TRANSFER);
    expect(large.begun).toEqual([0, committed]);
    expect(await statusOf(large)).toMatchObject({ complete: true, committedSize: String(large.size) });
    expect(await digestOfDownload(large)).toBe(large.digest);
  });

  it('before anything was said to be kept: the upload begins again, and no byte of the first one counts', async () => {
    const before = new Set(files().keys());
    const written = () => [...files()].some(([file, size]) => !before.has(file) && size > 8 * MIB);
    await killedUnder(young, async () => written());
    expect(await statusOf(young)).toMatchObject({ complete: false, committedSize: '0' });
    young.release();
    await uploadBlob(services.blob, young, TRANSFER);
    expect(young.begun).toEqual([0, 0]);
    expect(await digestOfDownload(young)).toBe(young.digest);
  });

  it('leaves no file that nobody names, once the sweep has been there', async () => {
    const lying = [...files().keys()];
    expect(lying.length).toBeGreaterThan((await named()).length);
    const past = new Date(Date.now() - 2 * 3_600_000);
    for (const file of lying) utimesSync(join(blobFolder, file.slice(0, 2), file), past, past);
    // A process that starts looks at once.
    await orchestrator.kill('SIGKILL');
    await startAgain();
    const kept = await named();
    await until('only files with a name are left', () => files().size === kept.length, 60_000);
    expect([...files().keys()].sort()).toEqual(kept);
    expect(await digestOfDownload(large)).toBe(large.digest);
    expect(await digestOfDownload(young)).toBe(young.digest);
  });

  it('counts each blob once for its tenant', async () => {
    const [row] = await query<{ bytes: string }>(
      'select sum(bytes)::text as bytes from sealflow.tenant_storage',
    );
    expect(Number(row?.bytes)).toBe(large.size + young.size);
  });
});
