import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { parseEnvelope, statementOf } from '../dsse/envelope.js';
import {
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  parseLedgerReceipt,
} from '../statements/ledger-receipt.js';
import type { StepPredicate } from '../statements/step.js';
import type { DemoOptions } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';

const other = digestOf(utf8('another page'));

async function lie(options: DemoOptions) {
  const { bytes, trust } = demoRun(options);
  return judge(bytes, trust);
}

const lieInReceipt = (edit: (receipt: LedgerReceipt) => Partial<LedgerReceipt>) =>
  lie({ editReceipt: (receipt) => ({ ...receipt, ...edit(receipt) }) });

const lieInStep = (
  stepId: string,
  edit: (step: StepPredicate) => Partial<StepPredicate>,
  options: DemoOptions = {},
) => lie({ ...options, editStep: (step) => (step.stepId === stepId ? { ...step, ...edit(step) } : step) });

describe('the chain of receipts', () => {
  it('holds for an honest run', async () => {
    const { exitCode } = await lie({});
    expect(exitCode).toBe(0);
  });

  it.each<[string, (receipt: LedgerReceipt) => Partial<LedgerReceipt>, string]>([
    ['a version that jumps', ({ version }) => ({ version: version + 1 }), 'LEDGER_CHAIN_BROKEN'],
    ['a version that stands still', ({ version }) => ({ version: version - 1 }), 'LEDGER_CHAIN_BROKEN'],
    [
      'pages that it did not start from',
      ({ prev }) => ({ prev: { available: other, reserved: prev?.reserved ?? other } }),
      'LEDGER_CHAIN_BROKEN',
    ],
    [
      'pages that it did not arrive at',
      ({ next }) => ({ next: { ...next, available: other } }),
      'LEDGER_NEXT_MISMATCH',
    ],
    [
      'deltas that nobody gave',
      () => ({ delta: { available: other, reserved: other } }),
      'LEDGER_DELTA_MISMATCH',
    ],
    ['another run', () => ({ runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['another task', () => ({ taskId: 'reserve.other' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['another ledger', () => ({ ledger: 'other' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['another operation', () => ({ operation: 'ledger.release' }), 'LEDGER_RECEIPT_MISMATCH'],
    ['an addition count that falls', () => ({ addCount: 0 }), 'LEDGER_CHAIN_BROKEN'],
    [
      'an opening in the middle',
      () => ({ prev: null, delta: null, prevReceipt: null }),
      'LEDGER_CHAIN_BROKEN',
    ],
  ])('refuses %s', async (_, edit, reason) => {
    const { exitCode, failed } = await lieInReceipt(edit);
    expect(exitCode).not.toBe(0);
    expect(failed).toContain(reason);
  });

  it('refuses a key that changes', async () => {
    const { exitCode, failed } = await lie({
      ledgerSeedOf: (taskId) => (taskId === 'settle.authorize' ? seededRandom('another ledger')(32) : null),
    });
    expect(exitCode).toBe(1);
    expect(failed).toContain('LEDGER_KEY_CHANGED');
  });

  it('is incomplete without the receipt before the first', async () => {
    const { bytes, trust, steps } = demoRun();
    const [genesis] = [...steps.blobs].find(([, blob]) => versionOf(blob) === 1) ?? [];
    const without = tampered(bytes, (bundle) => {
      delete bundle.blobs[genesis ?? ''];
    });
    const { exitCode, failed } = await judge(without, trust);
    expect({ exitCode, failed }).toEqual({
      exitCode: 3,
      failed: ['BLOB_MISSING', 'LEDGER_PREVIOUS_MISSING'],
    });
  });
});

/** Version that a blob states if it is a ledger receipt. */
function versionOf(blob: Uint8Array): number | null {
  try {
    return parseLedgerReceipt(statementOf(parseEnvelope(blob), ledgerReceiptPredicateType).predicate).version;
  } catch {
    return null;
  }
}

describe('a change of pages', () => {
  it('starts from pages that a receipt ends in', async () => {
    const { failed } = await lieInStep('reserve.apply', ({ inputs }) => ({
      inputs: inputs.map((input) =>
        input.port === 'state-available' ? { ...input, commitment: other } : input,
      ),
    }));
    expect(failed).toContain('LEDGER_STATE_UNBACKED');
    expect(failed).toContain('FHE_TRANSCRIPT_MISMATCH');
  });

  it('arrives at the pages of its receipt', async () => {
    const { failed } = await lieInStep('settle.apply', ({ outputs }) => ({
      outputs: outputs.map((output) => ({ ...output, commitment: other })),
    }));
    expect(failed).toContain('LEDGER_NEXT_MISMATCH');
    expect(failed).toContain('FHE_TRANSCRIPT_MISMATCH');
  });

  it('states the head that it made', async () => {
    const { failed } = await lieInStep('settle.apply', ({ public: facts }) => ({
      public: { ...facts, version: 9 },
    }));
    expect(failed).toEqual(['LEDGER_NEXT_MISMATCH']);
  });

  it.each([
    ['an operand from nowhere', { op: 'add', in: [other, other], out: other }],
    ['an unknown operation', { op: 'multiply', in: [other, other], out: other }],
    ['a lonely operand', { op: 'add', in: [other], out: other }],
  ])('has no %s in its transcript', async (_, op) => {
    const { failed } = await lieInStep('reserve.apply', ({ evidence }) => ({
      evidence: { ...evidence, ops: [op] },
    }));
    expect(failed).toEqual(['FHE_TRANSCRIPT_MISMATCH']);
  });

  it('moves nothing when funds are insufficient, and that is a result', async () => {
    const { exitCode, verdict } = await lie({ insufficient: true });
    expect(exitCode).toBe(0);
    expect(verdict.run?.status).toBe('rejected');
    expect(verdict.run?.skipped).toContain('reserve.apply');
  });
});

describe('the opening of a ledger', () => {
  it('is verified without a receipt before it, and its pages are passed on unchanged', async () => {
    const { exitCode, verdict } = await lie({ workflow: 'ledger-open' });
    expect(exitCode).toBe(0);
    expect(verdict.steps.map(({ stepId, integrity }) => [stepId, integrity])).toEqual([
      ['open.authorize', 'SIMULATED'],
      ['open.apply', 'REPLAYED'],
    ]);
  });

  it('gives the pages of its receipt', async () => {
    const pages = { available: other, reserved: other };
    const { exitCode, failed } = await lie({
      workflow: 'ledger-open',
      editReceipt: (receipt) => ({ ...receipt, next: pages }),
    });
    expect(exitCode).toBe(1);
    expect(failed).toEqual(['LEDGER_DELTA_MISMATCH', 'LEDGER_NEXT_MISMATCH']);
  });

  it('is the first version', async () => {
    const { failed } = await lie({
      workflow: 'ledger-open',
      editReceipt: (receipt) => ({ ...receipt, version: 7 }),
    });
    expect(failed).toContain('LEDGER_CHAIN_BROKEN');
  });
});

describe('replay', () => {
  it('lifts a change to REPLAYED when the ciphertexts are there', async () => {
    const { bytes, trust, replay } = demoRun({ ciphertexts: true });
    const { exitCode, verdict } = await judge(bytes, trust, { replay });
    expect(exitCode).toBe(0);
    const apply = verdict.steps.filter(({ kind }) => kind === 'fhe.bfv');
    expect(apply.map(({ integrity, replayable }) => ({ integrity, replayable }))).toEqual([
      { integrity: 'REPLAYED', replayable: false },
      { integrity: 'REPLAYED', replayable: false },
    ]);
  });

  it('is named as not run when the ciphertexts or the engine are absent', async () => {
    const { bytes, trust, replay } = demoRun();
    for (const options of [{}, { replay }]) {
      const { exitCode, verdict } = await judge(bytes, trust, options);
      expect(exitCode).toBe(0);
      expect(verdict.steps.filter(({ replayable }) => replayable)).toHaveLength(2);
      expect(verdict.notChecked.join()).toContain('FHE replay');
    }
  });

  it('catches a service that added something else', async () => {
    const { bytes, trust } = demoRun({ ciphertexts: true });
    const { exitCode, failed } = await judge(bytes, trust, { replay: () => new Uint8Array(256) });
    expect({ exitCode, failed: failed[0] }).toEqual({ exitCode: 1, failed: 'REPLAY_MISMATCH' });
  });

  it('takes an engine that chokes on hostile ciphertexts as a mismatch', async () => {
    const { bytes, trust } = demoRun({ ciphertexts: true });
    const { failed } = await judge(bytes, trust, {
      replay: () => {
        throw new Error('transparent ciphertext');
      },
    });
    expect(failed[0]).toBe('REPLAY_MISMATCH');
  });
});
