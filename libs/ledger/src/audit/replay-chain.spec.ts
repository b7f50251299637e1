import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { addCountMax } from '#ciphertext';
import type { BatchReceipt } from '../receipt/batch-receipt.js';
import { addBytes, SampleChain, someCommitment } from '../testing/chain.fixture.js';
import { keyOf, type Wish } from '../testing/ledger.fixture.js';
import { type ChainState, type ReplayTools, replayLink } from './replay-chain.js';

const other = digestOf(utf8('other'));
const pay: Wish = { op: 'transfer', account: 'alice', to: 'bob', amount: 1n };

function chainOf(batches: number): SampleChain {
  const chain = new SampleChain();
  for (let count = 0; count < batches; count += 1)
    chain.batch(pay, { op: 'deposit', account: 'manual', amount: 2n });
  return chain;
}

function replay(chain: SampleChain, tools: Partial<ReplayTools> = {}) {
  const blobs = new Map(chain.blobs);
  let state: ChainState | null = null;
  const seen = { added: 0, findings: [] as string[] };
  for (const link of chain.links) {
    const step = replayLink(state, link, {
      ciphertext: (digest) => blobs.get(digest) ?? null,
      add: addBytes,
      keep: (digest, bytes) => blobs.set(digest, bytes),
      ...tools,
    });
    seen.added += step.added;
    seen.findings.push(...step.findings.map(({ version, reason, where }) => `${version} ${reason} ${where}`));
    state = step.state;
    if (state === null) break;
  }
  return seen;
}

/** Reasons of the last link when its receipt says something else. */
function lie(edit: (receipt: BatchReceipt) => Partial<BatchReceipt>): readonly string[] {
  const chain = chainOf(2);
  const [first, second, last] = chain.links;
  if (first === undefined || second === undefined || last === undefined) throw new Error('no chain');
  const founding = replayLink(null, first, null).state;
  const before = replayLink(founding, second, null).state;
  const receipt = { ...last.receipt, ...edit(last.receipt) };
  return replayLink(before, { ...last, receipt }, null).findings.map(({ reason }) => reason);
}

describe('the replay of a ledger without keys', () => {
  it.each<[string, (receipt: BatchReceipt) => Partial<BatchReceipt>, string]>([
    ['a version that jumps', ({ version }) => ({ version: version + 1 }), 'LEDGER_CHAIN_BROKEN'],
    ['another receipt before', () => ({ prevReceipt: other }), 'LEDGER_CHAIN_BROKEN'],
    ['a founding in the middle', () => ({ event: 'found' }), 'LEDGER_CHAIN_BROKEN'],
    ['another ledger', () => ({ ledger: 'other' }), 'LEDGER_CHAIN_BROKEN'],
    ['another asset', () => ({ asset: 'USD' }), 'LEDGER_CHAIN_BROKEN'],
    ['another charter', () => ({ charter: other }), 'LEDGER_CHAIN_BROKEN'],
    ['a clock that goes back', () => ({ timeMs: 0 }), 'LEDGER_CHAIN_BROKEN'],
    ['an epoch without a rotation', () => ({ epoch: 2 }), 'LEDGER_CHAIN_BROKEN'],
    ['a rotation without an epoch', () => ({ event: 'rotate' }), 'LEDGER_CHAIN_BROKEN'],
    ['another signer', () => ({ ledgerKey: keyOf('other') }), 'LEDGER_KEY_CHANGED'],
    ['another key of pages', () => ({ keyId: other }), 'LEDGER_KEY_CHANGED'],
    ['another public key', () => ({ publicKeyId: other }), 'LEDGER_KEY_CHANGED'],
    ['another intent key', () => ({ intentKey: keyOf('other') }), 'LEDGER_KEY_CHANGED'],
    ['other pages before', ({ pages }) => ({ pages: { ...pages, before: other } }), 'LEDGER_PAGES_MISMATCH'],
    ['other pages after', ({ pages }) => ({ pages: { ...pages, after: other } }), 'LEDGER_PAGES_MISMATCH'],
    [
      'other commitments before',
      ({ commitments }) => ({ commitments: { ...commitments, before: other } }),
      'LEDGER_COMMITMENTS_BROKEN',
    ],
    ['fewer accounts', () => ({ accountCount: 1 }), 'LEDGER_COMMITMENTS_BROKEN'],
    [
      'a page from elsewhere',
      ({ changes }) => ({ changes: changes.map((change) => ({ ...change, prev: other })) }),
      'LEDGER_CHAIN_BROKEN',
    ],
    [
      'an addition that is not counted',
      ({ changes }) => ({ changes: changes.map((change) => ({ ...change, addCount: 1 })) }),
      'LEDGER_CHAIN_BROKEN',
    ],
    [
      'a page that nobody has',
      ({ changes }) => ({ changes: changes.map((change) => ({ ...change, page: 7 })) }),
      'LEDGER_CHAIN_BROKEN',
    ],
  ])('stops at %s', (_, edit, reason) => {
    expect(lie(edit)).toContain(reason);
  });

  it('does not care for what only the enclave can know', () => {
    expect(lie(() => ({ directory: someCommitment, supply: someCommitment }))).toEqual([]);
  });

  it('begins with a founding', () => {
    const [, batch] = chainOf(1).links;
    if (batch === undefined) throw new Error('no batch');
    expect(replayLink(null, batch, null).findings.map(({ reason }) => reason)).toEqual([
      'LEDGER_CHAIN_BROKEN',
    ]);
  });

  it('makes every page of the history again', () => {
    expect(replay(chainOf(20))).toEqual({ added: 40, findings: [] });
  });

  it('names the page of one flipped byte, whichever blob it is in', () => {
    const chain = chainOf(5);
    const named = chain.links[2]?.receipt.changes[0];
    if (named?.delta == null || named.prev === null) throw new Error('no change');
    const flip = (digest: string) => (asked: string) => {
      const bytes = chain.blobs.get(asked as `sha256:${string}`) ?? null;
      return asked === digest
        ? (bytes?.map((byte, index) => (index === 5 ? byte ^ 1 : byte)) ?? null)
        : bytes;
    };
    expect(replay(chain, { ciphertext: flip(named.delta) }).findings).toEqual([
      '3 CIPHERTEXT_DIGEST_MISMATCH delta 0/available',
    ]);
    expect(replay(chain, { ciphertext: flip(named.prev) }).findings).toEqual([
      '3 CIPHERTEXT_DIGEST_MISMATCH page 0/available',
    ]);
  });

  it('names a page that the service did not add', () => {
    const add = (page: Uint8Array, delta: Uint8Array) => addBytes(addBytes(page, delta), delta);
    expect(replay(chainOf(3), { add }).findings[0]).toBe('2 REPLAY_MISMATCH page 0/available');
  });

  it('takes an engine that refuses the bytes as a mismatch', () => {
    const add = () => {
      throw new Error('transparent ciphertext');
    };
    expect(replay(chainOf(1), { add }).findings[0]).toBe('2 REPLAY_MISMATCH page 0/available');
  });

  it('says which ciphertext is missing', () => {
    const chain = chainOf(2);
    const delta = chain.links[1]?.receipt.changes[0]?.delta;
    const ciphertext = (digest: string) =>
      digest === delta ? null : (chain.blobs.get(digest as `sha256:${string}`) ?? null);
    expect(replay(chain, { ciphertext }).findings).toEqual(['2 CIPHERTEXT_MISSING delta 0/available']);
  });

  it('counts additions to the bound that every engine keeps', () => {
    const chain = chainOf(1);
    const last = chain.links[1]?.receipt;
    expect(last?.changes.every(({ addCount }) => addCount > 0 && addCount <= addCountMax)).toBe(true);
  });
});
