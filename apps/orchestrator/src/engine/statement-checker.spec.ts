import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, ed25519PublicKey, formatTime, toBase64, utf8 } from '#canonical';
import { buildStepStatement, type StepPredicate, signStatement } from '#evidence';
import { generateSealKeyPair, sealEnvelope } from '#sealing';
import type { BlobStore } from '../blobs/blob-store.js';
import type { PackageAppraiser } from '../evidence/package-appraiser.js';
import type { PageLedgerTasks } from '../ledger/page-ledger-tasks.js';
import type { PlanStore } from '../plans/plan-store.js';
import type { RunStore } from '../runs/run-store.js';
import type { CompletedResult, LeaseRow } from '../sessions/lease-book.js';
import type { LeaseMessages } from '../sessions/lease-messages.js';
import { inputs, NOW_MS, plan, predicateOf, random, run, task, workerSeed } from './statement.fixture.js';
import { StatementChecker } from './statement-checker.js';

const lease = { attempt: 1 } as LeaseRow;
const evidence = utf8('evidence');
const signKey = ed25519PublicKey(workerSeed);

let stored: Map<string, Buffer>;
let appraisal: { accepted: boolean; binding: { signKey: Uint8Array } | null; operations: string[] };

beforeEach(() => {
  stored = new Map();
  appraisal = { accepted: true, binding: { signKey }, operations: [task.operation] };
  put(evidence);
});

function put(bytes: Uint8Array): string {
  const digest = digestOf(bytes);
  stored.set(digest, Buffer.from(bytes));
  return digest;
}

function checker(): StatementChecker {
  const blobs = {
    get: async (digest: string) => stored.get(digest),
    find: async (digest: string) => stored.get(digest),
    size: async (digest: string) => stored.get(digest)?.length,
  } as unknown as BlobStore;
  const appraiser = {
    appraise: async () => ({ ...appraisal, measurement: { operations: appraisal.operations } }),
  } as unknown as PackageAppraiser;
  return new StatementChecker(
    blobs,
    { get: async () => ({ plan }) } as unknown as PlanStore,
    {} as RunStore,
    { inputsOf: async () => ({ inputs, recipients: [] }) } as unknown as LeaseMessages,
    appraiser,
    {} as PageLedgerTasks,
    { v: 'sealflow/site/v1', roots: {} as never, circuits: { manifests: [], allowDev: true } },
    () => NOW_MS + 20,
  );
}

/** An envelope on an edge; a worker could send one of another run or edge. */
function envelope(edge: string, runId = run.runId): Promise<Uint8Array> {
  return sealEnvelope({
    suite: 2,
    context: {
      tenant: run.tenant,
      runId,
      workflowDigest: plan.definitionDigest,
      edge,
      attempts: { from: 1, to: 16 },
      seq: 1,
      policyDigest: digestOf(utf8('policy')),
      contentType: 'application/json',
      notAfter: formatTime(NOW_MS + 60_000),
    },
    recipients: [{ role: 'client', publicKey: generateSealKeyPair(random).publicKey }],
    senderSeed: workerSeed,
    plaintext: utf8('value'),
    random,
  });
}

/** What an honest worker sends, with lies in its statement or beside it. */
async function check(
  changes: Partial<StepPredicate> = {},
  sent: {
    result?: Partial<CompletedResult>;
    seed?: Uint8Array;
    blob?: (edge: string) => Promise<Uint8Array>;
  } = {},
) {
  const predicate = predicateOf(changes);
  const outputs = [];
  for (const output of predicate.outputs) {
    outputs.push({ ...output, blob: put(await (sent.blob ?? envelope)(output.edge)) });
  }
  const statement = signStatement({
    statement: buildStepStatement(predicate),
    seed: sent.seed ?? workerSeed,
  });
  const result: CompletedResult = {
    kind: 'completed',
    statement: put(statement),
    outputs,
    blobs: [digestOf(evidence)],
    ...sent.result,
  };
  return checker().check(run, task, lease, result);
}

describe('a result', () => {
  it('of an honest worker passes, with its facts', async () => {
    const checked = await check();
    expect(checked).toMatchObject({ reason: null, signKey: toBase64(signKey) });
    expect(checked.public).toEqual(predicateOf().public);
  });

  it('whose statement is none is refused, and nobody is named for it', async () => {
    const checked = await check({}, { result: { statement: put(utf8('{}')) } });
    expect(checked).toMatchObject({ reason: 'STATEMENT_MALFORMED', signKey: null });
  });

  it('signed with another key than it names is refused, and nobody is named for it', async () => {
    expect(await check({}, { seed: random(32) })).toMatchObject({
      reason: 'SIGNATURE_INVALID',
      signKey: null,
    });
  });

  it('for another task is refused, and its signer is named', async () => {
    expect(await check({ stepId: 'score' })).toMatchObject({
      reason: 'STATEMENT_MISMATCH',
      signKey: toBase64(signKey),
    });
  });

  it.each<[string, string, Partial<CompletedResult>]>([
    ['without an output that it states', 'EDGE_MISMATCH', { outputs: [] }],
    ['with evidence that is not the one it states', 'EVIDENCE_INVALID', { blobs: [] }],
    ['with a blob that is no digest', 'OUTPUT_MISSING', { blobs: [digestOf(evidence), 'garbage'] }],
    [
      'with a blob that nobody stored',
      'OUTPUT_MISSING',
      { blobs: [digestOf(evidence), digestOf(utf8('nobody'))] },
    ],
    [
      'with more blobs than a bundle carries',
      'LIMIT_EXCEEDED',
      { blobs: Array.from({ length: 17 }, () => digestOf(evidence)) },
    ],
  ])('%s is refused: the bundle could not be made', async (_what, reason, result) => {
    expect(await check({}, { result })).toMatchObject({ reason });
  });

  it.each<[string, string, (edge: string) => Promise<Uint8Array>]>([
    ['noise', 'ENVELOPE_MALFORMED', async () => random(200)],
    [
      'an envelope of another run',
      'ENVELOPE_CONTEXT_MISMATCH',
      (edge) => envelope(edge, '01JD0000000000000000000001'),
    ],
    ['an envelope of another edge', 'ENVELOPE_CONTEXT_MISMATCH', () => envelope('score/limit')],
  ])('whose sealed output is %s is refused: the next step could not start', async (_what, reason, blob) => {
    expect(await check({}, { blob })).toMatchObject({ reason });
  });

  const minutes = (count: number) => formatTime(NOW_MS + count * 60_000);

  it.each([
    ['after the present', minutes(0), minutes(6)],
    ['before its run', minutes(-6), minutes(0)],
    ['that end before they begin', minutes(4), minutes(3)],
  ])(
    'with times %s is refused: no verifier takes them, however honest the worker',
    async (_, startedAt, endedAt) => {
      const checked = await check({ startedAt, endedAt });
      expect(checked).toMatchObject({ reason: 'STEP_OUTSIDE_PERIOD', signKey: toBase64(signKey) });
    },
  );

  it('of a clock that is a little off passes', async () => {
    expect(await check({ startedAt: minutes(-4), endedAt: minutes(4) })).toMatchObject({ reason: null });
  });

  it('of a worker whose evidence fails is refused', async () => {
    appraisal = { ...appraisal, accepted: false };
    expect(await check()).toMatchObject({ reason: 'EVIDENCE_INVALID' });
  });

  it('of a worker whose evidence names another key is refused', async () => {
    appraisal = { ...appraisal, binding: { signKey: random(32) } };
    expect(await check()).toMatchObject({ reason: 'EVIDENCE_UNBOUND' });
  });

  it('of an image that may not run the operation is refused', async () => {
    appraisal = { ...appraisal, operations: ['scorecard.prove'] };
    expect(await check()).toMatchObject({ reason: 'MEASUREMENT_NOT_ALLOWED' });
  });

  it('that names no evidence, or evidence that nobody stored, is refused', async () => {
    expect(await check({ evidence: { platform: 'intel-tdx' } })).toMatchObject({
      reason: 'EVIDENCE_INVALID',
    });
    stored.delete(digestOf(evidence));
    expect(await check()).toMatchObject({ reason: 'OUTPUT_MISSING' });
  });
});
