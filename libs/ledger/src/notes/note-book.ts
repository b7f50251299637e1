/**
 * The notes of a ledger in `zk-check`, as anybody finds them who reads its receipts and moves, without any key. The
 * enclave that signed them is not trusted: that a note was there and unspent, that its owner moved it, and that as much
 * came out as went in follows from the moves. Trusted are the issuer, for what its mints are worth, and the circuit.
 */
import { CanonicalError, type Digest, digestOf } from '#canonical';
import type { CircuitPolicy } from '#proofs';
import { LedgerError } from '../ledger-error.js';
import type { BatchReceipt, NoteClaims } from '../receipt/batch-receipt.js';
import { isBurn } from './burn.js';
import { isMint } from './mint.js';
import { type Move, notesMade, parseMoves } from './moves.js';
import { drawnWeights, type SpendCircuit, spendsAtOnce, verifySpends } from './verify-spends.js';

export type NoteReason =
  | 'LEDGER_NOTES_BROKEN'
  | 'LEDGER_MOVES_MISSING'
  | 'LEDGER_MOVES_MALFORMED'
  | 'LEDGER_CIRCUIT_MISSING'
  | 'LEDGER_MINT_INVALID'
  | 'LEDGER_BURN_INVALID'
  | 'LEDGER_NOTE_UNKNOWN'
  | 'LEDGER_PROOF_INVALID';

export interface NoteFinding {
  readonly reason: NoteReason;
  /** Which move, and what of it. */
  readonly where: string;
}

export interface MoveTools {
  /** Bytes by digest; null where they are not at hand. Nothing is believed of them but their digest. */
  readonly blob: (digest: Digest) => Uint8Array | null;
  /** Which circuits count, by the word of whoever replays. */
  readonly policy: CircuitPolicy;
}

export interface CheckedMoves {
  /** null where they could not be read. */
  readonly moves: readonly Move[] | null;
  readonly findings: readonly NoteFinding[];
  /** Proofs that hold, of transfers and of what left. */
  readonly proven: number;
}

/**
 * What one receipt and its moves say for themselves: mints and burns are the issuer's, proofs hold for this ledger and the notes
 * that they name. Whether those notes were there is for a `NoteBook` to know, which has the history.
 */
export function checkMoves(receipt: BatchReceipt, { blob, policy }: MoveTools): CheckedMoves {
  const { notes } = receipt;
  if (notes === undefined || notes.moves === null) return { moves: [], findings: [], proven: 0 };
  const stopped = (reason: NoteReason, where: string): CheckedMoves => ({
    moves: null,
    findings: [{ reason, where }],
    proven: 0,
  });
  const bytes = genuine(blob, notes.moves);
  if (bytes === null) return stopped('LEDGER_MOVES_MISSING', notes.moves);
  const moves = readMoves(bytes, receipt);
  if (typeof moves === 'string') return stopped('LEDGER_MOVES_MALFORMED', moves);
  const manifest = genuine(blob, notes.manifest);
  const vkey = genuine(blob, notes.vkey);
  const findings: NoteFinding[] = [];
  const made = moves.reduce((count, move) => count + notesMade(move).length, 0);
  if (made !== notes.after - notes.before)
    findings.push({ reason: 'LEDGER_NOTES_BROKEN', where: `notes: ${made} made, not as the receipt counts` });
  findings.push(...checkIssued(moves, receipt, notes));
  if (manifest === null || vkey === null) {
    findings.push({
      reason: 'LEDGER_CIRCUIT_MISSING',
      where: manifest === null ? notes.manifest : notes.vkey,
    });
    return { moves, findings, proven: 0 };
  }
  const wrong = checkSpends(moves, receipt, { circuit: { manifest, vkey }, policy });
  const spends = moves.filter(({ kind }) => kind !== 'mint').length;
  return { moves, findings: [...findings, ...wrong], proven: spends - wrong.length };
}

function genuine(blob: MoveTools['blob'], digest: Digest): Uint8Array | null {
  const bytes = blob(digest);
  return bytes !== null && digestOf(bytes) === digest ? bytes : null;
}

function readMoves(bytes: Uint8Array, { ledger, version }: BatchReceipt): readonly Move[] | string {
  try {
    const found = parseMoves(bytes);
    return found.ledger === ledger && found.version === version
      ? found.moves
      : `of ${found.ledger}, version ${found.version}`;
  } catch (error) {
    if (error instanceof LedgerError || error instanceof CanonicalError) return error.message;
    throw error;
  }
}

/** What comes in and what leaves, each by the issuer's word. */
function checkIssued(
  moves: readonly Move[],
  { charter }: BatchReceipt,
  { issuer }: NoteClaims,
): NoteFinding[] {
  return moves.flatMap((move, index): NoteFinding[] => {
    const where = `move ${index}: not signed by the issuer`;
    if (move.kind === 'mint' && !isMint({ charter, ...move }, issuer, move.signature))
      return [{ reason: 'LEDGER_MINT_INVALID', where }];
    if (move.kind !== 'burn') return [];
    const burn = { charter, note: move.note, burnt: move.payment };
    return isBurn(burn, issuer, move.signature) ? [] : [{ reason: 'LEDGER_BURN_INVALID', where }];
  });
}

function checkSpends(
  moves: readonly Move[],
  { charter, asset, notes }: BatchReceipt,
  { circuit, policy }: { readonly circuit: SpendCircuit; readonly policy: CircuitPolicy },
): NoteFinding[] {
  const spends = moves.flatMap((move, index) => (move.kind === 'mint' ? [] : [{ move, index }]));
  const weights = drawnWeights(`moves ${notes?.moves}`);
  const findings: NoteFinding[] = [];
  for (let from = 0; from < spends.length; from += spendsAtOnce) {
    const part = spends.slice(from, from + spendsAtOnce);
    const terms = { charter, asset, circuit };
    const found = verifySpends(
      part.map(({ move }) => move),
      terms,
      policy,
      weights,
    );
    for (const [at, reason] of found.entries()) {
      if (reason === null) continue;
      findings.push({ reason: 'LEDGER_PROOF_INVALID', where: `move ${part[at]?.index}: ${reason}` });
    }
  }
  return findings;
}

export interface ReplayedMoves {
  readonly findings: readonly NoteFinding[];
  /** null: nothing later can be held against it. */
  readonly proven: number | null;
  /** Moves by which something left the ledger. */
  readonly withdrawn: number;
}

/** What one version did to notes, held against all before it. */
export function replayNotes(book: NoteBook, receipt: BatchReceipt, tools: MoveTools): ReplayedMoves {
  const { moves, findings, proven } = checkMoves(receipt, tools);
  if (moves === null || receipt.notes === undefined)
    return { findings, proven: moves === null ? null : 0, withdrawn: 0 };
  const withdrawn = moves.filter(({ kind }) => kind === 'burn').length;
  return { findings: [...findings, ...book.apply(moves, receipt.notes)], proven, withdrawn };
}

/** Notes that are not spent, by number, and the newest mint: what one batch leaves to the next. */
export class NoteBook {
  readonly #live = new Map<number, bigint>();
  #serial = 0;

  /** Applies what `checkMoves` has looked at. Every finding is of a move that the history does not allow. */
  apply(moves: readonly Move[], { before }: Pick<NoteClaims, 'before'>): NoteFinding[] {
    const findings: NoteFinding[] = [];
    let number = before;
    for (const [index, move] of moves.entries()) {
      if (move.kind === 'mint') {
        if (move.serial <= this.#serial)
          findings.push({
            reason: 'LEDGER_MINT_INVALID',
            where: `move ${index}: a mint that was taken before`,
          });
        this.#serial = Math.max(this.#serial, move.serial);
      } else {
        // What a batch makes lies beyond `before`: it cannot be spent in it.
        if (move.note > before || this.#live.get(move.note) !== move.balance)
          findings.push({ reason: 'LEDGER_NOTE_UNKNOWN', where: `move ${index}: note ${move.note}` });
        this.#live.delete(move.note);
      }
      for (const note of notesMade(move)) {
        number += 1;
        this.#live.set(number, note);
      }
    }
    return findings;
  }

  /** Notes that nobody has spent; those of nothing, which nobody ever will, among them. */
  get size(): number {
    return this.#live.size;
  }

  /** The commitment of an unspent note. */
  commitment(number: number): bigint | null {
    return this.#live.get(number) ?? null;
  }
}
