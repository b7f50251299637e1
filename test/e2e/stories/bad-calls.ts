import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf, toHex, utf8 } from '#canonical';
import {
  BLOB_CHUNK_BYTES,
  type GetLedgerResponse__Output,
  type GetRunResponse__Output,
  type GetWorkerOffersRequest,
  type GetWorkerOffersResponse__Output,
  type ListLedgerEntriesResponse__Output,
  type ListRunsRequest,
  type ListRunsResponse__Output,
  readBlob,
  type StatBlobResponse__Output,
  serverStream,
  unary,
  type WriteBlobRequest,
  type WriteBlobResponse__Output,
  writeBlob,
} from '#contracts';
import { refused } from '../refused.js';
import { runOf, settled, suite } from '../suite.js';

const DEADLINE = { deadlineMs: 5_000 };
const random = (n: number): Buffer => randomBytes(n);

function getRun(name: string) {
  const { run } = suite().client.services;
  return unary<GetRunResponse__Output>(
    (options, callback) => run.getRun({ name }, options, callback),
    DEADLINE,
  );
}

function listRuns(request: ListRunsRequest) {
  const { run } = suite().client.services;
  return unary<ListRunsResponse__Output>(
    (options, callback) => run.listRuns({ parent: 'tenants/demo', ...request }, options, callback),
    DEADLINE,
  );
}

function offers(request: GetWorkerOffersRequest) {
  const { client } = suite();
  const asked = {
    operation: 'document.extract',
    nonce: random(32),
    offersMax: 1,
    policy: client.policyDigest,
    ...request,
  };
  return unary<GetWorkerOffersResponse__Output>(
    (options, callback) => client.services.attestation.getWorkerOffers(asked, options, callback),
    DEADLINE,
  );
}

/** Sends chunks as they are given, which the client of this repository would never do. */
function send(chunks: readonly WriteBlobRequest[]): Promise<WriteBlobResponse__Output> {
  const { blob } = suite().client.services;
  return unary<WriteBlobResponse__Output>((options, callback) => {
    const call = blob.writeBlob(options, callback);
    for (const chunk of chunks) call.write(chunk);
    call.end();
    return call;
  }, DEADLINE);
}

async function read(digest: string, offset: string): Promise<Buffer> {
  const { blob } = suite().client.services;
  const chunks: Buffer[] = [];
  for await (const { data } of serverStream(
    (options) => blob.readBlob({ digest, offset }, options),
    DEADLINE,
  )) {
    chunks.push(data);
  }
  return Buffer.concat(chunks);
}

/** Calls that a client of this repository would not make. */
export function badCalls(): void {
  beforeAll(settled);

  describe('a name', () => {
    it.each([
      '',
      'runs/1',
      'tenants/demo/runs/1',
      'tenants/demo/runs/01jd0000000000000000000000',
      'tenants/../runs/01JD0000000000000000000000',
      `tenants/demo/runs/${'0'.repeat(27)}`,
    ])('is not %j', async (name) => {
      await refused('INVALID_REQUEST', () => getRun(name));
    });

    it('of a run that is not there, and of a run of another tenant, cannot be told apart', async () => {
      const missing = await refused('TENANT_MISMATCH', () =>
        getRun('tenants/globex/runs/01JD0000000000000000000000'),
      );
      const foreign = await refused('TENANT_MISMATCH', () =>
        getRun(`tenants/globex/runs/${runOf('approved').runId}`),
      );
      const blank = (text: string) => text.replace(/[0-9A-Z]{26}/, 'ID');
      expect(blank(foreign.message)).toBe(blank(missing.message));
    });

    it('of a ledger that is not there is refused', async () => {
      const { ledger } = suite().client.services;
      await refused('NOT_FOUND', () =>
        unary<GetLedgerResponse__Output>(
          (options, callback) => ledger.getLedger({ name: 'tenants/demo/ledgers/nobody' }, options, callback),
          DEADLINE,
        ),
      );
    });
  });

  describe('a page', () => {
    it('of more than there may be is cut, not refused', async () => {
      const { runs } = await listRuns({ pageSize: 2_147_483_647 });
      expect(runs.length).toBeGreaterThanOrEqual(5);
      expect(runs.length).toBeLessThanOrEqual(100);
    });

    it('of less than nothing is refused', async () => {
      await refused('INVALID_REQUEST', () => listRuns({ pageSize: -1 }));
    });

    it('after the other shows every run once, newest first', async () => {
      const all = (await listRuns({ pageSize: 100 })).runs.map(({ name }) => name);
      const seen: string[] = [];
      let pageToken = '';
      do {
        const page = await listRuns({ pageSize: 2, pageToken });
        seen.push(...page.runs.map(({ name }) => name));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(seen).toEqual(all);
    });

    it('shows nothing of another tenant', async () => {
      await refused('TENANT_MISMATCH', () => listRuns({ parent: 'tenants/globex' }));
    });

    it.each([
      'x',
      '-1',
      'NaN',
      '1e3',
      '0x10',
      '1.01JD0000000000000000000000; drop',
      '99999999999999999999',
      ' ',
    ])('after %j, which is no token, is refused', async (pageToken) => {
      await refused('INVALID_REQUEST', () => listRuns({ pageToken }));
      const { ledger } = suite().client.services;
      const parent = `tenants/demo/ledgers/${suite().parties.ledger}`;
      await refused('INVALID_REQUEST', () =>
        unary<ListLedgerEntriesResponse__Output>(
          (options, callback) => ledger.listLedgerEntries({ parent, pageToken }, options, callback),
          DEADLINE,
        ),
      );
    });
  });

  describe('a question for evidence', () => {
    it.each<[what: string, reason: string, request: GetWorkerOffersRequest]>([
      ['with a nonce of 31 bytes', 'INVALID_REQUEST', { nonce: Buffer.alloc(31) }],
      ['without a nonce', 'INVALID_REQUEST', { nonce: Buffer.alloc(0) }],
      ['without a policy', 'INVALID_REQUEST', { policy: '' }],
      ['under a policy that is no digest', 'INVALID_REQUEST', { policy: 'sha256:xyz' }],
      ['for no operation', 'INVALID_REQUEST', { operation: '' }],
      ['for an operation of a megabyte', 'INVALID_REQUEST', { operation: 'x'.repeat(1_000_000) }],
      ['for less than no worker', 'INVALID_REQUEST', { offersMax: -1 }],
      ['for an operation that nobody offers', 'WORKER_CAPACITY', { operation: 'document.translate' }],
    ])('%s is refused at once', async (_what, reason, request) => {
      const startMs = performance.now();
      await refused(reason, () => offers(request));
      expect(performance.now() - startMs).toBeLessThan(2_000);
    });
  });

  describe('writing a blob', () => {
    const bytes = Buffer.from('some bytes');
    const digest = digestOf(bytes);

    it.each<[what: string, reason: string, chunks: readonly WriteBlobRequest[]]>([
      ['under another digest', 'BLOB_DIGEST_MISMATCH', [{ digest: digestOf(utf8('other')), data: bytes }]],
      ['under no digest', 'INVALID_REQUEST', [{ data: bytes }]],
      ['under a digest that is none', 'INVALID_REQUEST', [{ digest: 'md5:00', data: bytes }]],
      ['of more bytes than it announced', 'INVALID_REQUEST', [{ digest, size: '3', data: bytes }]],
      ['of fewer bytes than it announced', 'INVALID_REQUEST', [{ digest, size: '30', data: bytes }]],
      ['of a size that is no number', 'INVALID_REQUEST', [{ digest, size: 'NaN', data: bytes }]],
      ['of less than no bytes', 'INVALID_REQUEST', [{ digest, size: '-1', data: bytes }]],
      ['that announces too much', 'BLOB_TOO_LARGE', [{ digest, size: '100000000000000', data: bytes }]],
      ['that goes on where nothing is kept', 'BLOB_OFFSET_MISMATCH', [{ digest, offset: '4', data: bytes }]],
      ['that goes on before its beginning', 'INVALID_REQUEST', [{ digest, offset: '-4', data: bytes }]],
      ['of no chunk', 'INVALID_REQUEST', []],
    ])('%s is refused', async (_what, reason, chunks) => {
      await refused(reason, () => send(chunks));
    });

    it('of more than a run reads says its size first, or is refused', async () => {
      const chunks = Array.from({ length: 5 }, () => random(2 * 1024 * 1024));
      const whole = digestOf(Buffer.concat(chunks));
      const error = await refused('BLOB_TOO_LARGE', () =>
        send(chunks.map((data, index) => (index === 0 ? { digest: whole, data } : { data }))),
      );
      expect(error.facts).toMatchObject({ limit: 'smallBlobBytesMax', max: '8388608' });
    });

    it('of a first half that never ends leaves nothing', async () => {
      const before = await suite().stack.query('select count(*) from sealflow.blobs');
      const { blob } = suite().client.services;
      await new Promise<void>((resolve) => {
        const call = blob.writeBlob({ deadline: Date.now() + 5_000 }, () => resolve());
        call.write({ digest, size: '20', data: bytes });
        setTimeout(() => call.cancel(), 50);
      });
      expect(await suite().stack.query('select count(*) from sealflow.blobs')).toEqual(before);
    });
  });

  describe('reading a blob', () => {
    const bytes = random(BLOB_CHUNK_BYTES + 100);
    const digest = digestOf(bytes);

    beforeAll(() => writeBlob(suite().client.services.blob, digest, bytes, DEADLINE));

    it.each([
      ['', 0],
      ['0', 0],
      ['7', 7],
      [String(BLOB_CHUNK_BYTES), BLOB_CHUNK_BYTES],
      [String(bytes.length), bytes.length],
    ])('from %j gives what follows', async (offset, from) => {
      expect(toHex(await read(digest, offset))).toBe(bytes.subarray(from).toString('hex'));
    });

    it.each([
      '-1',
      'NaN',
      'Infinity',
      '1e3',
      '0x1',
      '1.5',
      ' 1',
      String(bytes.length + 1),
      '99999999999999999999',
    ])('from %j is refused', async (offset) => {
      await refused('INVALID_REQUEST', () => read(digest, offset));
    });

    it('that is not there, or that has no digest, is refused', async () => {
      const { blob } = suite().client.services;
      await refused('NOT_FOUND', () =>
        readBlob(blob, digestOf(utf8('nobody')), { ...DEADLINE, bytesMax: 10 }),
      );
      await refused('INVALID_REQUEST', () =>
        readBlob(blob, 'x'.repeat(100_000), { ...DEADLINE, bytesMax: 10 }),
      );
      for (const [text, reason] of [
        [digestOf(utf8('nobody')), 'NOT_FOUND'],
        ['x'.repeat(100_000), 'INVALID_REQUEST'],
      ] as const) {
        await refused(reason, () =>
          unary<StatBlobResponse__Output>(
            (options, callback) => blob.statBlob({ digest: text }, options, callback),
            DEADLINE,
          ),
        );
      }
    });
  });
}
