import { concatBytes, fromBase64, sha256, toBase64, toHex, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';

/** C2SP signed-note, "Signature types". Further types (ML-DSA-44 is 6) are unknown cosigners to this verifier. */
export const noteKeyTypes = { ed25519: 0x01, cosignature: 0x04 } as const;
export type NoteKeyType = (typeof noteKeyTypes)[keyof typeof noteKeyTypes];

export interface VerifierKey {
  readonly name: string;
  readonly type: NoteKeyType;
  /** Raw Ed25519 public key. */
  readonly key: Uint8Array;
  /** Four bytes as hex; tells which key a signature line means, and proves nothing. */
  readonly keyHash: string;
}

export function noteVerifierKey(name: string, type: NoteKeyType, key: Uint8Array): VerifierKey {
  if (!isKeyName(name))
    throw new EvidenceError('VERIFIER_KEY_MALFORMED', 'a key name has no space and no plus sign');
  if (key.length !== 32)
    throw new EvidenceError('VERIFIER_KEY_MALFORMED', `key ${name} has ${key.length} bytes, not 32`);
  const hash = sha256(utf8(`${name}\n`), Uint8Array.of(type), key);
  return { name, type, key, keyHash: toHex(hash.subarray(0, 4)) };
}

/** `name+hash+base64(type || key)`. */
export function formatVerifierKey({ name, type, key, keyHash }: VerifierKey): string {
  return `${name}+${keyHash}+${toBase64(concatBytes(Uint8Array.of(type), key))}`;
}

/** Raises `VERIFIER_KEY_MALFORMED`, also when the hash in the text is not that of its key. */
export function parseVerifierKey(text: string): VerifierKey {
  // Base64 may hold a plus sign, names may not: split at the first two only.
  const match = /^([^+\s]{1,256})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,128})$/u.exec(text);
  const [, name, keyHash, material] = match ?? [];
  if (name === undefined || keyHash === undefined || material === undefined) {
    throw new EvidenceError('VERIFIER_KEY_MALFORMED', 'expected name+hash+base64, one line');
  }
  const { type, key } = keyMaterial(name, material);
  const parsed = noteVerifierKey(name, type, key);
  if (parsed.keyHash !== keyHash) {
    throw new EvidenceError(
      'VERIFIER_KEY_MALFORMED',
      `key ${name}: hash ${keyHash}, computed ${parsed.keyHash}`,
    );
  }
  return parsed;
}

export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= 256 && !/[\s+\p{Cc}]/u.test(name);
}

function keyMaterial(name: string, material: string): { type: NoteKeyType; key: Uint8Array } {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(material);
  } catch {
    throw new EvidenceError('VERIFIER_KEY_MALFORMED', `key ${name}: not canonical base64`);
  }
  const type = Object.values(noteKeyTypes).find((known) => known === bytes[0]);
  if (type === undefined) {
    throw new EvidenceError(
      'VERIFIER_KEY_MALFORMED',
      `key ${name}: signature type ${bytes[0]} is not supported`,
    );
  }
  return { type, key: bytes.subarray(1) };
}
