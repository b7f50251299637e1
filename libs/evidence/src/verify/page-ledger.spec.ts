import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { type BatchReceipt, parseKeyOrder, signKeyOrder } from '#ledger';
import type { StepPredicate } from '../statements/step.js';
import type { DemoOptions } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';

const other = digestOf(utf8('another page'));
const workflow = 'ledger-batch';

async function lie(options: DemoOptions = {}) {
  const { bytes, trust } = demoRun({ ...options, workflow });
  return judge(bytes, trust);
}

const lieInReceipt = (edit: (receipt: BatchReceipt) => Partial<BatchReceipt>) =>
  lie({ editBatchReceipt: (receipt) => ({ ...receipt, ...edit(receipt) }) });

const lieInStep = (stepId: string, edit: (step: StepPredicate) => Partial<StepPredicate>) =>
  lie({ editStep: (step) => (step.stepId === stepId ? { ...step, ...edit(step) } : step) });

describe('the receipt of a batch', () => {
  it.each<[string, (receipt: BatchReceipt) => Partial<BatchReceipt>, string]>([
    ['a version that jumps', ({ version }) => ({ version: version + 1 }), 'LEDGER_CHAIN_BROKEN'],
    ['another run', () => ({ runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['another task', () => ({ taskId: 'batch.other' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['another ledger', () => ({ ledger: 'other' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['another asset', () => ({ asset: 'USD' }), 'LEDGER_CHAIN_BROKEN'],
    ['another charter', () => ({ charter: other }), 'LEDGER_CHAIN_BROKEN'],
    ['an epoch that changes without a rotation', () => ({ epoch: 2 }), 'LEDGER_CHAIN_BROKEN'],
    ['a key of pages that changes without a rotation', () => ({ keyId: other }), 'LEDGER_KEY_CHANGED'],
    ['a time before the one before', () => ({ timeMs: 1 }), 'LEDGER_CHAIN_BROKEN'],
    ['accounts that got lost', () => ({ accountCount: 2 }), 'LEDGER_COMMITMENTS_BROKEN'],
    [
      'intents that nobody handed in',
      () => ({ intents: { digest: other, count: 1 } }),
      'LEDGER_INTENTS_MISMATCH',
    ],
    ['outcomes that the step did not give', () => ({ outcomes: other }), 'LEDGER_INTENTS_MISMATCH'],
    [
      'pages that it did not start from',
      ({ pages }) => ({ pages: { ...pages, before: other } }),
      'LEDGER_PAGES_MISMATCH',
    ],
    [
      'commitments that it did not start from',
      ({ commitments }) => ({ commitments: { ...commitments, before: other } }),
      'LEDGER_COMMITMENTS_BROKEN',
    ],
    [
      'a page that the version before did not end in',
      ({ changes }) => ({ changes: changes.map((change) => ({ ...change, prev: other })) }),
      'LEDGER_CHAIN_BROKEN',
    ],
    [
      'a page that the service did not make',
      ({ changes }) => ({ changes: changes.map((change) => ({ ...change, next: other })) }),
      'LEDGER_NEXT_MISMATCH',
    ],
    [
      'a change that the service left out',
      ({ changes }) => ({ changes: changes.slice(1) }),
      'LEDGER_NEXT_MISMATCH',
    ],
  ])('refuses %s', async (_, edit, reason) => {
    const { exitCode, failed } = await lieInReceipt(edit);
    expect(exitCode).toBe(1);
    expect(failed).toContain(reason);
  });

  it('refuses a key that is not the one before', async () => {
    const { exitCode, failed } = await lie({
      ledgerSeedOf: (taskId) => (taskId === 'batch.authorize' ? seededRandom('another ledger')(32) : null),
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['LEDGER_KEY_CHANGED'] });
  });

  it('is incomplete without the receipt before', async () => {
    const { bytes, trust, steps } = demoRun({ workflow });
    const previous = [...steps.blobs].filter(([, blob]) => utf8Text(blob).includes('"payloadType"'));
    const [founding] = previous[0] ?? [];
    const without = tampered(bytes, (bundle) => {
      delete bundle.blobs[founding ?? ''];
    });
    const { exitCode, failed } = await judge(without, trust);
    expect({ exitCode, failed }).toEqual({
      exitCode: 3,
      failed: ['BLOB_MISSING', 'LEDGER_PREVIOUS_MISSING'],
    });
  });

  it('verifies, names who holds the key, and says what the enclave sees', async () => {
    const { exitCode, verdict } = await lie();
    expect(exitCode).toBe(0);
    const [authorize, apply] = verdict.steps;
    expect(authorize).toMatchObject({ stepId: 'batch.authorize', integrity: 'SIMULATED' });
    expect(apply).toMatchObject({
      stepId: 'batch.apply',
      replayable: true,
      keyHolder: expect.stringMatching(
        /^key enclave of the ledger \(SIMULATED enclave, .*; FHE secret key sha256:[0-9a-f]{64} of epoch 1\)$/,
      ),
    });
    expect(verdict.notProven.join('\n')).toContain('sees payer, payee, amount and every balance');
  });
});

describe('an order about a key', () => {
  const signed = (by: string) => {
    const draft = { ledger: 'demo', epoch: 1, to: 'suspended', serial: 1, notAfterMs: 2 ** 42 } as const;
    const { epoch, to, notAfterMs, signer, signature } = parseKeyOrder(
      signKeyOrder(draft, seededRandom(by)(32)),
    );
    return { epoch, from: 'active', to, notAfterMs, signer, signature } as const;
  };
  const suspended = [{ epoch: 1, state: 'suspended' }] as const;
  const withOrder = (order: ReturnType<typeof signed>) =>
    lieInReceipt(({ pages, commitments }) => ({
      ...{ event: 'key', intents: null, outcomes: null, changes: [] },
      pages: { ...pages, after: pages.before ?? other },
      commitments: { ...commitments, after: commitments.before ?? other },
      keys: { serial: 1, states: suspended, order },
    }));

  it('is refused where nobody signed it, and in a batch', async () => {
    const { failed } = await withOrder({ ...signed('issuer'), signer: signed('somebody').signer });
    expect(failed).toEqual(expect.arrayContaining(['LEDGER_KEY_ORDER_INVALID', 'LEDGER_KEY_STATE_BROKEN']));
    const stated = await lieInReceipt(() => ({ keys: { serial: 1, states: suspended, order: null } }));
    expect(stated).toMatchObject({ exitCode: 1, failed: ['LEDGER_KEY_STATE_BROKEN'] });
  });

  it('is named with who signed it, in a receipt of its own step alone', async () => {
    const order = signed('issuer');
    const { failed, verdict } = await withOrder(order);
    const checks = verdict.stages.flatMap((stage) => stage.checks);
    expect(checks.find(({ id }) => id === 'BND-LEDGER-012')).toMatchObject({
      title: `batch.authorize: key of epoch 1 from active to suspended, ordered by ${order.signer}`,
      result: 'pass',
    });
    expect(failed).toContain('LEDGER_RECEIPT_MISMATCH');
    expect(failed).not.toContain('LEDGER_KEY_STATE_BROKEN');
  });
});

describe('the receipt of the batch that carried an intent of the run', () => {
  const settle = (options: DemoOptions = {}) => {
    const { bytes, trust } = demoRun({ ...options, workflow: 'settling' });
    return judge(bytes, trust);
  };
  const withReceipt = (members: Partial<BatchReceipt>) =>
    settle({ editBatchReceipt: (receipt) => ({ ...receipt, ...members }) });
  const withFacts = (members: StepPredicate['public']) =>
    settle({
      editStep: (step) =>
        step.stepId === 'settle.confirm' ? { ...step, public: { ...step.public, ...members } } : step,
    });

  it.each<[string, Partial<BatchReceipt>, string]>([
    ['another ledger', { ledger: 'other' }, 'LEDGER_RECEIPT_MISMATCH'],
    ['no batch', { event: 'rotate', intents: null, outcomes: null, changes: [] }, 'LEDGER_RECEIPT_MISMATCH'],
    ['another version', { version: 3 }, 'LEDGER_CHAIN_BROKEN'],
    ['another run than is stated', { runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }, 'LEDGER_NEXT_MISMATCH'],
    ['changes that were not made again', { changes: [] }, 'LEDGER_NEXT_MISMATCH'],
  ])('is refused where it is of %s', async (_, members, reason) => {
    const { exitCode, failed } = await withReceipt(members);
    expect(exitCode).toBe(1);
    expect(failed).toContain(reason);
  });

  it.each(['ledger', 'version', 'ledgerKey', 'batch'])(
    'is refused where the step names another %s',
    async (name) => {
      const { exitCode, failed } = await withFacts({ [name]: 'another' });
      expect({ exitCode, failed }).toMatchObject({ exitCode: 1, failed: ['LEDGER_NEXT_MISMATCH'] });
    },
  );

  it('verifies, names the key, and says whose word it is that the intent was in it', async () => {
    const { exitCode, verdict } = await settle();
    expect(exitCode).toBe(0);
    expect(verdict.steps[1]).toMatchObject({
      stepId: 'settle.replay',
      replayable: true,
      keyHolder: expect.stringContaining('FHE secret key sha256:'),
    });
    expect(verdict.notProven.join('\n')).toContain('That the batch carried the intent of this run');
  });
});

describe('a page that the enclave encrypted afresh', () => {
  it('is taken as signed, is no addition, and the verdict says whose word it is', async () => {
    const fresh = await lie({
      editBatchReceipt: (receipt) => ({
        ...receipt,
        changes: receipt.changes.map((change, index) =>
          index === 0 ? { ...change, delta: null, addCount: 0 } : change,
        ),
      }),
      editStep: (step) => {
        if (step.stepId !== 'batch.apply') return step;
        const ops = step.evidence['ops'];
        return { ...step, evidence: { ...step.evidence, ops: Array.isArray(ops) ? ops.slice(1) : [] } };
      },
    });
    expect(fresh.failed).toEqual([]);
    expect(fresh.verdict.notProven.join('\n')).toContain('encrypted afresh in batch.authorize');
    const plain = await lie();
    expect(plain.verdict.notProven.join('\n')).not.toContain('encrypted afresh');
  });
});

describe('the additions of a batch', () => {
  it.each([
    ['from nowhere', { op: 'add', in: [other, other], out: other }],
    ['of an unknown kind', { op: 'multiply', in: [other, other], out: other }],
  ])('has none %s', async (_, op) => {
    const { failed } = await lieInStep('batch.apply', ({ evidence }) => ({
      evidence: { ...evidence, ops: [op] },
    }));
    expect(failed).toContain('FHE_TRANSCRIPT_MISMATCH');
    expect(failed).toContain('LEDGER_NEXT_MISMATCH');
  });

  it('states the version that it made', async () => {
    const { failed } = await lieInStep('batch.apply', ({ public: facts }) => ({
      public: { ...facts, version: 9 },
    }));
    expect(failed).toEqual(['LEDGER_NEXT_MISMATCH']);
  });

  it('are REPLAYED when the ciphertexts are there', async () => {
    const { bytes, trust, replay } = demoRun({ workflow, ciphertexts: true });
    const { exitCode, verdict } = await judge(bytes, trust, { replay });
    expect(exitCode).toBe(0);
    expect(verdict.steps.find(({ stepId }) => stepId === 'batch.apply')).toMatchObject({
      integrity: 'REPLAYED',
      replayable: false,
    });
  });

  it('are caught when the service added something else', async () => {
    const { bytes, trust } = demoRun({ workflow, ciphertexts: true });
    const { exitCode, failed } = await judge(bytes, trust, { replay: () => new Uint8Array(256) });
    expect({ exitCode, failed: failed[0] }).toEqual({ exitCode: 1, failed: 'REPLAY_MISMATCH' });
  });
});

function utf8Text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
