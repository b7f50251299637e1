import { Metadata } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf, leafHash, parseJsonStrict, ulid } from '#canonical';
import {
  type GetBundleResponse__Output,
  type GetLogProofResponse__Output,
  type ListEvidenceAccessRequest,
  type ListEvidenceAccessResponse__Output,
  unary,
} from '#contracts';
import { leafEntry, logPolicyOf, parseLogProof, verifyLogProof } from '#evidence';
import { until } from '../../support/until.js';
import { refused } from '../refused.js';
import { runOf, settled, suite } from '../suite.js';

const DEADLINE = { deadlineMs: 5_000 };
const nobody = `tenants/demo/runs/${ulid(0, new Uint8Array(10))}`;
const nameOf = (run: 'approved' | 'declined' | 'reviewed'): string => `tenants/demo/runs/${runOf(run).runId}`;

function getBundle(run: string, metadata = new Metadata()) {
  const { evidence } = suite().client.services;
  return unary<GetBundleResponse__Output>(
    (options, callback) => evidence.getBundle({ run }, metadata, options, callback),
    DEADLINE,
  );
}

function getLogProof(run: string) {
  const { evidence } = suite().client.services;
  return unary<GetLogProofResponse__Output>(
    (options, callback) => evidence.getLogProof({ run }, options, callback),
    DEADLINE,
  );
}

function listAccess(request: ListEvidenceAccessRequest) {
  const { evidence } = suite().client.services;
  return unary<ListEvidenceAccessResponse__Output>(
    (options, callback) =>
      evidence.listEvidenceAccess({ parent: 'tenants/demo', ...request }, options, callback),
    DEADLINE,
  );
}

/** Whoever asks for evidence leaves a record in the log that the evidence is in. */
export function evidenceAccess(): void {
  beforeAll(settled);

  describe.each([
    ['a bundle', getBundle],
    ['a proof of the log', getLogProof],
  ])('%s', (_what, get) => {
    it.each(['', 'runs/1', 'tenants/demo/runs/1', 'tenants/demo'])('is of no run %j', async (name) => {
      await refused('INVALID_REQUEST', () => get(name));
    });

    it('of a run that is not there, or of another tenant, is not there', async () => {
      await refused('NOT_FOUND', () => get(nobody));
      await refused('TENANT_MISMATCH', () => get(nameOf('approved').replace('/demo/', '/globex/')));
    });

    it('of a run that goes on is not made yet', async () => {
      const error = await refused('RUN_NOT_FINISHED', () => get(nameOf('reviewed')));
      expect(error.message).toContain('its bundle is made when it ends');
    });
  });

  describe('the list of accesses', () => {
    it.each<[string, () => ListEvidenceAccessRequest]>([
      ['without a tenant', () => ({ parent: '' })],
      ['of a run that is named wrongly', () => ({ run: 'runs/1' })],
      ['of a run of another tenant', () => ({ run: nameOf('approved').replace('/demo/', '/globex/') })],
      ['with a page of less than nothing', () => ({ pageSize: -1 })],
      ['after a page that nobody was given', () => ({ pageToken: 'more' })],
    ])('%s is refused', async (_what, request) => {
      await refused('INVALID_REQUEST', () => listAccess(request()));
    });

    it('of another tenant is not there', async () => {
      await refused('TENANT_MISMATCH', () => listAccess({ parent: 'tenants/globex' }));
    });

    it('names who asked by its key, and whom it named behind it', async () => {
      const run = nameOf('declined');
      const named = new Metadata();
      named.set('sealflow-actor', 'auditor@example.com');
      await getBundle(run, named);
      const forged = new Metadata();
      forged.set('sealflow-actor', 'an auditor, or so they say');
      await getBundle(run, forged);
      const { accesses } = await listAccess({ run, pageSize: 2 });
      expect(accesses.map(({ actor }) => actor)).toEqual([
        expect.stringMatching(/^key:[0-9a-f]{16}$/),
        expect.stringMatching(/^key:[0-9a-f]{16} declared:auditor@example\.com$/),
      ]);
    });

    it('shows each access once over its pages, newest first', async () => {
      const whole = (await listAccess({ pageSize: 100 })).accesses.map(({ record }) => digestOf(record));
      const paged: string[] = [];
      for (let pageToken = ''; paged.length < whole.length; ) {
        const page = await listAccess({ pageSize: 2, pageToken });
        paged.push(...page.accesses.map(({ record }) => digestOf(record)));
        pageToken = page.nextPageToken;
        if (pageToken === '') break;
      }
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(paged.length);
    });

    it('has records whose leaves are in the log, and say nothing to who does not have the record', async () => {
      const run = nameOf('approved');
      await getLogProof(run);
      const access = await until('the access has its place', async () => {
        const [newest] = (await listAccess({ run, pageSize: 1 })).accesses;
        return newest?.action === 'get-log-proof' && newest.leafIndex !== undefined ? newest : null;
      });
      const [row] = await suite().stack.query<{ entry: Buffer }>(
        `select entry from sealflow.log_entries where index = ${Number(access.leafIndex)}`,
      );
      const leaf = Buffer.from(leafEntry(digestOf(access.record)));
      expect(row?.entry.equals(leaf)).toBe(true);
      expect(parseJsonStrict(access.record)).toMatchObject({
        action: 'get-log-proof',
        run: runOf('approved').runId,
      });
      expect(leaf.includes(runOf('approved').runId)).toBe(false);
    });
  });

  it('proves a run under the newest checkpoint, after the log has grown', async () => {
    const { proof: text, leaf, origin } = await getLogProof(nameOf('approved'));
    const proof = parseLogProof(text);
    const trust = suite().stack.trust;
    expect(origin).toBe(trust.log.origin);
    const verdict = verifyLogProof({ proof, leafHash: leafHash(leaf), policy: logPolicyOf(trust) });
    expect([verdict.log.reason, verdict.inclusion.reason]).toEqual([null, null]);
    const [row] = await suite().stack.query<{ size: number }>(
      'select max(size)::int as size from sealflow.log_checkpoints',
    );
    expect(proof.checkpoint.size).toBeLessThanOrEqual(row?.size ?? 0);
    expect(proof.checkpoint.size).toBeGreaterThan(proof.index);
  });
}
