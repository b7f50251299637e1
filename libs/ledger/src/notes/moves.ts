/**
 * What a batch did to notes, for everybody: the blob that a receipt of a ledger in `zk-check` names. It says which notes
 * were used and made, and carries what proves it: the issuer's word for a mint, a proof for a transfer. It says neither
 * amounts nor accounts.
 */
import { type Bytes, canonicalBytes, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import { fieldText, readField } from './note.js';
import { packedProofBytes } from './packed-proof.js';

export const movesVersion = 'sealflow/ledger-moves/v1';

export type Move = MintMove | SpendMove;

/** A move that uses a note, with its owner's proof. */
export type SpendMove = TransferMove | BurnMove;

/** Makes one note. */
export interface MintMove {
  readonly kind: 'mint';
  readonly serial: number;
  /** Commitment. */
  readonly note: bigint;
  /** Of the issuer over the mint, base64. */
  readonly signature: string;
}

/** Uses one note and makes two: what is left to the payer, then what the payee got. */
export interface TransferMove extends SpentNote {
  readonly kind: 'transfer';
}

/** Uses one note and makes one, what is left: the payment left the ledger and is a note of nobody. */
export interface BurnMove extends SpentNote {
  readonly kind: 'burn';
  /** Of the issuer over the burn, base64. */
  readonly signature: string;
}

interface SpentNote extends SpendSignals {
  /** Number of the note that is used. */
  readonly note: number;
  /** Packed, base64. */
  readonly proof: string;
}

/** Public signals of the proof that do not follow from ledger and note number. */
export interface SpendSignals {
  readonly balance: bigint;
  readonly order: bigint;
  readonly rest: bigint;
  readonly payment: bigint;
  readonly nullifier: bigint;
}

export interface BatchMoves {
  readonly ledger: string;
  /** That the batch made. */
  readonly version: number;
  readonly moves: readonly Move[];
}

const signals = ['balance', 'order', 'rest', 'payment', 'nullifier'] as const;
const jsonLimits = { bytesMax: ledgerLimits.movesBlobBytesMax, depthMax: 4, valuesMax: 2 ** 16 };

/** Notes that a move makes. */
export function notesMade(move: Move): readonly bigint[] {
  switch (move.kind) {
    case 'mint':
      return [move.note];
    case 'transfer':
      return [move.rest, move.payment];
    case 'burn':
      return [move.rest];
  }
}

export function encodeMoves({ ledger, version, moves }: BatchMoves): Bytes {
  return canonicalBytes({ v: movesVersion, ledger, version, moves: moves.map(moveToJson) });
}

/** @throws LedgerError `MOVES_MALFORMED`; CanonicalError `JSON_*` */
export function parseMoves(bytes: Uint8Array): BatchMoves {
  const document = parseJsonStrict(bytes, jsonLimits);
  try {
    const reader = new StrictMembers(document, ['v', 'ledger', 'version', 'moves'], 'moves');
    reader.constant('v', movesVersion);
    return {
      ledger: reader.name('ledger'),
      version: reader.integer('version'),
      moves: reader.list('moves', 0, ledgerLimits.batchIntentsMax).map(readMove),
    };
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('MOVES_MALFORMED', error.message);
    throw error;
  }
}

function moveToJson(move: Move): JsonObject {
  if (move.kind === 'mint') {
    const { kind, serial, note, signature } = move;
    return { kind, serial, note: fieldText(note), signature };
  }
  const { kind, note, proof } = move;
  const word = move.kind === 'burn' ? { signature: move.signature } : {};
  return {
    kind,
    note,
    proof,
    ...word,
    ...Object.fromEntries(signals.map((name) => [name, fieldText(move[name])])),
  };
}

function readMove(value: Json, index: number): Move {
  const what = `moves.moves[${index}]`;
  const kind = new StrictMembers(value, null, what).oneOf('kind', ['mint', 'transfer', 'burn']);
  if (kind === 'mint') {
    const reader = new StrictMembers(value, ['kind', 'serial', 'note', 'signature'], what);
    const note = readField(reader, 'note');
    return { kind, serial: reader.integer('serial'), note, signature: reader.base64('signature', 64) };
  }
  const word = kind === 'burn' ? ['signature'] : [];
  const reader = new StrictMembers(value, ['kind', 'note', 'proof', ...word, ...signals], what);
  const spent: SpentNote = {
    note: reader.integer('note'),
    proof: reader.base64('proof', packedProofBytes),
    balance: readField(reader, 'balance'),
    order: readField(reader, 'order'),
    rest: readField(reader, 'rest'),
    payment: readField(reader, 'payment'),
    nullifier: readField(reader, 'nullifier'),
  };
  return kind === 'burn' ? { kind, ...spent, signature: reader.base64('signature', 64) } : { kind, ...spent };
}
