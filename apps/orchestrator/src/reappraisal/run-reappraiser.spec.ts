import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toJson } from '#canonical';
import type { ReappraiseRunsRequest__Output, ReappraiseRunsResponse } from '#contracts';
import {
  encodeTrustFile,
  type Reappraisal,
  type ReappraisalQuestion,
  reappraise,
  type TrustFile,
} from '#evidence';
import type { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import type { Database } from '../database/database.js';
import { blobStoreIn } from '../keys/keyring.fixture.js';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { AccessLog, accessList } from '../log/access-log.js';
import { type LogBed, openLog, openLogBed, silent } from '../log/log.fixture.js';
import { LogSequencer } from '../log/log-sequencer.js';
import { RunSignal } from '../runs/run-signal.js';
import { RunStore } from '../runs/run-store.js';
import { timestamp } from '../runs/timestamp.js';
import { goldenBundle, goldenTrust } from './golden.fixture.js';
import { ReappraisalJudge } from './reappraisal-judge.js';
import { parseReappraisalRequest } from './reappraisal-request.js';
import { RunReappraiser } from './run-reappraiser.js';

/** Where the service has a thread of its own. */
class InProcessJudge extends ReappraisalJudge {
  /** Ends when the test says so. */
  gate: () => Promise<void> = async () => undefined;

  override async judge(
    bundle: Uint8Array,
    trust: TrustFile,
    question: ReappraisalQuestion,
  ): Promise<Reappraisal | null> {
    await this.gate();
    return reappraise(bundle, trust, question);
  }
}

const names = ['ledger-opened', 'approved', 'declined'] as const;
const golden = names.map(goldenBundle);
const trust = goldenTrust();
const manifest = trust.circuits.manifests[0] ?? '';
const withoutCircuits = { ...trust, circuits: { ...trust.circuits, manifests: [] } };

let bed: LogBed;
let database: Database;
let runs: RunStore;
let blobs: BlobStore;
let sequencer: LogSequencer;
let access: AccessLog;
let judge: InProcessJudge;
let reappraiser: RunReappraiser;
let nowMs: number;
/** Golden run ids, oldest first. */
const runIds: string[] = [];

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  runs = new RunStore(database, new RunSignal());
  blobs = blobStoreIn(database, bed.folder);
  judge = new InProcessJudge();
  for (const bytes of golden) {
    const found = await reappraise(bytes, trust, { fromMs: null, toMs: null, subjects: [] });
    const runId = found?.runId ?? '';
    const endedAt = new Date(found?.endedAt ?? '');
    runIds.push(runId);
    await runs.insert(
      {
        runId,
        tenant: 'bank',
        requestId: runId,
        contentDigest: '',
        plan: '',
        policy: '',
        state: 'PENDING',
        inputs: [],
        offers: [],
        clientSealKey: Buffer.alloc(32),
        clientSignKey: Buffer.alloc(32),
        deadline: endedAt,
        createdAt: new Date(endedAt.getTime() - 1000),
      },
      [{ id: 'extract', operation: 'document.extract' }],
    );
    await runs.changeRun(runId, { state: 'SUCCEEDED', bundle: await blobs.put(bytes), endedAt }, endedAt);
  }
});
afterAll(async () => {
  await sequencer.onModuleDestroy();
  await bed.stop();
});
beforeEach(async () => {
  nowMs = Date.parse('2027-01-01T00:00:00.000Z');
  judge.gate = async () => undefined;
  await sequencer?.onModuleDestroy();
  await bed.clear();
  sequencer = new LogSequencer(openLog(database, bed.key), silent);
  access = new AccessLog(database, sequencer, () => nowMs);
  reappraiser = new RunReappraiser(runs, blobs, access, judge, () => nowMs);
});

function message(fields: Partial<ReappraiseRunsRequest__Output> = {}): ReappraiseRunsRequest__Output {
  return {
    parent: 'tenants/bank',
    trustFile: Buffer.from(encodeTrustFile(trust)),
    startTime: null,
    endTime: null,
    measurements: [],
    advisories: [],
    circuits: [],
    models: [],
    pageSize: 0,
    pageToken: '',
    ...fields,
  };
}

function ask(fields: Partial<ReappraiseRunsRequest__Output> = {}): Promise<ReappraiseRunsResponse> {
  return reappraiser.page(parseReappraisalRequest(message(fields), tokens()), 'declared:auditor');
}

const tokens = () => new PageTokens(bed.key, () => nowMs);

async function opened(): Promise<string[]> {
  const query = parseListQuery(accessList, 'bank', { pageSize: 0, pageToken: '' }, tokens());
  const rows = await access.list({ tenant: 'bank', runId: null }, query);
  return rows.map(({ runId, action, actor }) => `${runId} ${action} ${actor}`);
}

const foundIn = ({ runs }: ReappraiseRunsResponse) => runs?.map(({ run }) => run?.split('/').at(-1)) ?? [];

describe('a request that is no question', () => {
  it.each<[string, string, Partial<ReappraiseRunsRequest__Output>]>([
    ['no tenant', 'resource name', { parent: 'bank' }],
    ['no trust file', 'trust_file', { trustFile: Buffer.alloc(0) }],
    ['a trust file with a rule that nobody knows', 'trust_file', { trustFile: Buffer.from('{"v":1}') }],
    ['a measurement that is none', 'filters', { measurements: ['mrtd'] }],
    ['a circuit that is none', 'filters', { circuits: ['credit'] }],
    ['a period that ends before it begins', 'filters', { startTime: time(2), endTime: time(1) }],
    ['less than no page', 'page_size', { pageSize: -1 }],
    ['a token of nobody', 'page_token', { pageToken: 'x' }],
  ])('with %s is refused, and nothing is opened for it', async (_what, field, fields) => {
    expect(() => parseReappraisalRequest(message(fields), tokens())).toThrow(
      expect.objectContaining({ reason: 'INVALID_REQUEST', message: expect.stringMatching(`^${field}: `) }),
    );
    expect(await opened()).toEqual([]);
  });

  it('with a trust file larger than any names the limit', () => {
    const trustFile = Buffer.alloc(limits.trustFileBytesMax + 1);
    expect(() => parseReappraisalRequest(message({ trustFile }), tokens())).toThrow(
      expect.objectContaining({
        reason: 'LIMIT_EXCEEDED',
        facts: expect.objectContaining({ limit: 'trustFileBytesMax' }),
      }),
    );
  });
});

describe('old runs under a trust file of today', () => {
  it('hold when nothing has changed', async () => {
    const { runs, judgedCount, nextPageToken } = await ask();
    expect(runs?.map(({ fate }) => fate)).toEqual(runIds.map(() => 'REAPPRAISAL_FATE_HOLDS'));
    expect({ judgedCount, nextPageToken }).toEqual({ judgedCount: 3, nextPageToken: '' });
  });

  it('would fail where they rest on what is no longer trusted, and say why', async () => {
    const trustFile = Buffer.from(encodeTrustFile(withoutCircuits));
    const { runs, judgedCount } = await ask({ trustFile, circuits: [manifest] });
    expect(judgedCount).toBe(3);
    expect(toJson(runs ?? [])).toMatchObject([
      { run: `tenants/bank/runs/${runIds[2]}`, reason: 'MANIFEST_NOT_PINNED' },
      {
        run: `tenants/bank/runs/${runIds[1]}`,
        fate: 'REAPPRAISAL_FATE_WOULD_FAIL',
        outcome: 'policy',
        reason: 'MANIFEST_NOT_PINNED',
        matchedBy: [{ by: 'circuit', value: manifest, certain: true }],
      },
    ]);
  });

  it('are looked for in their period only', async () => {
    const [, second, third] = await Promise.all(
      golden.map((bytes) => reappraise(bytes, trust, { fromMs: null, toMs: null, subjects: [] })),
    );
    const startTime = time(Date.parse(second?.endedAt ?? ''));
    const endTime = time(Date.parse(third?.endedAt ?? ''));
    expect(foundIn(await ask({ startTime, endTime }))).toEqual([runIds[1]]);
    expect(await opened()).toHaveLength(1);
  });

  it('are nothing to another tenant', async () => {
    expect(await ask({ parent: 'tenants/globex' })).toEqual({ runs: [], judgedCount: 0, nextPageToken: '' });
  });
});

describe('access to evidence', () => {
  it('is recorded for each run that was opened, found or not', async () => {
    const stranger = `sha256:${'ab'.repeat(32)}`;
    expect(foundIn(await ask({ circuits: [stranger] }))).toEqual([]);
    expect(await opened()).toEqual(runIds.map((runId) => `${runId} reappraise-run declared:auditor`));
  });
});

describe('pages', () => {
  it('show every run once, newest first', async () => {
    const seen: unknown[] = [];
    let pageToken = '';
    do {
      const page = await ask({ pageSize: 1, pageToken });
      seen.push(...foundIn(page));
      pageToken = page.nextPageToken ?? '';
    } while (pageToken !== '');
    expect(seen).toEqual([...runIds].reverse());
  });

  it('go on under the trust file and the question that they began with', async () => {
    const { nextPageToken } = await ask({ pageSize: 1 });
    const pageToken = nextPageToken ?? '';
    for (const other of [
      { parent: 'tenants/other' },
      { endTime: time(1) },
      { advisories: ['INTEL-SA-00960'] },
    ]) {
      expect(() => parseReappraisalRequest(message({ pageToken, ...other }), tokens())).toThrow(
        expect.objectContaining({ message: expect.stringMatching('^page_token: ') }),
      );
    }
  });

  it('end early when their time is over, and the next one goes on', async () => {
    judge.gate = async () => {
      nowMs += limits.reappraisalMs;
    };
    const first = await ask();
    expect(first.judgedCount).toBe(1);
    const second = await ask({ pageToken: first.nextPageToken ?? '' });
    expect([...foundIn(first), ...foundIn(second)]).toEqual([runIds[2], runIds[1]]);
  });

  it('are judged for so many callers at a time and no more', async () => {
    let open = (): void => undefined;
    const opening = new Promise<void>((resolve) => {
      open = resolve;
    });
    judge.gate = () => opening;
    const under = Array.from({ length: limits.reappraisalsMax }, () => ask({ pageSize: 1 }));
    await expect(ask()).rejects.toMatchObject({
      reason: 'LIMIT_EXCEEDED',
      facts: { limit: 'reappraisalsMax' },
    });
    open();
    await Promise.all(under);
    await expect(ask({ pageSize: 1 })).resolves.toMatchObject({ judgedCount: 1 });
  });
});

function time(ms: number) {
  const { seconds, nanos } = timestamp(ms);
  return { seconds: String(seconds), nanos: nanos ?? 0 };
}
