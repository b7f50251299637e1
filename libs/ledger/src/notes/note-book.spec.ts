import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, utf8 } from '#canonical';
import type { CircuitPolicy } from '#proofs';
import { LedgerError } from '../ledger-error.js';
import type { BatchReceipt } from '../receipt/batch-receipt.js';
import { SampleChain } from '../testing/chain.fixture.js';
import { keyOf, seedOf } from '../testing/ledger.fixture.js';
import { circuitDigests, NoteLedger, sample, sampleCircuit } from '../testing/note-ledger.fixture.js';
import { signBurn } from './burn.js';
import { signMint } from './mint.js';
import { type BurnMove, encodeMoves, type Move, notesMade, parseMoves, type TransferMove } from './moves.js';
import { type MoveTools, NoteBook, replayNotes } from './note-book.js';

const policy: CircuitPolicy = { manifests: [circuitDigests.manifest], allowDev: true };

/** A ledger and what somebody sees of it who reads receipts and moves, and holds no key. */
class Watched {
  readonly ledger = NoteLedger.open();
  readonly book = new NoteBook();
  readonly blobs = new Map<Digest, Uint8Array>();
  #notes = 0;
  #version = 1;

  constructor() {
    this.put(sample.circuit.manifest);
    this.put(sample.circuit.vkey);
    expect(this.see(this.ledger.moves)).toEqual([]);
  }

  put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  pay(from: string, to: string, amount: bigint): readonly Move[] {
    const wish = this.ledger.pay({ from, to, amount, note: this.ledger.note(from) });
    expect(this.ledger.run(wish)).toEqual(['applied']);
    return this.ledger.moves;
  }

  leave(from: string, amount: bigint): BurnMove {
    const wish = this.ledger.leave({ from, amount, note: this.ledger.note(from) });
    expect(this.ledger.run({ ...wish, by: from })).toEqual(['applied']);
    const [move] = this.ledger.moves;
    if (move?.kind !== 'burn') throw new Error('expected a burn');
    return move;
  }

  /** What an enclave signs, whatever it is. */
  see(moves: readonly Move[], edit: Partial<BatchReceipt> = {}, tools: Partial<MoveTools> = {}): string[] {
    this.#version += 1;
    const version = this.#version;
    const made = moves.reduce((count, move) => count + notesMade(move).length, 0);
    const before = this.#notes;
    this.#notes += made;
    const blob = this.put(encodeMoves({ ledger: 'eur-1', version, moves }));
    const { receipt } = new SampleChain().last;
    const notes = { issuer: keyOf('issuer'), ...circuitDigests, before, after: this.#notes, moves: blob };
    const signed = { ...receipt, version, charter: this.ledger.charter.digest, notes, ...edit };
    const found = replayNotes(this.book, signed, {
      blob: (digest) => this.blobs.get(digest) ?? null,
      policy,
      ...tools,
    });
    return found.findings.map(({ reason, where }) => `${reason} ${where}`);
  }
}

function signatureOf({ note, payment }: BurnMove, by: string, { ledger }: Watched): string {
  return signBurn({ charter: ledger.charter.digest, note, burnt: payment }, seedOf(by));
}

function transferOf(moves: readonly Move[]): TransferMove {
  const [move] = moves;
  if (move?.kind !== 'transfer') throw new Error('expected a transfer');
  return move;
}

describe('an enclave that is broken is found', () => {
  it('when it moves what the payer does not have', () => {
    const watched = new Watched();
    const move = transferOf(watched.pay('alice', 'bob', 400n));
    // It knows every amount and salt, and no spend key: any other payment is one without a proof.
    expect(watched.see([{ ...move, payment: move.payment + 1n }])).toEqual([
      'LEDGER_PROOF_INVALID move 0: PROOF_INVALID',
    ]);
  });

  it('when it has a note spent twice, in one batch or later', () => {
    const watched = new Watched();
    const moves = watched.pay('alice', 'bob', 400n);
    expect(watched.see([...moves, ...moves])).toEqual(['LEDGER_NOTE_UNKNOWN move 1: note 1']);
    expect(watched.see(moves)).toEqual(['LEDGER_NOTE_UNKNOWN move 0: note 1']);
  });

  it('when it puts the proof of one note on another of the same commitment', () => {
    const watched = new Watched();
    const move = transferOf(watched.pay('alice', 'bob', 400n));
    expect(watched.see([move])).toEqual([]);
    const mint = { charter: watched.ledger.charter.digest, serial: 9, note: move.balance };
    const again: Move = { kind: 'mint', ...mint, signature: signMint(mint, seedOf('issuer')) };
    expect(watched.see([again])).toEqual([]);
    expect(watched.see([{ ...move, note: 5 }])).toEqual(['LEDGER_PROOF_INVALID move 0: PROOF_INVALID']);
  });

  it('when it lets somebody spend what came with the same batch', () => {
    const watched = new Watched();
    const first = watched.pay('alice', 'bob', 400n);
    const second = watched.pay('bob', 'carol', 400n);
    expect(watched.see([...first, ...second])).toEqual(['LEDGER_NOTE_UNKNOWN move 1: note 4']);
  });

  it('when it mints: without the issuer, by another word of it, or by the same word twice', () => {
    const watched = new Watched();
    const { digest: charter } = watched.ledger.charter;
    const mint = { charter, serial: 3, note: 77n };
    const signed = (seed: string): Move => ({
      ...{ kind: 'mint', serial: 3, note: 77n },
      signature: signMint(mint, seedOf(seed)),
    });
    expect(watched.see([signed('ledger')])).toEqual(['LEDGER_MINT_INVALID move 0: not signed by the issuer']);
    const good = signed('issuer');
    expect(watched.see([{ ...good, serial: 4 } as Move])).toEqual([
      'LEDGER_MINT_INVALID move 0: not signed by the issuer',
    ]);
    expect(watched.see([{ ...good, note: 78n } as Move]).length).toBeGreaterThan(0);
    const fresh = new Watched();
    expect(fresh.see([good, good])).toEqual(['LEDGER_MINT_INVALID move 1: a mint that was taken before']);
  });

  it('when it has money leave: without the issuer, as a payment, back to somebody, or twice', () => {
    const watched = new Watched();
    const burn = watched.leave('alice', 400n);
    const { signature, ...spent } = burn;
    expect(watched.see([{ ...burn, signature: signatureOf(burn, 'ledger', watched) }])).toEqual([
      'LEDGER_BURN_INVALID move 0: not signed by the issuer',
    ]);
    // Of the proof of a withdrawal it makes a payment, and what left a note that somebody might spend.
    const other = new Watched();
    expect(other.see([{ ...spent, kind: 'transfer' }])).toEqual([
      'LEDGER_PROOF_INVALID move 0: PROOF_INVALID',
    ]);
    const paid = new Watched();
    const transfer = transferOf(paid.pay('alice', 'bob', 400n));
    const word = signatureOf({ ...transfer, kind: 'burn', signature }, 'issuer', paid);
    expect(paid.see([{ ...transfer, kind: 'burn', signature: word }])).toEqual([
      'LEDGER_PROOF_INVALID move 0: PROOF_INVALID',
    ]);
    const twice = new Watched();
    const gone = twice.leave('alice', 400n);
    expect(twice.see([gone, gone])).toEqual(['LEDGER_NOTE_UNKNOWN move 1: note 1']);
  });

  it('when it counts other notes than it made', () => {
    const watched = new Watched();
    const moves = watched.pay('alice', 'bob', 400n);
    const edit = { notes: { issuer: keyOf('issuer'), ...circuitDigests, before: 2, after: 9, moves: null } };
    const digest = watched.put(encodeMoves({ ledger: 'eur-1', version: 3, moves }));
    expect(watched.see(moves, { notes: { ...edit.notes, moves: digest } })).toEqual([
      'LEDGER_NOTES_BROKEN notes: 2 made, not as the receipt counts',
    ]);
  });

  it('when it takes proofs under a circuit of its own', () => {
    const watched = new Watched();
    const moves = watched.pay('alice', 'bob', 400n);
    const { circuit } = sampleCircuit(22n);
    const own = { manifest: watched.put(circuit.manifest), vkey: watched.put(circuit.vkey) };
    const digest = watched.put(encodeMoves({ ledger: 'eur-1', version: 3, moves }));
    const notes = { issuer: keyOf('issuer'), ...own, before: 2, after: 4, moves: digest };
    expect(watched.see(moves, { notes })).toEqual(['LEDGER_PROOF_INVALID move 0: MANIFEST_NOT_PINNED']);
  });

  it('by whoever counts no development keys, whatever the ledger counts', () => {
    const watched = new Watched();
    const strict = { policy: { ...policy, allowDev: false } };
    expect(watched.see(watched.pay('alice', 'bob', 1n), {}, strict)).toEqual([
      'LEDGER_PROOF_INVALID move 0: KEY_STATE_DEV',
    ]);
  });
});

describe('moves', () => {
  it('that are not there, or are of another version, are said to be so', () => {
    const watched = new Watched();
    const moves = watched.pay('alice', 'bob', 400n);
    const nothing = { blob: () => null };
    expect(watched.see(moves, {}, nothing)[0]).toMatch(/^LEDGER_MOVES_MISSING/);
    const other = watched.put(encodeMoves({ ledger: 'eur-1', version: 99, moves }));
    const notes = { issuer: keyOf('issuer'), ...circuitDigests, before: 2, after: 4, moves: other };
    expect(watched.see(moves, { notes })).toEqual(['LEDGER_MOVES_MALFORMED of eur-1, version 99']);
  });

  it('hold together where the enclave is honest, and leave what nobody spent', () => {
    const watched = new Watched();
    expect(watched.see(watched.pay('alice', 'bob', 400n))).toEqual([]);
    expect(watched.see(watched.pay('bob', 'carol', 150n))).toEqual([]);
    expect(watched.see([...watched.pay('alice', 'bob', 600n)])).toEqual([]);
    // Two mints, three payments: two notes of each, less the note that each used.
    expect(watched.book.size).toBe(5);
    // What leaves uses a note and makes one, its rest; what left is none.
    expect(watched.see([watched.leave('alice', 20n)])).toEqual([]);
    expect({ size: watched.book.size, behind: watched.book.commitment(10) }).toEqual({
      size: 5,
      behind: null,
    });
    expect(watched.book.commitment(1)).toBeNull();
  });

  it.each<[string, (text: string) => string]>([
    ['an unknown member', (text) => text.replace('"kind"', '"extra":1,"kind"')],
    ['another version of the format', (text) => text.replace('moves/v1', 'moves/v2')],
    ['an unknown kind', (text) => text.replace('"mint"', '"gift"')],
    ['the members of another kind', (text) => text.replace('"mint"', '"burn"')],
    [
      'a note that is no field element',
      (text) => text.replace(/"note":"[^"]+"/, `"note":"${'/'.repeat(42)}8="`),
    ],
  ])('with %s are refused', (_, change) => {
    const { moves } = NoteLedger.open();
    const bytes = encodeMoves({ ledger: 'eur-1', version: 3, moves });
    expect(parseMoves(bytes).moves).toEqual(moves);
    const changed = utf8(change(new TextDecoder().decode(bytes)));
    expect(() => parseMoves(changed)).toThrow(LedgerError);
  });
});
