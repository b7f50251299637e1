import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import { SampleChain } from '../testing/chain.fixture.js';
import { batchReceiptPredicate, parseBatchReceipt } from './batch-receipt.js';

const chain = new SampleChain();
const founding = chain.last.receipt;
const batch = chain.batch({ op: 'transfer', account: 'alice', to: 'bob', amount: 1n }).receipt;
const digest = digestOf(utf8('any'));
const [change] = batch.changes;
if (change === undefined) throw new Error('no change');

function codeOf(receipt: typeof batch, members: JsonObject): string {
  try {
    parseBatchReceipt({ ...batchReceiptPredicate(receipt), ...members });
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the receipt of a version', () => {
  it.each<[string, JsonObject]>([
    ['an unknown event', { event: 'mint' }],
    ['no receipt before', { prevReceipt: null }],
    ['no pages before', { pages: { before: null, after: digest } }],
    ['no intents', { intents: null }],
    ['no outcomes', { outcomes: null }],
    ['more intents than a batch may have', { intents: { digest, count: 4_097 } }],
    ['the version of a founding', { version: 1 }],
    ['a page twice', { changes: [{ ...change }, { ...change }] }],
    [
      'pages out of order',
      {
        changes: [
          { ...change, page: 1 },
          { ...change, page: 0 },
        ],
      },
    ],
    ['an unknown book', { changes: [{ ...change, book: 'secret' }] }],
    ['a delta that was never added', { changes: [{ ...change, addCount: 0 }] }],
    ['a fresh page that was added to', { changes: [{ ...change, delta: null }] }],
    ['more additions than a page takes', { changes: [{ ...change, addCount: 4_097 }] }],
    ['a page from nowhere', { changes: [{ ...change, prev: null }] }],
    ['a page number beyond the bound', { changes: [{ ...change, page: 64 }] }],
    ['a bare digest of the supply', { supply: digest }],
    ['a bare digest of the directory', { directory: digest }],
    ['a ledger key of 31 bytes', { ledgerKey: 'A'.repeat(44) }],
    ['a text for changes', { changes: 'none' }],
  ])('is malformed with %s', (_, members) => {
    expect(codeOf(batch, members)).toBe('RECEIPT_MALFORMED');
  });

  it.each<[string, JsonObject]>([
    ['intents', { intents: { digest, count: 1 } }],
    ['a receipt before', { prevReceipt: digest }],
    [
      'a delta',
      { changes: [{ ...founding.changes[0], delta: digest, addCount: 1 }] as unknown as JsonObject[] },
    ],
    ['a later version', { version: 2 }],
  ])('of a founding is malformed with %s', (_, members) => {
    expect(codeOf(founding, members)).toBe('RECEIPT_MALFORMED');
  });

  it('says the same as an object and as a predicate, and ignores members of later writers', () => {
    expect(parseBatchReceipt(batchReceiptPredicate(batch))).toEqual(batch);
    expect(parseBatchReceipt({ ...batchReceiptPredicate(founding), later: 1 })).toEqual(founding);
  });

  it('may hold a page that the enclave encrypted afresh', () => {
    expect(codeOf(batch, { changes: [{ ...change, delta: null, addCount: 0 }] })).toBe('accepted');
  });
});
