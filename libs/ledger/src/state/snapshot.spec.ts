import { describe, expect, it } from 'vitest';
import { canonicalBytes, type Json, type JsonObject, parseJsonStrict, toBase64 } from '#canonical';
import { keyOf, laterMs, sampleLedger, startMs } from '../testing/ledger.fixture.js';
import { applyBatch } from './apply-batch.js';
import { rotateState } from './found-state.js';
import { encodeState, parseState } from './snapshot.js';
import type { LedgerState } from './state.js';

function livedIn(): ReturnType<typeof sampleLedger> {
  const ledger = sampleLedger();
  ledger.run(
    { op: 'open', account: 'new', owner: keyOf('new'), rollover: 'manual' },
    { op: 'deposit', account: 'new', amount: 5n },
    { op: 'reserve', account: 'alice', to: 'bob', amount: 9n, closer: keyOf('bob'), untilMs: laterMs },
    {
      ...{ op: 'delegate', account: 'bob', delegate: keyOf('agent'), ops: ['transfer'] },
      ...{ perCall: 5n, perDay: 9n, untilMs: laterMs, allow: ['alice'] },
    },
    { op: 'transfer', account: 'carol', to: 'nobody', amount: 1n },
  );
  return ledger;
}

function codeOf(edit: (document: Record<string, Json>) => Record<string, Json>): string {
  const document = parseJsonStrict(encodeState(livedIn().state)) as Record<string, Json>;
  try {
    parseState(canonicalBytes(edit({ ...document })));
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const firstAccount = (members: JsonObject) => (document: Record<string, Json>) => {
  const [first, ...rest] = document['accounts'] as JsonObject[];
  return { ...document, accounts: [{ ...first, ...members }, ...rest] };
};

describe('a snapshot', () => {
  it.each<[string, (document: Record<string, Json>) => Record<string, Json>, string]>([
    ['another version', (document) => ({ ...document, v: 'x' }), 'SNAPSHOT_MALFORMED'],
    ['an unknown status', firstAccount({ status: 'dead' }), 'SNAPSHOT_MALFORMED'],
    [
      'a window of 65 bits',
      firstAccount({ window: { base: 0, mask: '1'.repeat(17) } }),
      'SNAPSHOT_MALFORMED',
    ],
    ['a supply that is not the sum', (document) => ({ ...document, supply: '1' }), 'STATE_INVALID'],
    ['a reservation that nobody reserved', firstAccount({ reservations: [] }), 'STATE_INVALID'],
    ['two accounts of one name', firstAccount({ id: 'bob' }), 'STATE_INVALID'],
    ['an active account that is said to be closed', firstAccount({ status: 'closed' }), 'STATE_INVALID'],
    ['no pages', (document) => ({ ...document, pages: [] }), 'SNAPSHOT_MALFORMED'],
    [
      'a page that is cut',
      (document) => ({
        ...document,
        pages: [{ ...(document['pages'] as JsonObject[])[0], available: toBase64(new Uint8Array(8)) }],
      }),
      'SNAPSHOT_MALFORMED',
    ],
  ])('is refused with %s', (_, edit, code) => {
    expect(codeOf(edit)).toBe(code);
  });

  it('brings back the very state, which decides as the state before did', () => {
    const ledger = livedIn();
    const again: LedgerState = parseState(encodeState(ledger.state));
    expect(again).toEqual(ledger.state);
    const { version } = again;
    const items = [
      ledger.signers.read(
        { op: 'transfer', account: 'bob', to: 'alice', amount: 4n, seen: version },
        'agent',
      ),
      ledger.signers.read({ op: 'transfer', account: 'alice', to: 'bob', amount: 4n, nonce: 0 }),
    ];
    const batch = { version, timeMs: startMs + 5, items };
    expect(applyBatch(again, batch)).toEqual(applyBatch(ledger.state, batch));
  });
});

describe('a rotation', () => {
  it('keeps every balance and refuses intents of the epoch before', () => {
    const ledger = livedIn();
    const early = ledger.signers.read({ op: 'transfer', account: 'bob', to: 'alice', amount: 1n });
    const { pages } = ledger.state;
    ledger.state = rotateState(ledger.state, startMs);
    expect(ledger.apply([early]).outcomes).toMatchObject([{ reason: 'EPOCH_WRONG' }]);
    expect(ledger.state.pages).toEqual(pages);
    expect(ledger.run({ op: 'transfer', account: 'bob', to: 'alice', amount: 1n, epoch: 2 })).toEqual([
      'applied',
    ]);
  });
});
