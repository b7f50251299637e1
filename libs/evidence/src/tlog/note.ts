import {
  concatBytes,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  u64be,
  utf8,
} from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { isKeyName, noteKeyTypes, noteVerifierKey, type VerifierKey } from './verifier-key.js';

/*
 * C2SP signed notes and cosignatures. The text of a note is trusted only for the keys whose lines verify; lines of
 * keys that the reader does not know say nothing and are ignored.
 */

export interface NoteSignature {
  readonly name: string;
  readonly keyHash: string;
  /** What follows the key hash: 64 bytes, or a time and 64 bytes for a cosignature. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** Signed text, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const noteCharsMax = 1024 * 1024;
const signaturesMax = 100;
const linePattern = /^\u2014 ([^\s]+) ([A-Za-z0-9+/=]+)$/u;

/** Raises `NOTE_MALFORMED`. */
export function parseNote(note: string): Note {
  if (note.length > noteCharsMax) throw malformed(`${note.length} characters, at most ${noteCharsMax}`);
  // Control characters other than newline could hide text from whoever reads the note on a terminal.
  if (/[^\P{Cc}\n]/u.test(note)) throw malformed('control characters are not allowed');
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw malformed('no blank line between text and signatures');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '') throw malformed('the last line does not end');
  if (lines.length === 0 || lines.length > signaturesMax) {
    throw malformed(`${lines.length} signature lines, expected 1..${signaturesMax}`);
  }
  return { text, signatures: lines.map(signatureLine) };
}

export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, keyHash, signature }) =>
      `\u2014 ${name} ${toBase64(concatBytes(fromHex(keyHash), signature))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/** Signs the text as log `name`; text ends with a newline. */
export function signNote(input: { text: string; name: string; seed: Uint8Array }): NoteSignature {
  const { name, keyHash } = noteVerifierKey(input.name, noteKeyTypes.ed25519, ed25519PublicKey(input.seed));
  return { name, keyHash, signature: ed25519Sign(input.seed, utf8(input.text)) };
}

/** Cosigns a checkpoint as witness `name` at `timeS`, seconds since 1970 (C2SP tlog-cosignature, cosignature/v1). */
export function cosignNote(input: {
  text: string;
  name: string;
  seed: Uint8Array;
  timeS: number;
}): NoteSignature {
  const { name, keyHash } = noteVerifierKey(
    input.name,
    noteKeyTypes.cosignature,
    ed25519PublicKey(input.seed),
  );
  const signature = ed25519Sign(input.seed, cosignedBytes(input.text, BigInt(input.timeS)));
  return { name, keyHash, signature: concatBytes(u64be(BigInt(input.timeS)), signature) };
}

export type SignatureVerdict =
  | { readonly state: 'absent' }
  | { readonly state: 'invalid' }
  /** `timeS` only for a cosignature. */
  | { readonly state: 'valid'; readonly timeS: number | null };

/** Judges the line of one key. A line that names the key and does not verify is `invalid`, not absent. */
export function verifyNoteSignature(note: Note, key: VerifierKey): SignatureVerdict {
  const lines = note.signatures.filter(({ name, keyHash }) => name === key.name && keyHash === key.keyHash);
  let verdict: SignatureVerdict = { state: 'absent' };
  for (const { signature } of lines) {
    const current =
      key.type === noteKeyTypes.cosignature
        ? cosignature(note.text, key, signature)
        : plain(note.text, key, signature);
    if (current.state === 'invalid') return current;
    if (verdict.state === 'absent') verdict = current;
  }
  return verdict;
}

function plain(text: string, key: VerifierKey, signature: Uint8Array): SignatureVerdict {
  if (signature.length !== 64 || !ed25519Verify(key.key, utf8(text), signature)) return { state: 'invalid' };
  return { state: 'valid', timeS: null };
}

function cosignature(text: string, key: VerifierKey, signature: Uint8Array): SignatureVerdict {
  if (signature.length !== 72) return { state: 'invalid' };
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return { state: 'invalid' };
  if (!ed25519Verify(key.key, cosignedBytes(text, time), signature.subarray(8))) return { state: 'invalid' };
  return { state: 'valid', timeS: Number(time) };
}

function cosignedBytes(text: string, timeS: bigint): Uint8Array {
  return utf8(`cosignature/v1\ntime ${timeS}\n${text}`);
}

function signatureLine(line: string): NoteSignature {
  const [, name, encoded] = linePattern.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name))
    throw malformed('a signature line does not parse');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch {
    throw malformed('a signature is not canonical base64');
  }
  if (bytes.length < 5) throw malformed('a signature is shorter than its key hash');
  return { name, keyHash: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('NOTE_MALFORMED', `signed note: ${what}`);
}
