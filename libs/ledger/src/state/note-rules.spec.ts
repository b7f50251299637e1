import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { spendContext } from '../notes/note.js';
import { keyOf, type Wish } from '../testing/ledger.fixture.js';
import { NoteLedger, sampleCircuit } from '../testing/note-ledger.fixture.js';
import { balancesOf } from './apply-batch.js';
import { checkState } from './found-state.js';
import { encodeState, parseState } from './snapshot.js';

const { open } = NoteLedger;

/** What became of one intent, which moved no note and no money where it was refused. */
function decided(ledger: NoteLedger, wish: Wish & { readonly by?: string }): string {
  const before = ledger.state;
  const [reason = 'nothing'] = ledger.run(wish);
  if (reason !== 'applied') {
    expect(ledger.moves).toEqual([]);
    expect(ledger.state.made).toEqual(before.made);
    expect(ledger.state.pages).toEqual(before.pages);
  }
  return reason;
}

const toBob = { from: 'alice', to: 'bob', amount: 400n } as const;

describe('a ledger in zk-check refuses a transfer', () => {
  it('without a proof', () => {
    const wish: Wish = { op: 'transfer', account: 'alice', to: 'bob', amount: 400n };
    expect(decided(open(), wish)).toBe('PROOF_MISSING');
  });

  it('whose proof is of another amount than the intent says', () => {
    const ledger = open();
    const wish = ledger.pay({ ...toBob, note: ledger.note('alice'), proven: 399n });
    expect(decided(ledger, wish)).toBe('PROOF_INVALID');
  });

  it('whose proof pays somebody else', () => {
    const ledger = open();
    const wish = { ...ledger.pay({ ...toBob, note: ledger.note('alice') }), to: 'carol' } as Wish;
    expect(decided(ledger, wish)).toBe('PROOF_INVALID');
  });

  it('whose proof was made under another key', () => {
    const ledger = open();
    const { key } = sampleCircuit(22n);
    expect(decided(ledger, ledger.pay({ ...toBob, note: ledger.note('alice'), key }))).toBe('PROOF_INVALID');
  });

  it('whose proof was made for another ledger', () => {
    const ledger = open();
    const charter = digestOf(utf8('another charter'));
    expect(decided(ledger, ledger.pay({ ...toBob, note: ledger.note('alice'), charter }))).toBe(
      'PROOF_INVALID',
    );
  });

  it('whose proof was made for another note of the same account', () => {
    const ledger = open();
    const [large, small] = ledger.notesOf('alice');
    if (large === undefined || small === undefined) throw new Error('alice has two notes');
    const wish = ledger.pay({ ...toBob, amount: 10n, note: { ...large, number: small.number } });
    expect(decided(ledger, wish)).toBe('PROOF_INVALID');
  });

  it('from a note of somebody else, whoever proves it', () => {
    const ledger = open();
    const note = ledger.note('alice');
    const theft = ledger.pay({ from: 'bob', to: 'carol', amount: 1n, note, owner: 'alice' });
    // Bob has nothing, and is told so before anybody looks at the note.
    expect(decided(ledger, theft)).toBe('INSUFFICIENT');
    expect(ledger.run(ledger.mint('bob', 5n))).toEqual(['applied']);
    const again = ledger.pay({ from: 'bob', to: 'carol', amount: 1n, note, owner: 'alice' });
    expect(decided(ledger, again)).toBe('NOTE_UNKNOWN');
  });

  it('from a note that was spent, in the same batch or before', () => {
    const ledger = open();
    const note = ledger.note('alice');
    const pay = () => ledger.pay({ ...toBob, amount: 1n, note });
    expect(ledger.run(pay(), pay())).toEqual(['applied', 'NOTE_UNKNOWN']);
    expect(decided(ledger, pay())).toBe('NOTE_UNKNOWN');
  });

  it('from a note that came with its own batch', () => {
    const ledger = open();
    const next = { number: 3, amount: 7n, salt: 1_003n };
    const outcomes = ledger.run(
      ledger.mint('bob', 7n),
      ledger.pay({ ...toBob, from: 'bob', to: 'carol', amount: 7n, note: next }),
    );
    expect(outcomes).toEqual(['applied', 'INSUFFICIENT']);
  });

  it('of more than the note, though the account has as much', () => {
    const ledger = open();
    const wish = ledger.pay({ ...toBob, amount: 1_001n, note: ledger.note('alice') });
    expect(decided(ledger, wish)).toBe('INSUFFICIENT');
  });

  it('by a delegate: there are none', () => {
    const ledger = open();
    const wish: Wish = {
      ...{ op: 'delegate', account: 'alice', delegate: keyOf('agent'), ops: ['transfer'], allow: null },
      ...{ perCall: 1n, perDay: 1n, untilMs: Number.MAX_SAFE_INTEGER },
    };
    expect(decided(ledger, { ...wish, untilMs: 1_900_000_000_000 } as Wish)).toBe('MODE_REFUSED');
  });
});

describe('a ledger in zk-check refuses a withdrawal', () => {
  const out = { from: 'alice', amount: 400n } as const;

  it('by the issuer alone, who has no proof, and by the owner alone, who has no word of it', () => {
    const ledger = open();
    const bare: Wish = { op: 'withdraw', account: 'alice', amount: 1n };
    expect(decided(ledger, { ...bare, by: 'issuer' })).toBe('NOT_OWNER');
    expect(decided(ledger, { ...bare, by: 'alice' })).toBe('PROOF_MISSING');
    const note = ledger.note('alice');
    expect(decided(ledger, { ...ledger.leave({ ...out, note }), by: 'issuer' })).toBe('NOT_OWNER');
    const alone = ledger.leave({ ...out, note, word: 'alice' });
    expect(decided(ledger, { ...alone, by: 'alice' })).toBe('PROOF_INVALID');
  });

  it.each<[string, (ledger: NoteLedger) => Wish, string, string]>([
    [
      'whose word of the issuer is of another amount',
      (ledger) => ledger.leave({ ...out, note: ledger.note('alice'), worded: 399n }),
      ...(['PROOF_INVALID', 'intent.burn.signature'] as const),
    ],
    [
      'whose proof is of another amount',
      (ledger) => ledger.leave({ ...out, note: ledger.note('alice'), proven: 399n }),
      ...(['PROOF_INVALID', 'intent.burn.proof'] as const),
    ],
    [
      'whose proof was made for a payment',
      (ledger) => ledger.leave({ ...out, note: ledger.note('alice'), context: spendContext }),
      ...(['PROOF_INVALID', 'intent.burn.proof'] as const),
    ],
    [
      'whose proof is by somebody else',
      (ledger) => ledger.leave({ ...out, note: ledger.note('alice'), owner: 'bob' }),
      ...(['PROOF_INVALID', 'intent.burn.proof'] as const),
    ],
    [
      'of more than the note, though the account has as much',
      (ledger) => ledger.leave({ ...out, amount: 1_001n, note: ledger.note('alice') }),
      ...(['INSUFFICIENT', 'intent.amount'] as const),
    ],
    [
      'of more than the account has',
      (ledger) => ledger.leave({ ...out, amount: 1_051n, note: ledger.note('alice') }),
      ...(['INSUFFICIENT', 'intent.amount'] as const),
    ],
    [
      'from a note that is not there',
      (ledger) => ledger.leave({ ...out, note: { ...ledger.note('alice'), number: 9 } }),
      ...(['NOTE_UNKNOWN', 'intent.burn.note'] as const),
    ],
  ])('%s', (_what, wish, reason, place) => {
    const ledger = open();
    expect(decided(ledger, { ...wish(ledger), by: 'alice' })).toBe(reason);
    expect(ledger.result?.outcomes[0]?.place).toBe(place);
  });

  it('from a frozen account, and from a note that was spent in the same batch', () => {
    const ledger = open();
    const note = ledger.note('alice');
    const leave = () => ({ ...ledger.leave({ ...out, note }), by: 'alice' });
    expect(ledger.run({ op: 'freeze', account: 'alice' })).toEqual(['applied']);
    expect(decided(ledger, leave())).toBe('ACCOUNT_FROZEN');
    expect(ledger.run({ op: 'unfreeze', account: 'alice' })).toEqual(['applied']);
    expect(ledger.run(ledger.pay({ ...toBob, note }), leave())).toEqual(['applied', 'NOTE_UNKNOWN']);
  });
});

describe('a ledger in zk-check refuses', () => {
  it('what would move money without a proof', () => {
    const ledger = open();
    expect(decided(ledger, { op: 'rollover', account: 'alice' })).toBe('MODE_REFUSED');
    expect(decided(ledger, { op: 'settle', account: 'alice', auction: 'a', floor: 1n })).toBe('MODE_REFUSED');
  });

  it('an account without an owner of its notes, and one that would leave money pending', () => {
    const ledger = open();
    const { noteOwner: _none, ...bare } = ledger.wishToOpen('dora') as Wish & { noteOwner?: bigint };
    expect(decided(ledger, bare as Wish)).toBe('PROOF_MISSING');
    const manual = { ...ledger.wishToOpen('dora'), rollover: 'manual' } as Wish;
    expect(decided(ledger, manual)).toBe('MODE_REFUSED');
  });

  it('a deposit without a mint, under another key, of another amount, and twice', () => {
    const ledger = open();
    expect(decided(ledger, { op: 'deposit', account: 'bob', amount: 1n })).toBe('PROOF_MISSING');
    expect(decided(ledger, ledger.mint('bob', 1n, 'alice'))).toBe('PROOF_INVALID');
    const other = { ...ledger.mint('bob', 1n), amount: 2n } as Wish;
    expect(decided(ledger, other)).toBe('PROOF_INVALID');
    const mint = ledger.mint('bob', 3n);
    expect(ledger.run(mint)).toEqual(['applied']);
    expect(decided(ledger, mint)).toBe('REPLAYED');
    expect(decided(ledger, ledger.mint('bob', 3n, 'issuer', 1))).toBe('REPLAYED');
  });
});

describe('a ledger in tee-check', () => {
  it('has no place for notes', async () => {
    const { SampleLedger } = await import('../testing/ledger.fixture.js');
    const ledger = new SampleLedger();
    const notes = open();
    expect(ledger.run(notes.pay({ ...toBob, note: notes.note('alice') }))).toEqual(['MODE_REFUSED']);
    expect(ledger.run(notes.mint('alice', 1n))).toEqual(['MODE_REFUSED']);
    const leaving = notes.leave({ from: 'alice', amount: 1n, note: notes.note('alice') });
    expect(ledger.run({ ...leaving, by: 'issuer' })).toEqual(['MODE_REFUSED']);
    expect(ledger.run(notes.wishToOpen('dora'))).toEqual(['MODE_REFUSED']);
  });
});

describe('a ledger in zk-check', () => {
  it('moves notes and balances together', () => {
    const ledger = open();
    const paid = ledger.run(ledger.pay({ ...toBob, note: ledger.note('alice') }));
    expect(paid).toEqual(['applied']);
    expect(ledger.notesOf('alice').map(({ number, amount }) => [number, amount])).toEqual([
      [2, 50n],
      [3, 600n],
    ]);
    expect(ledger.notesOf('bob').map(({ number, amount }) => [number, amount])).toEqual([[4, 400n]]);
    expect(balancesOf(ledger.state, 'alice')?.available).toBe(650n);
    expect(balancesOf(ledger.state, 'bob')?.available).toBe(400n);
    expect(
      ledger.run(ledger.pay({ from: 'bob', to: 'carol', amount: 400n, note: ledger.note('bob') })),
    ).toEqual(['applied']);
    // What is left of a note that was paid whole is nothing, which nobody keeps.
    expect(ledger.notesOf('bob')).toEqual([]);
    expect(ledger.state.made).toEqual({ notes: 6, serial: 2 });
  });

  it('lets money leave with a proof of its owner and the word of its issuer', () => {
    const ledger = open();
    const { supply } = ledger.state;
    const leave = (amount: bigint) => ({
      ...ledger.leave({ from: 'alice', amount, note: ledger.note('alice') }),
      by: 'alice',
    });
    expect(ledger.run(leave(400n))).toEqual(['applied']);
    expect(ledger.moves.map(({ kind }) => kind)).toEqual(['burn']);
    expect(ledger.result?.supplyChange).toBe(-400n);
    expect(ledger.state.supply).toBe(supply - 400n);
    expect(ledger.notesOf('alice').map(({ number, amount }) => [number, amount])).toEqual([
      [2, 50n],
      [3, 600n],
    ]);
    // What left has no number, and no account has it.
    expect(ledger.state.made).toEqual({ notes: 3, serial: 2 });
    expect(ledger.run(leave(600n))).toEqual(['applied']);
    expect(ledger.run(leave(50n))).toEqual(['applied']);
    expect({ notes: ledger.notesOf('alice'), supply: ledger.state.supply }).toEqual({
      notes: [],
      supply: 0n,
    });
    expect(ledger.run({ op: 'close', account: 'alice' })).toEqual(['applied']);
  });

  it('comes back from a snapshot as it was', () => {
    const ledger = open();
    ledger.run(ledger.pay({ ...toBob, note: ledger.note('alice') }));
    expect(parseState(encodeState(ledger.state))).toEqual(ledger.state);
  });

  it('is refused as a state where notes and balances differ', () => {
    const { state } = open();
    const [alice, ...others] = state.accounts;
    if (alice?.purse === undefined) throw new Error('alice has notes');
    const poorer = { ...alice, purse: { ...alice.purse, notes: alice.purse.notes.slice(1) } };
    expect(() => checkState({ ...state, accounts: [poorer, ...others] })).toThrow('are not its balances');
  });
});
