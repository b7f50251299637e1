import { describe, expect, it } from 'vitest';
import {
  type Digest,
  digestOf,
  ed25519PublicKey,
  type JsonObject,
  parseJsonStrict,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import { receiptJson, sumOf, type UsageReceipt, usageReceiptPredicateType } from '#conversation';
import { blobMediaTypes } from '../bundle/media-types.js';
import { signStatement } from '../dsse/envelope.js';
import { encodeUsageReceipts, usageReceiptSubjects } from '../statements/usage-receipt.js';
import { seededRandom } from '../testing/random.fixture.js';
import { StageChecks } from './stage-checks.js';
import { checkConversation } from './usage.js';

const seed = seededRandom('worker')(32);
const strangerSeed = seededRandom('stranger')(32);
const weights = digestOf(utf8('weights'));
const prices = { inputNanosPerToken: 300, outputNanosPerToken: 1200 };
const runId = '01KAQ0000000000000000000RN';

function receipt(call: number, change: Partial<UsageReceipt> = {}): UsageReceipt {
  return {
    ...{ runId, taskId: 'converse', attempt: 1, call: `0${call}`.repeat(16) },
    ...{ request: digestOf(utf8(`request ${call}`)), answer: digestOf(utf8(`answer ${call}`)), frames: 2 },
    ...{ model: 'm1', weights, promptTokens: 812, completionTokens: 447, ...prices, chargeMicros: 781 },
    ...{ end: 'stop', endedAt: '2026-11-22T00:00:00.000Z', ...change },
  };
}

const [first, second] = [receipt(1), receipt(2)];

function signed(about: UsageReceipt, by = seed, subject = usageReceiptSubjects(about)): Uint8Array {
  return signStatement({
    statement: { subject, predicateType: usageReceiptPredicateType, predicate: receiptJson(about) },
    seed: by,
  });
}

interface Told {
  readonly blob?: Uint8Array;
  /** Of the blob that is in the file; null: it is not there. */
  readonly bytes?: Uint8Array | null;
  readonly detached?: boolean;
  readonly facts?: JsonObject;
  readonly attempt?: number;
  readonly parameters?: JsonObject;
}

/** Reasons of what was found against a conversation of two calls, as the step tells of them. */
function judged(receipts: readonly UsageReceipt[], told: Told = {}): string[] {
  const blob = told.blob ?? encodeUsageReceipts(receipts.map((each) => signed(each)));
  const digest: Digest = digestOf(blob);
  const checks = new StageChecks('edges');
  const facts = { model: 'm1', weights, receipts: digest, ...sumOf(receipts), ...told.facts };
  const { bytes = blob, detached = false, attempt = 1, parameters = { weights, ...prices } } = told;
  checkConversation(
    {
      root: { runId },
      plan: { tasks: [{ id: 'converse', parameters }] },
      blob: (named, type) => (named === digest && type === blobMediaTypes.usageReceipts ? bytes : null),
      isDetached: () => detached,
    },
    checks,
    {
      stepId: 'converse',
      attempt,
      operation: 'model.converse',
      public: { usage: toJson(facts) },
      evidence: { usage: digest },
      executor: { key: toBase64(ed25519PublicKey(seed)) },
    },
  );
  return checks.checks.flatMap(({ result, reason }) => (result === 'fail' ? [reason ?? ''] : []));
}

describe('the bill of a conversation', () => {
  it.each<[name: string, lie: () => string[], reasons: readonly string[]]>([
    [
      'charges more than was signed',
      () => judged([first], { facts: { chargeMicros: 782 } }),
      ['USAGE_SUM_MISMATCH'],
    ],
    ['counts a call that was not', () => judged([first], { facts: { calls: 2 } }), ['USAGE_SUM_MISMATCH']],
    [
      'says less than was signed',
      () => judged([first, second], { facts: sumOf([first]) }),
      ['USAGE_SUM_MISMATCH'],
    ],
    ['says nothing', () => judged([first], { facts: { calls: 'none' } }), ['USAGE_SUM_MISMATCH']],
    [
      'has a receipt of another key',
      () => judged([first], { blob: encodeUsageReceipts([signed(first, strangerSeed)]) }),
      ['USAGE_RECEIPT_SIGNATURE_INVALID'],
    ],
    [
      'has a receipt whose subjects are of another call',
      () =>
        judged([first], { blob: encodeUsageReceipts([signed(first, seed, usageReceiptSubjects(second))]) }),
      ['USAGE_RECEIPT_MALFORMED'],
    ],
    ['has no receipts in it', () => judged([first], { blob: utf8('{"v":1}') }), ['USAGE_RECEIPT_MALFORMED']],
    ['lacks its receipts', () => judged([first], { bytes: null }), ['BLOB_MISSING']],
    ['withholds its receipts', () => judged([first], { bytes: null, detached: true }), ['BLOB_DETACHED']],
    ['has one call twice', () => judged([first, first]), ['USAGE_RECEIPT_REPEATED']],
    [
      'has a call of another run',
      () => judged([receipt(1, { runId: '01KAQ0000000000000000000RX' })]),
      ['USAGE_RECEIPT_MISMATCH'],
    ],
    ['has a call of another attempt', () => judged([first], { attempt: 2 }), ['USAGE_RECEIPT_MISMATCH']],
    [
      'has other prices than the plan',
      () => judged([receipt(1, { inputNanosPerToken: 301, chargeMicros: 782 })]),
      ['USAGE_PRICE_MISMATCH'],
    ],
    [
      'is of other weights than the plan',
      () =>
        judged([receipt(1, { weights: digestOf(utf8('other')) })], {
          facts: { weights: digestOf(utf8('other')) },
        }),
      ['USAGE_MODEL_MISMATCH', 'USAGE_MODEL_MISMATCH'],
    ],
    [
      'names another model than was asked',
      () => judged([first], { facts: { model: 'm2' } }),
      ['USAGE_MODEL_MISMATCH'],
    ],
  ])('that %s is found', (_, lie, reasons) => {
    expect(lie()).toEqual(reasons);
  });

  it('that is the sum of what was signed, of several calls or of none, is in order', () => {
    expect(judged([first, second])).toEqual([]);
    expect(judged([])).toEqual([]);
  });

  it('is written down once: the blob of receipts is canonical', () => {
    const blob = encodeUsageReceipts([signed(first)]);
    expect(encodeUsageReceipts([signed(first)])).toEqual(blob);
    expect(parseJsonStrict(blob)).toMatchObject({ v: 1 });
  });
});
