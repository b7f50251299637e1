import { beforeAll, describe, expect, it } from 'vitest';
import { builtinText } from '#workflow';
import { runOf, settled, suite } from '../suite.js';

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

async function read(
  path: string,
  keyOf: 'tenant' | 'worker' | 'operator' | null = 'tenant',
): Promise<Answer> {
  const { address, installation } = suite().stack;
  const key = keyOf === null ? null : installation.keys.read(keyOf);
  const answer = await fetch(`${address.http}/v1/${path}`, {
    signal: AbortSignal.timeout(5_000),
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  });
  const text = await answer.text();
  suite().said.push(text);
  return { status: answer.status, type: answer.headers.get('content-type'), body: JSON.parse(text) };
}

/** The side of the API that a console reads. */
export function readApi(): void {
  beforeAll(settled);

  describe('over HTTP', () => {
    it('a run is what gRPC says of it', async () => {
      const { handle } = runOf('approved');
      const { status, type, body } = await read(handle.name);
      expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
      const { etag, bundle, workflow } = await handle.get();
      expect(body).toMatchObject({ name: handle.name, state: 'RUN_STATE_SUCCEEDED', etag, bundle, workflow });
      expect(body['createTime']).toMatch(/^\d{4}-\d\d-\d\dT/);
    });

    it('lists have the filters, orders and tokens of gRPC', async () => {
      const filter = encodeURIComponent('state = SUCCEEDED');
      const first = await read(`tenants/demo/runs?filter=${filter}&pageSize=1`);
      expect(first.body['runs']).toHaveLength(1);
      const next = await read(
        `tenants/demo/runs?filter=${filter}&pageToken=${String(first.body['nextPageToken'])}`,
      );
      expect(next.status).toBe(200);
      const foreign = await read(`tenants/demo/runs?pageToken=${String(first.body['nextPageToken'])}`);
      expect(foreign).toMatchObject({ status: 400, body: { reason: 'INVALID_REQUEST' } });
      const bundles = await read(`tenants/demo/bundles?filter=${filter}`);
      expect(JSON.stringify(bundles.body)).toContain(runOf('approved').handle.name);
      expect((await read('workers')).body['workers']).toHaveLength(3);
    });

    it('workflows and their revisions are read too', async () => {
      const stored = await suite().client.workflows.create(
        builtinText('ledger-open').replace(/^name: .*$/m, 'name: ledger-on-http'),
      );
      const path = 'tenants/demo/workflows';
      const filter = encodeURIComponent('workflow = "ledger-on-http"');
      expect((await read(`${path}?filter=${filter}`)).body['workflows']).toMatchObject([
        { name: `${path}/ledger-on-http`, currentRevision: stored.revision },
      ]);
      expect((await read(`${path}/ledger-on-http`)).body).toMatchObject({ revisionCount: 1 });
      const { body } = await read(`${path}/ledger-on-http/revisions`);
      expect(body['revisions']).toMatchObject([{ name: stored.revision, digest: stored.digest }]);
      const revision = await read(`${path}/ledger-on-http/revisions/current`);
      expect(Buffer.from(String(revision.body['definition']), 'base64').toString()).toBe(stored.definition);
    });

    it('ledgers, usage and who read which evidence are what gRPC says of them', async () => {
      const { parties } = suite();
      const ledger = `tenants/demo/ledgers/${parties.ledger}`;
      const head = (await read(ledger)).body;
      expect(head).toMatchObject({ name: ledger, receipt: expect.stringMatching(/^sha256:/) });
      const { body } = await read(
        `${ledger}/entries?orderBy=${encodeURIComponent('version desc')}&pageSize=1`,
      );
      expect(body['entries']).toMatchObject([{ version: head['version'], receipt: head['receipt'] }]);
      expect((await read('tenants/demo/usage')).body).toMatchObject({ quota: { etag: expect.any(String) } });
      const [day] = (await read('tenants/demo/usage/days')).body['days'] as { runs: string }[];
      expect(Number(day?.runs)).toBeGreaterThan(0);
      const { name } = runOf('approved').handle;
      const accesses = await read(`tenants/demo/evidenceAccesses?run=${name}&pageSize=5`);
      expect(accesses).toMatchObject({ status: 200, body: { nextPageToken: expect.any(String) } });
    });

    it('tenants and keys are read by an operator, without a secret', async () => {
      const tenants = await read('tenants', 'operator');
      expect(JSON.stringify(tenants.body['tenants'])).toContain('tenants/demo');
      const keys = await read('tenants/demo/apiKeys', 'operator');
      expect(JSON.stringify(keys.body['keys'])).toContain('tenants/demo/apiKeys/');
      expect(JSON.stringify((await read('apiKeys', 'operator')).body['keys'])).toContain(
        '"roles":["operator"]',
      );
      expect(Object.keys((keys.body['keys'] as object[])[0] ?? {})).not.toContain('secret');
      expect(await read('tenants/demo/apiKeys')).toMatchObject({ status: 403 });
    });

    it.each<[string, number, string]>([
      ['tenants/demo/ledgers/nobody', 404, 'NOT_FOUND'],
      ['tenants/demo/usage/days?filter=x', 400, 'INVALID_REQUEST'],
      ['tenants/demo/usage/days?pageToken=x', 400, 'INVALID_REQUEST'],
      ['tenants/demo/evidenceAccesses?run=runs', 400, 'INVALID_REQUEST'],
      ['tenants/demo/evidenceAccesses?run=a&run=b', 400, 'INVALID_REQUEST'],
      ['tenants/globex/ledgers/eur', 404, 'TENANT_MISMATCH'],
      ['tenants/globex/usage', 404, 'TENANT_MISMATCH'],
      ['tenants', 403, 'ROLE_MISSING'],
      ['tenants/demo/workflows/nobody', 404, 'NOT_FOUND'],
      ['tenants/demo/workflows/nobody/revisions/v0', 400, 'INVALID_REQUEST'],
      ['tenants/globex/workflows', 404, 'TENANT_MISMATCH'],
      ['tenants/demo/runs?filter=x', 400, 'INVALID_REQUEST'],
      ['tenants/demo/runs?pageSize=-1', 400, 'INVALID_REQUEST'],
      ['tenants/demo/runs?pageSize=1&pageSize=2', 400, 'INVALID_REQUEST'],
      ['tenants/demo/runs?page_size=1', 400, 'INVALID_REQUEST'],
      ['tenants/demo/runs/x', 400, 'INVALID_REQUEST'],
      ['tenants/demo/runs/01JD0000000000000000000000', 404, 'NOT_FOUND'],
      ['tenants/globex/runs', 404, 'TENANT_MISMATCH'],
      ['tenants/%67lobex/runs', 404, 'NOT_FOUND'],
      ['tenants/demo/secrets', 404, 'NOT_FOUND'],
    ])('%s is the problem %i %s', async (path, status, reason) => {
      expect(await read(path)).toMatchObject({
        status,
        type: expect.stringContaining('application/problem+json'),
        body: { status, title: reason, domain: 'sealflow.dev' },
      });
    });

    it('nothing is read without a credential, nor with one of another role', async () => {
      expect(await read('tenants/demo/runs', null)).toMatchObject({ status: 401 });
      expect((await read('tenants/demo/runs', 'worker')).status).toBeGreaterThanOrEqual(403);
    });
  });
}
