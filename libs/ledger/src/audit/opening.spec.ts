import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, failedChecks, sha256, utf8 } from '#canonical';
import { amountMax, encodeDelta } from '#ciphertext';
import type { BatchReceipt } from '../receipt/batch-receipt.js';
import { encryptBytes, SampleChain } from '../testing/chain.fixture.js';
import { type BatchOpening, encodeOpening, parseOpening, totalOf, verifyOpening } from './opening.js';

const seed = sha256(utf8('coins'));
const encrypt = (slots: BigUint64Array, coins: Uint8Array): Digest => digestOf(encryptBytes(slots, coins));
const changes = [
  { slot: 0, change: -25n },
  { slot: 1, change: 25n },
  { slot: 8_191, change: 7n },
];

/** A batch whose one delta is the encryption of `changes` with `seed`. */
function opened(): { opening: BatchOpening; receipt: BatchReceipt } {
  const chain = new SampleChain();
  const { receipt } = chain.batch({ op: 'transfer', account: 'alice', to: 'bob', amount: 25n });
  const { ledger, version } = receipt;
  const delta = encrypt(encodeDelta(changes), seed);
  return {
    opening: { ledger, version, deltas: [{ page: 0, book: 'available', changes, seed }] },
    receipt: { ...receipt, changes: receipt.changes.map((change) => ({ ...change, delta })) },
  };
}

function reasonsOf(edit: (opening: BatchOpening) => BatchOpening): readonly (string | null)[] {
  const { opening, receipt } = opened();
  return failedChecks(verifyOpening(edit(opening), receipt, encrypt)).map(({ reason }) => reason);
}

const delta = (edit: Partial<BatchOpening['deltas'][number]>) => (opening: BatchOpening) => ({
  ...opening,
  deltas: opening.deltas.map((entry) => ({ ...entry, ...edit })),
});

describe('the opening of a batch', () => {
  it.each<[string, (opening: BatchOpening) => BatchOpening, readonly string[]]>([
    ['another seed', delta({ seed: sha256(utf8('other')) }), ['OPENING_MISMATCH']],
    ['another amount', delta({ changes: [{ slot: 0, change: -26n }] }), ['OPENING_MISMATCH']],
    ['a change left out', delta({ changes: changes.slice(1) }), ['OPENING_MISMATCH']],
    ['another book', delta({ book: 'reserved' }), ['OPENING_INCOMPLETE', 'OPENING_MISMATCH']],
    ['a delta left out', (opening) => ({ ...opening, deltas: [] }), ['OPENING_INCOMPLETE']],
    ['another version', (opening) => ({ ...opening, version: 9 }), ['OPENING_OF_OTHER_VERSION']],
    ['another ledger', (opening) => ({ ...opening, ledger: 'other' }), ['OPENING_OF_OTHER_VERSION']],
  ])('fails for %s', (_, edit, reasons) => {
    expect(reasonsOf(edit)).toEqual(reasons);
  });

  it.each<[string, BatchOpening]>([
    [
      'a slot twice',
      {
        ...opened().opening,
        deltas: [{ page: 0, book: 'available', changes: [...changes, ...changes], seed }],
      },
    ],
    ['a slot beyond the page', delta({ changes: [{ slot: 8_192, change: 1n }] })(opened().opening)],
    ['a change of nothing', delta({ changes: [{ slot: 1, change: 0n }] })(opened().opening)],
    ['a change of 2^59', delta({ changes: [{ slot: 1, change: amountMax + 1n }] })(opened().opening)],
    ['a page that cannot be', delta({ page: 64 })(opened().opening)],
  ])('is malformed with %s', (_, opening) => {
    expect(() => parseOpening(encodeOpening(opening))).toThrow(
      expect.objectContaining({ code: 'OPENING_MALFORMED' }),
    );
  });

  it('proves what every delta holds, and says the sum', () => {
    const { opening, receipt } = opened();
    expect(failedChecks(verifyOpening(parseOpening(encodeOpening(opening)), receipt, encrypt))).toEqual([]);
    expect(totalOf(opening)).toBe(7n);
  });
});
