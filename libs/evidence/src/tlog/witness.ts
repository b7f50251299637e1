import { equalBytes, fromBase64, fromUtf8, toBase64, verifyConsistency } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { type Checkpoint, parseCheckpoint } from './checkpoint.js';
import { type Note, parseNote, verifyNoteSignature } from './note.js';
import type { VerifierKey } from './verifier-key.js';

/*
 * The duty of a witness (C2SP tlog-witness): it cosigns a checkpoint only when the log signed it and when the tree
 * grew out of the one that it cosigned before. It trusts nobody, keeps one state for each log, and its signature says
 * nothing but "I have seen this log grow without a change of what was there".
 */

export interface AddCheckpoint {
  /** Size that the caller believes to be the witness's latest. */
  readonly oldSize: number;
  readonly consistency: readonly Uint8Array[];
  /** Checkpoint as a signed note, verbatim. */
  readonly note: string;
}

/** The latest tree that a witness cosigned. */
export interface WitnessedTree {
  readonly size: number;
  readonly root: Uint8Array;
}

export type WitnessRefusal =
  | 'MALFORMED'
  | 'LOG_UNKNOWN'
  | 'LOG_SIGNATURE_INVALID'
  | 'OLD_SIZE_TOO_LARGE'
  | 'OLD_SIZE_CONFLICT'
  | 'FORK'
  | 'INCONSISTENT';

export type WitnessJudgement =
  | {
      readonly accepted: true;
      readonly log: VerifierKey;
      readonly text: string;
      readonly tree: WitnessedTree;
    }
  | {
      readonly accepted: false;
      readonly reason: WitnessRefusal;
      /** As the protocol maps it. */
      readonly status: 400 | 403 | 404 | 409 | 422;
      /** The size that the witness is at, where the caller was wrong about it. */
      readonly size: number | null;
    };

export const ADD_CHECKPOINT_BYTES_MAX = 64 * 1024;
/** A proof between trees of up to 2^63 leaves. */
const HASHES_MAX = 63;

export function formatAddCheckpoint({ oldSize, consistency, note }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...consistency.map(toBase64), '', note].join('\n');
}

/** Raises `WITNESS_REQUEST_MALFORMED`. The note is taken as it is. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  if (body.length > ADD_CHECKPOINT_BYTES_MAX) throw malformed(`${body.length} bytes`);
  const text = textOf(body);
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('no blank line before the checkpoint');
  const [first = '', ...hashes] = text.slice(0, end).split('\n');
  const oldSize = /^old (0|[1-9][0-9]{0,15})$/.exec(first)?.[1];
  if (oldSize === undefined || !Number.isSafeInteger(Number(oldSize)))
    throw malformed('expected "old <size>"');
  if (hashes.length > HASHES_MAX) throw malformed(`${hashes.length} hashes, at most ${HASHES_MAX}`);
  return { oldSize: Number(oldSize), consistency: hashes.map(hashOf), note: text.slice(end + 2) };
}

/**
 * Judges a request in the order of the protocol. The caller makes `tree` durable before it signs `text`: a witness
 * that forgets what it signed can be made to sign a fork.
 *
 * @param known what this witness cosigned last of the log; null when it never did
 */
export function judgeAddCheckpoint(input: {
  readonly request: AddCheckpoint;
  readonly logs: readonly VerifierKey[];
  readonly known: (origin: string) => WitnessedTree | null;
}): WitnessJudgement {
  const { request, logs } = input;
  const read = readCheckpoint(request.note);
  if (read === null) return refused('MALFORMED', 400);
  const { note, checkpoint } = read;
  const log = logs.find(({ name }) => name === checkpoint.origin);
  if (log === undefined) return refused('LOG_UNKNOWN', 404);
  if (verifyNoteSignature(note, log).state !== 'valid') return refused('LOG_SIGNATURE_INVALID', 403);
  const { size, root } = checkpoint;
  if (request.oldSize > size) return refused('OLD_SIZE_TOO_LARGE', 400);
  const known = input.known(checkpoint.origin);
  const latest = known?.size ?? 0;
  if (request.oldSize !== latest) return refused('OLD_SIZE_CONFLICT', 409, latest);
  if (known !== null && size === latest && !equalBytes(root, known.root)) return refused('FORK', 409, latest);
  if (!grewOutOf(known, request, { size, root })) return refused('INCONSISTENT', 422);
  return { accepted: true, log, text: note.text, tree: { size, root } };
}

function grewOutOf(known: WitnessedTree | null, request: AddCheckpoint, tree: WitnessedTree): boolean {
  // An empty tree is the beginning of every tree: there is nothing to prove, and nothing may be claimed.
  if (known === null || known.size === 0 || known.size === tree.size) return request.consistency.length === 0;
  return verifyConsistency({
    oldSize: known.size,
    newSize: tree.size,
    oldRoot: known.root,
    newRoot: tree.root,
    path: [...request.consistency],
  });
}

function readCheckpoint(text: string): { readonly note: Note; readonly checkpoint: Checkpoint } | null {
  try {
    const note = parseNote(text);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
}

function refused(
  reason: WitnessRefusal,
  status: 400 | 403 | 404 | 409 | 422,
  size: number | null = null,
): WitnessJudgement {
  return { accepted: false, reason, status, size };
}

function hashOf(text: string): Uint8Array {
  try {
    const hash = fromBase64(text);
    if (hash.length === 32) return hash;
  } catch {
    // Falls through to the one message.
  }
  throw malformed('a hash is not canonical base64 of 32 bytes');
}

function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch {
    throw malformed('not UTF-8');
  }
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('WITNESS_REQUEST_MALFORMED', `add-checkpoint: ${what}`);
}
