import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { balancesOf, type IntentOp, intentOps, notesMade } from '#ledger';
import { keyOf, type Wish } from '../../libs/ledger/src/testing/ledger.fixture.js';
import { NoteLedger } from '../../libs/ledger/src/testing/note-ledger.fixture.js';
import { repositoryRoot } from '../architecture/source-file.js';

/** A line of the table of operations in docs/ledger.md. */
interface Told {
  readonly works: boolean;
  readonly used: number;
  readonly made: number;
  readonly reasons: readonly string[];
}

const line = /^\| `([a-z]+)`\s*\| (works|refused)[^|]*\|\s*([0-9]), ([0-9])\s*\|((?:\s*`[A-Z_]+`)*)\s*\|$/gm;
const document = readFileSync(join(repositoryRoot, 'docs/ledger.md'), 'utf8');
const table = new Map<string, Told>(
  [...document.matchAll(line)].map(([, op = '', works, used, made, reasons = '']) => [
    op,
    {
      ...{ works: works === 'works', used: Number(used), made: Number(made) },
      reasons: [...reasons.matchAll(/[A-Z_]+/g)].map(([reason]) => reason),
    },
  ]),
);

type By = Wish & { readonly by?: string };

/** For each operation what an honest signer sends, and what is refused because of the mode, by its reason. */
interface Walk {
  readonly honest: (ledger: NoteLedger) => By;
  /** Batches before it. */
  readonly before?: (ledger: NoteLedger) => readonly By[];
  readonly wrong?: Readonly<Record<string, (ledger: NoteLedger) => By>>;
}

const out = (ledger: NoteLedger) => ({ from: 'alice', amount: 400n, note: ledger.note('alice') });
const pay = (ledger: NoteLedger) => ({ ...out(ledger), to: 'bob' });
const reservation = `sha256:${'a'.repeat(64)}` as const;

const walks: Readonly<Record<IntentOp, Walk>> = {
  open: {
    honest: (ledger) => ledger.wishToOpen('dora'),
    wrong: {
      PROOF_MISSING: () => ({ op: 'open', account: 'dora', owner: keyOf('dora'), rollover: 'auto' }),
      MODE_REFUSED: (ledger) => ({ ...ledger.wishToOpen('dora'), rollover: 'manual' }) as Wish,
    },
  },
  deposit: {
    honest: (ledger) => ledger.mint('bob', 5n),
    wrong: {
      PROOF_MISSING: () => ({ op: 'deposit', account: 'bob', amount: 5n }),
      PROOF_INVALID: (ledger) => ledger.mint('bob', 5n, 'alice'),
      REPLAYED: (ledger) => ledger.mint('bob', 5n, 'issuer', 1),
    },
  },
  withdraw: {
    honest: (ledger) => ({ ...ledger.leave(out(ledger)), by: 'alice' }),
    wrong: {
      NOT_OWNER: (ledger) => ({ ...ledger.leave(out(ledger)), by: 'issuer' }),
      PROOF_MISSING: () => ({ op: 'withdraw', account: 'alice', amount: 5n, by: 'alice' }),
      PROOF_INVALID: (ledger) => ({ ...ledger.leave({ ...out(ledger), owner: 'bob' }), by: 'alice' }),
      NOTE_UNKNOWN: (ledger) => {
        const note = { ...ledger.note('alice'), number: 77 };
        return { ...ledger.leave({ ...out(ledger), note }), by: 'alice' };
      },
    },
  },
  transfer: {
    honest: (ledger) => ledger.pay(pay(ledger)),
    wrong: {
      PROOF_MISSING: () => ({ op: 'transfer', account: 'alice', to: 'bob', amount: 5n }),
      PROOF_INVALID: (ledger) => ledger.pay({ ...pay(ledger), proven: 399n }),
      NOTE_UNKNOWN: (ledger) => ledger.pay({ ...pay(ledger), note: { ...ledger.note('alice'), number: 77 } }),
    },
  },
  reserve: {
    honest: () => ({
      ...{ op: 'reserve', account: 'alice', to: 'bob', amount: 5n, closer: keyOf('bob') },
      untilMs: Date.UTC(2027, 0),
    }),
  },
  commit: { honest: () => ({ op: 'commit', account: 'alice', reservation, amount: 5n }) },
  release: { honest: () => ({ op: 'release', account: 'alice', reservation }) },
  freeze: { honest: () => ({ op: 'freeze', account: 'alice' }) },
  unfreeze: {
    // What came in meanwhile is there afterwards, and so is its note.
    before: (ledger) => [{ op: 'freeze', account: 'alice' }, ledger.mint('alice', 9n)],
    honest: () => ({ op: 'unfreeze', account: 'alice' }),
  },
  rollover: { honest: () => ({ op: 'rollover', account: 'alice' }) },
  close: { honest: () => ({ op: 'close', account: 'carol' }) },
  delegate: {
    honest: () => ({
      ...{ op: 'delegate', account: 'alice', delegate: keyOf('agent'), ops: ['transfer'], allow: null },
      ...{ perCall: 1n, perDay: 1n, untilMs: Date.UTC(2027, 0) },
    }),
  },
  revoke: { honest: () => ({ op: 'revoke', account: 'alice', delegate: keyOf('agent') }) },
  settle: { honest: () => ({ op: 'settle', account: 'alice', auction: 'vase', floor: 1n }) },
};

function toldOf(op: string): Told {
  const told = table.get(op);
  if (told === undefined) throw new Error(`docs/ledger.md: no line for ${op}`);
  return told;
}

/** Notes of all accounts add up to all balances, and each account's to its own. */
function expectTogether({ state }: NoteLedger): void {
  for (const { id, purse } of state.accounts) {
    const noted = purse?.notes.reduce((sum, { amount }) => sum + amount, 0n);
    const { available = 0n, pending = 0n, reserved = 0n } = balancesOf(state, id) ?? {};
    expect({ id, noted }).toEqual({ id, noted: available + pending + reserved });
  }
}

describe('the table of operations in zk-check', () => {
  it('has a line for each operation', () => {
    expect([...table.keys()].sort()).toEqual([...intentOps].sort());
  });

  it.each(Object.entries(walks))('says what becomes of %s', (op, { honest, before, wrong = {} }) => {
    const { works, used, made, reasons } = toldOf(op);
    const ledger = NoteLedger.open();
    for (const wish of before?.(ledger) ?? []) expect(ledger.run(wish)).toEqual(['applied']);
    const [outcome] = ledger.run(honest(ledger));
    expect(outcome).toBe(works ? 'applied' : 'MODE_REFUSED');
    const moves = ledger.moves;
    expect({
      used: moves.filter(({ kind }) => kind !== 'mint').length,
      made: moves.flatMap(notesMade).length,
    }).toEqual({ used, made });
    expectTogether(ledger);
    expect([...reasons].sort()).toEqual(works ? Object.keys(wrong).sort() : ['MODE_REFUSED']);
  });

  it.each(
    Object.entries(walks).flatMap(([op, { wrong = {} }]) =>
      Object.entries(wrong).map(([reason, wish]) => [op, reason, wish] as const),
    ),
  )('refuses %s with %s, and moves nothing', (_op, reason, wish) => {
    const ledger = NoteLedger.open();
    const { pages, made } = ledger.state;
    expect(ledger.run(wish(ledger))).toEqual([reason]);
    expect({ pages: ledger.state.pages, made: ledger.state.made, moves: ledger.moves }).toEqual({
      ...{ pages, made, moves: [] },
    });
  });
});
