import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  fromServiceError,
  type GetBundleResponse__Output,
  type ListBundlesResponse__Output,
  type ListRunsRequest,
  type ListRunsResponse__Output,
  type ListWorkersRequest,
  type ListWorkersResponse__Output,
  serverStream,
  unary,
  type WaitRunRequest,
  type WaitRunResponse__Output,
  type WatchRunResponse__Output,
} from '#contracts';
import { refused } from '../refused.js';
import { runOf, settled, suite } from '../suite.js';

const DEADLINE = { deadlineMs: 10_000 };
const services = () => suite().client.services;

function listRuns(request: ListRunsRequest) {
  return unary<ListRunsResponse__Output>(
    (options, callback) => services().run.listRuns({ parent: 'tenants/demo', ...request }, options, callback),
    DEADLINE,
  );
}

function listBundles(filter: string) {
  const request = { parent: 'tenants/demo', filter };
  return unary<ListBundlesResponse__Output>(
    (options, callback) => services().evidence.listBundles(request, options, callback),
    DEADLINE,
  );
}

function listWorkers(request: ListWorkersRequest) {
  return unary<ListWorkersResponse__Output>(
    (options, callback) => services().attestation.listWorkers(request, options, callback),
    DEADLINE,
  );
}

function waitRun(request: WaitRunRequest) {
  return unary<WaitRunResponse__Output>(
    (options, callback) => services().run.waitRun(request, options, callback),
    DEADLINE,
  );
}

/** A call as the client of this repository never makes it. */
function getRunWithin(deadline?: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = deadline === undefined ? {} : { deadline };
    services().run.getRun({ name: runOf('approved').handle.name }, options, (error, response) => {
      if (error === null) resolve(response);
      else reject(fromServiceError(error));
    });
  });
}

async function firstOf(request: object): Promise<WatchRunResponse__Output | undefined> {
  const stream = serverStream((options) => services().run.watchRun(request, options), DEADLINE);
  const { value } = await stream.next();
  await stream.return();
  return value ?? undefined;
}

/** What holds for every call, whatever it is about. */
export function apiRules(): void {
  beforeAll(settled);

  describe('a call', () => {
    it('without a deadline is refused, and one that may take for ever', async () => {
      await refused('DEADLINE_REQUIRED', () => getRunWithin());
      await refused('DEADLINE_REQUIRED', () => getRunWithin(Date.now() + 24 * 3_600_000));
      await expect(getRunWithin(Date.now() + 10_000)).resolves.toMatchObject({ run: {} });
    });

    it('that streams without a deadline is refused too', async () => {
      await refused('DEADLINE_REQUIRED', async () => {
        const { name } = runOf('approved').handle;
        for await (const _ of serverStream((options) => services().run.watchRun({ name }, options), {}))
          break;
      });
    });

    it('that fails inside says nothing of why', async () => {
      const { stack } = suite();
      await stack.query('alter table sealflow.evidence_access rename to evidence_away');
      try {
        const run = runOf('approved').handle.name;
        const getBundle = unary<GetBundleResponse__Output>(
          (options, callback) => services().evidence.getBundle({ run }, options, callback),
          DEADLINE,
        );
        await expect(getBundle).rejects.toMatchObject({
          reason: 'INTERNAL',
          message: expect.not.stringContaining('evidence'),
          facts: {},
        });
      } finally {
        await stack.query('alter table sealflow.evidence_away rename to evidence_access');
      }
    });
  });

  describe('a list', () => {
    const names = ({ runs }: ListRunsResponse__Output) => runs.map(({ name }) => name);

    it('of runs is asked by state, workflow and time', async () => {
      const rejected = await listRuns({ filter: 'state = REJECTED' });
      expect(names(rejected)).toContain(runOf('declined').handle.name);
      expect(rejected.runs.every(({ state }) => state === 'RUN_STATE_REJECTED')).toBe(true);
      const opening = await listRuns({ filter: 'workflow = "ledger-open"', orderBy: 'create_time' });
      expect(opening.runs.every(({ workflow }) => workflow === 'ledger-open')).toBe(true);
      expect(opening.runs.length).toBeGreaterThan(0);
      expect(names(await listRuns({ filter: 'create_time > "2100-01-01T00:00:00Z"' }))).toEqual([]);
    });

    it.each(['state = WALKING', 'name = x', '(state = FAILED', `reason = "${'x'.repeat(3_000)}"`])(
      'with the filter %j is refused',
      async (filter) => {
        await refused('INVALID_REQUEST', () => listRuns({ filter }));
        await refused('INVALID_REQUEST', () => listBundles(filter));
        await refused('INVALID_REQUEST', () => listWorkers({ filter }));
      },
    );

    it('goes on for the question that it began with', async () => {
      const { nextPageToken: pageToken } = await listRuns({ pageSize: 1 });
      expect((await listRuns({ pageSize: 1, pageToken })).runs).toHaveLength(1);
      await refused('INVALID_REQUEST', () => listRuns({ pageToken, filter: 'state = FAILED' }));
      await refused('INVALID_REQUEST', () => listRuns({ pageToken, orderBy: 'end_time' }));
      await refused('INVALID_REQUEST', () => listRuns({ orderBy: 'name' }));
    });

    it('of bundles says of each what it is, and opens none', async () => {
      const { name } = runOf('approved').handle;
      const { bundles } = await listBundles('state = SUCCEEDED AND workflow = "credit*"');
      const found = bundles.find(({ run }) => run === name);
      expect(found).toMatchObject({ state: 'SUCCEEDED', digest: expect.stringMatching(/^sha256:/) });
      expect(Number(found?.size)).toBeGreaterThan(1_000);
    });

    it('of workers is asked by what they offer, in pages', async () => {
      const { workers } = await listWorkers({ filter: 'operations:"scorecard.prove"' });
      expect(workers.map(({ name }) => name)).toEqual(['workers/zk-prover-0']);
      const seen: string[] = [];
      let pageToken = '';
      do {
        const page = await listWorkers({ pageSize: 1, pageToken });
        seen.push(...page.workers.map(({ name }) => name));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(seen).toEqual((await listWorkers({})).workers.map(({ name }) => name));
    });
  });

  describe('the etag of a run', () => {
    it('that is old changes nothing', async () => {
      const { name } = runOf('reviewed').handle;
      await refused('ETAG_MISMATCH', () =>
        unary(
          (options, callback) =>
            services().run.cancelRun({ name, etag: '"0"', requestId: randomUUID() }, options, callback),
          DEADLINE,
        ),
      );
      expect((await runOf('reviewed').handle.get()).state).toBe('RUN_STATE_AWAITING_APPROVAL');
    });
  });

  describe('waiting for a run', () => {
    it('ends with the run, or with the time that was asked', async () => {
      const { name } = runOf('approved').handle;
      expect((await waitRun({ name })).run?.state).toBe('RUN_STATE_SUCCEEDED');
      const open = await waitRun({
        name: runOf('reviewed').handle.name,
        timeout: { seconds: 0, nanos: 50_000_000 },
      });
      expect(open.run?.state).toBe('RUN_STATE_AWAITING_APPROVAL');
    });

    it('is refused for longer than a call may take', async () => {
      const { name } = runOf('approved').handle;
      await refused('INVALID_REQUEST', () => waitRun({ name, timeout: { seconds: 3_600 } }));
      await refused('INVALID_REQUEST', () => firstOf({ name, heartbeat: { seconds: 0, nanos: 1 } }));
    });
  });
}
