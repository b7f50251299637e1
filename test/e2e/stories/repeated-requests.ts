import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, parseJsonStrict } from '#canonical';
import type { PreparedRun } from '#client';
import type { CreateRunRequest } from '#contracts';
import { parseRootPredicate, readContainer, rootDigest, rootPredicateType, statementOf } from '#evidence';
import { inputsOf } from '../../../apps/cli/src/demo/application.js';
import { planBuiltin, prepareRun } from '../../../apps/cli/src/demo/credit-run.js';
import { refused } from '../refused.js';
import { applicationOf, runOf, settled, suite } from '../suite.js';

function rootOf(bundle: Uint8Array) {
  const document = parseJsonStrict(bundle);
  if (!isJsonObject(document)) throw new Error('no bundle');
  return parseRootPredicate(statementOf(readContainer(document).root, rootPredicateType).predicate);
}

type Change = (other: PreparedRun) => Partial<CreateRunRequest>;

const seconds = (ms: number) => ({ seconds: String(Math.floor(ms / 1000)), nanos: 0 });

let prepared: PreparedRun;

/** The same request again, and requests that look like one that was there before. */
export function repeatedRequests(): void {
  beforeAll(async () => {
    await settled();
    const { client, plans } = suite();
    prepared = await prepareRun(client, plans.credit, inputsOf(applicationOf('approved')));
  });

  describe('a plan', () => {
    it('that two tenants asked for serves both', async () => {
      const { stack, parties, charter } = suite();
      const globex = stack.client('globex');
      const planned = await planBuiltin(globex, 'ledger-open', { open: { ledger: parties.ledger } });
      expect(planned.digest).toBe(suite().plans.ledgerOpen.digest);
      const request = (await prepareRun(globex, planned, { charter })).request;
      const { run } = await globex.createRaw({ ...request, validateOnly: true });
      expect(run).toBeNull();
    });
  });

  describe('a run that amends another', () => {
    it.each<[what: string, reason: string, name: () => string]>([
      ['that is no name', 'INVALID_REQUEST', () => 'declined'],
      ['of another tenant', 'INVALID_REQUEST', () => `tenants/globex/runs/${runOf('declined').runId}`],
      ['that is not there', 'NOT_FOUND', () => 'tenants/demo/runs/01JD0000000000000000000000'],
      ['that has not ended', 'RUN_NOT_FINISHED', () => runOf('reviewed').handle.name],
      ['that is itself', 'INVALID_REQUEST', () => `tenants/demo/runs/${prepared.runId}`],
    ])('%s is refused', async (_what, reason, name) => {
      await refused(reason, () =>
        suite().client.createRaw({ ...prepared.request, previousRun: name(), requestId: randomUUID() }),
      );
    });

    it('names the evidence of it in its own, and each lists the models that ran', async () => {
      const { client, plans } = suite();
      const again = await prepareRun(client, plans.credit, inputsOf(applicationOf('declined')));
      const previousRun = runOf('declined').handle.name;
      const handle = await client.create({ ...again, request: { ...again.request, previousRun } });
      await expect(handle.wait()).resolves.toMatchObject({ state: 'RUN_STATE_REJECTED', previousRun });
      const root = rootOf(await handle.bundle());
      expect(root.previousRun).toBe(rootDigest(await runOf('declined').handle.bundle()));
      expect(root.models).toEqual([
        {
          name: 'statement-reader',
          version: expect.stringMatching(/^[0-9a-f]{12}$/),
          weightsDigest: expect.stringMatching(/^sha256:/),
          cardDigest: expect.stringMatching(/^sha256:/),
        },
      ]);
      await expect(handle.verify()).resolves.toMatchObject({ outcome: 'verified' });
    });
  });

  describe('a request that is sent again', () => {
    it('is the same run, whatever became of it', async () => {
      const { request } = runOf('approved').prepared;
      const { run } = await suite().client.createRaw(request);
      expect(run).toMatchObject({ name: runOf('approved').handle.name, state: 'RUN_STATE_SUCCEEDED' });
    });

    it.each<[what: string, change: Change]>([
      ['other inputs', (other) => ({ inputs: other.inputs.map((input) => ({ ...input })) })],
      ['another run id', (other) => ({ runId: other.runId })],
      ['another key', () => ({ clientSealKey: randomBytes(32) })],
      ['a later deadline', () => ({ deadline: seconds(Date.now() + 7_200_000) })],
      ['a cap', () => ({ costMicrosMax: '999999999' })],
      ['other offers', () => ({ offers: [] })],
      ['a run before it', () => ({ previousRun: runOf('declined').handle.name })],
    ])('with %s is refused', async (_what, change) => {
      const { request } = runOf('approved').prepared;
      const error = await refused('REQUEST_ID_REUSED', () =>
        suite().client.createRaw({ ...request, ...change(prepared) }),
      );
      expect(error.facts['run']).toBe(runOf('approved').runId);
    });

    it('under another request id cannot take the id of a run', async () => {
      const { request } = runOf('approved').prepared;
      await refused('REQUEST_ID_REUSED', () =>
        suite().client.createRaw({ ...request, requestId: randomUUID() }),
      );
    });
  });

  describe('a request that is only to be checked', () => {
    it('starts nothing', async () => {
      const { run } = await suite().client.createRaw({ ...prepared.request, validateOnly: true });
      expect(run).toBeNull();
      await expect(
        suite().stack.query('select 1 from sealflow.runs where run_id = $1', [prepared.runId]),
      ).resolves.toEqual([]);
    });

    it('is refused for the same reasons', async () => {
      await refused('LIMIT_EXCEEDED', () =>
        suite().client.createRaw({ ...prepared.request, validateOnly: true, costMicrosMax: '0' }),
      );
    });
  });
}
