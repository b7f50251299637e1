/**
 * What became of an intent, for whoever has its memo key. Every memo has the same size, and one for a delegate says the
 * same whether the amount was there or not, so neither size nor content tells a balance to somebody who must not know.
 */
import { type Bytes, concatBytes, type Digest, fromHex, toHex, u16be, u64be } from '#canonical';
import { LedgerError } from '../ledger-error.js';
import { bytesField, fieldBytes } from '../notes/note.js';
import type { Outcome } from '../state/apply-batch.js';
import { type IntentReason, intentReasons } from './reasons.js';

/** Before sealing. */
export const memoBytes = 128;

const FORMAT = 1;
const APPLIED = 1;
const REFUSED = 2;
const REPEATED = 1;
const SILENT = 2;
const HAS_ID = 4;
const HAS_WINNER = 8;
const HAS_NOTE = 16;
const FLAGS_MAX = 31;

export interface Memo {
  readonly status: 'applied' | 'refused';
  readonly reason: IntentReason | null;
  /** Decided by an earlier sending of the same intent. */
  readonly repeated: boolean;
  /** The signer is not told whether the amount was there; `transferred` is 0 and means nothing. */
  readonly silent: boolean;
  /** Version that decided. */
  readonly version: number;
  readonly requested: bigint;
  readonly transferred: bigint;
  /** null where the intent could not be read that far. */
  readonly intentId: Digest | null;
  /** The bid that won, for the settlement of an auction that had one. */
  readonly winner?: Digest;
  /** On a ledger in `zk-check`: the note that the reader of the memo has from it. */
  readonly note?: MemoNote;
}

export interface MemoNote {
  readonly number: number;
  readonly salt: bigint;
}

/** What the signer of an intent may be told of its outcome. */
export function toldOf(outcome: Outcome): Memo {
  const { status, reason, repeated, silent, version, requested, intentId } = outcome;
  const transferred = silent ? 0n : outcome.transferred;
  const told = { status, reason, repeated, silent, version, requested, transferred, intentId };
  return outcome.winner === null ? told : { ...told, winner: outcome.winner };
}

/**
 * Format, status, reason (place in the list, from 1), flags, the parts of a byte each; then version, requested,
 * transferred (64 bits each, big endian), the ids of the intent and of a winning bid, zeros where there is none, and zeros.
 * Where there is a note, its salt stands in the place of the winning bid, and its number (64 bits) behind it.
 */
export function encodeMemo(memo: Memo): Bytes {
  const { status, reason, repeated, silent, version, requested, transferred, intentId } = memo;
  const ids = (intentId === null ? 0 : HAS_ID) | (memo.winner === undefined ? 0 : HAS_WINNER);
  const noted = memo.note === undefined ? 0 : HAS_NOTE;
  const flags = (repeated ? REPEATED : 0) | (silent ? SILENT : 0) | ids | noted;
  const content = concatBytes(
    Uint8Array.of(FORMAT, status === 'applied' ? APPLIED : REFUSED),
    u16be(reason === null ? 0 : intentReasons.indexOf(reason) + 1),
    u16be(flags),
    u64be(BigInt(version)),
    u64be(requested),
    u64be(transferred),
    idBytes(intentId),
    memo.note === undefined ? idBytes(memo.winner ?? null) : fieldBytes(memo.note.salt),
    u64be(BigInt(memo.note?.number ?? 0)),
  );
  return concatBytes(content, new Uint8Array(memoBytes - content.length));
}

/** @throws LedgerError `MEMO_MALFORMED` */
export function parseMemo(bytes: Uint8Array): Memo {
  if (bytes.length !== memoBytes) throw malformed(`${bytes.length} bytes, expected ${memoBytes}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== FORMAT) throw malformed('an unknown format');
  const status = view.getUint8(1);
  if (status !== APPLIED && status !== REFUSED) throw malformed('an unknown status');
  const place = view.getUint16(2);
  const reason = place === 0 ? null : intentReasons[place - 1];
  if (reason === undefined || (reason === null) !== (status === APPLIED))
    throw malformed('an unknown reason');
  const flags = view.getUint16(4);
  const version = view.getBigUint64(6);
  if (flags > FLAGS_MAX || version > BigInt(Number.MAX_SAFE_INTEGER))
    throw malformed('unknown flags or version');
  const noted = (flags & HAS_NOTE) !== 0;
  if (noted && (flags & HAS_WINNER) !== 0) throw malformed('a note and a winner');
  if (bytes.subarray(noted ? 102 : 94).some((byte) => byte !== 0)) throw malformed('bytes after the end');
  const winner = (flags & HAS_WINNER) === 0 ? {} : { winner: idAt(bytes, 62) };
  const number = Number(view.getBigUint64(94));
  const note = noted ? { note: { number, salt: bytesField(bytes.subarray(62, 94)) } } : {};
  return {
    status: status === APPLIED ? 'applied' : 'refused',
    reason,
    repeated: (flags & REPEATED) !== 0,
    silent: (flags & SILENT) !== 0,
    version: Number(version),
    requested: view.getBigUint64(14),
    transferred: view.getBigUint64(22),
    intentId: (flags & HAS_ID) === 0 ? null : idAt(bytes, 30),
    ...winner,
    ...note,
  };
}

function idBytes(id: Digest | null): Uint8Array {
  return id === null ? new Uint8Array(32) : fromHex(id.slice('sha256:'.length));
}

function idAt(bytes: Uint8Array, at: number): Digest {
  return `sha256:${toHex(bytes.subarray(at, at + 32))}`;
}

function malformed(message: string): LedgerError {
  return new LedgerError('MEMO_MALFORMED', `memo: ${message}`);
}
