import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ListEvidenceAccessResponse__Output,
  type ReappraiseRunsRequest,
  type ReappraiseRunsResponse__Output,
  unary,
} from '#contracts';
import { encodeTrustFile } from '#evidence';
import { refused } from '../refused.js';
import { sealflow } from '../sealflow-command.js';
import { isWhole, runOf, settled, suite } from '../suite.js';

interface Line {
  readonly where: string;
  readonly runId?: string;
  readonly fate: string;
  readonly reason: string | null;
}

let folder: string;
let today: string;

/** What the installation believes, but for the circuits. */
function trustOfToday(): Uint8Array {
  const { trust } = suite().stack;
  return encodeTrustFile({ ...trust, circuits: { ...trust.circuits, manifests: [] } });
}

function linesOf(out: string): Line[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Auditors look at old runs under a trust file of today, in their own files or at the orchestrator. */
export function reappraisal(): void {
  beforeAll(async () => {
    await settled();
    folder = mkdtempSync(join(tmpdir(), 'sealflow-reappraisal-'));
    today = join(folder, 'today.json');
    writeFileSync(today, trustOfToday());
    for (const name of ['approved', 'declined'] as const) {
      writeFileSync(join(folder, `${name}.evidence.json`), await runOf(name).handle.bundle());
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function reappraiseRuns(request: ReappraiseRunsRequest) {
    const { evidence } = suite().client.services;
    return unary<ReappraiseRunsResponse__Output>(
      (options, callback) =>
        evidence.reappraiseRuns(
          { parent: 'tenants/demo', trustFile: Buffer.from(trustOfToday()), ...request },
          options,
          callback,
        ),
      { deadlineMs: 30_000 },
    );
  }

  describe('a question about old runs', () => {
    it.each<[string, string, ReappraiseRunsRequest]>([
      ['without a trust file', 'INVALID_REQUEST', { trustFile: Buffer.alloc(0) }],
      ['with a trust file of two megabytes', 'LIMIT_EXCEEDED', { trustFile: Buffer.alloc(2_000_000) }],
      ['with a filter that is none', 'INVALID_REQUEST', { measurements: ['all'] }],
      ['with a token of nobody', 'INVALID_REQUEST', { pageToken: 'next' }],
      ['for a page of less than nothing', 'INVALID_REQUEST', { pageSize: -1 }],
      ['about the runs of nobody', 'INVALID_REQUEST', { parent: '' }],
    ])('%s is refused', async (_what, reason, request) => {
      await refused(reason, () => reappraiseRuns(request));
    });

    it.runIf(isWhole)(
      'is answered alike by the orchestrator and by the own files of an auditor',
      async () => {
        const asked = ['--trust', today, '--json'];
        const own = await sealflow(['reappraise', folder, ...asked]);
        const { grpc } = suite().stack.address;
        const told = await sealflow(['reappraise', '--orchestrator', grpc, '--tenant', 'demo', ...asked]);
        expect({ own: own.code, told: told.code, err: own.err + told.err }).toEqual({
          own: 1,
          told: 1,
          err: '',
        });
        const remote = new Map(linesOf(told.out).map((line) => [line.where.split('/').at(-1), line]));
        const files = linesOf(own.out);
        expect(files.map(({ fate, reason }) => `${fate} ${reason}`)).toEqual([
          'would-fail MANIFEST_NOT_PINNED',
          'would-fail MANIFEST_NOT_PINNED',
        ]);
        for (const { runId, fate, reason } of files)
          expect(remote.get(runId)).toMatchObject({ fate, reason });
      },
    );

    it('finds nothing wrong under the trust file of the installation', async () => {
      const { runs, judgedCount } = await reappraiseRuns({
        trustFile: Buffer.from(encodeTrustFile(suite().stack.trust)),
      });
      expect(judgedCount).toBeGreaterThanOrEqual(3);
      expect(new Set(runs.map(({ fate }) => fate))).toEqual(new Set(['REAPPRAISAL_FATE_HOLDS']));
    });

    it('about another tenant finds no tenant', async () => {
      await refused('TENANT_MISMATCH', () => reappraiseRuns({ parent: 'tenants/globex' }));
    });

    it('is an access to the evidence of each run that was opened', async () => {
      const { evidence } = suite().client.services;
      const { runId } = runOf('approved');
      const { accesses } = await unary<ListEvidenceAccessResponse__Output>(
        (options, callback) =>
          evidence.listEvidenceAccess(
            { parent: 'tenants/demo', run: `tenants/demo/runs/${runId}` },
            options,
            callback,
          ),
        { deadlineMs: 5_000 },
      );
      expect(accesses.map(({ action }) => action)).toContain('reappraise-run');
    });
  });
}
