import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import {
  chargeMicros,
  parseUsageFacts,
  parseUsageReceipt,
  receiptJson,
  sumOf,
  type UsageReceipt,
} from './receipt.js';

const receipt: UsageReceipt = {
  runId: '01KAQ0000000000000000000RN',
  taskId: 'converse',
  attempt: 1,
  call: '00'.repeat(16),
  request: digestOf(utf8('request')),
  answer: digestOf(utf8('answer')),
  frames: 3,
  model: 'm1',
  weights: digestOf(utf8('weights')),
  promptTokens: 812,
  completionTokens: 447,
  inputNanosPerToken: 300,
  outputNanosPerToken: 1200,
  chargeMicros: 781,
  end: 'stop',
  endedAt: '2026-11-22T00:00:00.000Z',
};

describe('a usage receipt', () => {
  it.each<[name: string, change: JsonObject, code: string]>([
    ['another charge than its tokens come to', { chargeMicros: 780 }, 'RECEIPT_MISMATCH'],
    ['a charge below nothing', { chargeMicros: -1 }, 'RECEIPT_MALFORMED'],
    ['half a token', { promptTokens: 0.5 }, 'RECEIPT_MALFORMED'],
    ['a call that is none', { call: 'x'.repeat(32) }, 'RECEIPT_MALFORMED'],
    ['weights without a digest', { weights: 'none' }, 'RECEIPT_MALFORMED'],
    ['an end that has no name', { end: 'tired' }, 'RECEIPT_MALFORMED'],
    ['a time that is none', { endedAt: 'yesterday' }, 'RECEIPT_MALFORMED'],
    ['more tokens than any model says', { completionTokens: 10_000_001 }, 'RECEIPT_MALFORMED'],
  ])('with %s is refused', (_, change, code) => {
    expect(() => parseUsageReceipt({ ...receiptJson(receipt), ...change })).toThrowError(
      expect.objectContaining({ code }),
    );
  });

  it('is what it was before it was written', () => {
    expect(parseUsageReceipt(receiptJson(receipt))).toEqual(receipt);
  });
});

describe('a charge', () => {
  it('rounds each side up to a whole millionth', () => {
    const price = { inputNanosPerToken: 300, outputNanosPerToken: 1200 };
    expect(chargeMicros({ promptTokens: 812, completionTokens: 0 }, price)).toBe(244);
    expect(chargeMicros({ promptTokens: 0, completionTokens: 447 }, price)).toBe(537);
    expect(chargeMicros({ promptTokens: 812, completionTokens: 447 }, price)).toBe(781);
    expect(chargeMicros({ promptTokens: 1, completionTokens: 1 }, price)).toBe(3);
  });

  it('of several calls is the sum of what was signed', () => {
    const sum = sumOf([receipt, { ...receipt, call: '01'.repeat(16) }]);
    expect(sum).toEqual({ calls: 2, promptTokens: 1624, completionTokens: 894, chargeMicros: 1562 });
    expect(sumOf([])).toEqual({ calls: 0, promptTokens: 0, completionTokens: 0, chargeMicros: 0 });
    const { model, weights } = receipt;
    const facts = { model, weights, receipts: digestOf(utf8('receipts')), ...sum };
    expect(parseUsageFacts(facts)).toEqual(facts);
    expect(() => parseUsageFacts({ ...facts, calls: -1 })).toThrow('calls');
  });
});
