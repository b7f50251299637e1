import { concatBytes, ed25519PublicKey, fromBase64, toBase64 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { noteKeyTypes, noteVerifierKey, type VerifierKey } from './verifier-key.js';

/** The private half of a verifier key. Whoever holds it can sign in its name: it stays in one file of its owner. */
export interface SignerKey {
  readonly verifier: VerifierKey;
  readonly seed: Uint8Array;
}

const PREFIX = 'PRIVATE+KEY+';
const SEED_BYTES = 32;

/** `PRIVATE+KEY+name+hash+base64(type || seed)`, as the tools around C2SP signed notes write it. */
export function formatSignerKey({ verifier, seed }: SignerKey): string {
  const { name, keyHash, type } = verifier;
  return `${PREFIX}${name}+${keyHash}+${toBase64(concatBytes(Uint8Array.of(type), seed))}`;
}

/** Raises `VERIFIER_KEY_MALFORMED`. The message names no part of the key. */
export function parseSignerKey(text: string): SignerKey {
  const match = /^PRIVATE\+KEY\+([^+\s]{1,256})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,128})$/u.exec(text.trim());
  const [, name, keyHash, material] = match ?? [];
  if (name === undefined || keyHash === undefined || material === undefined) {
    throw malformed('expected one line PRIVATE+KEY+name+hash+base64');
  }
  const bytes = base64Of(material);
  const type = Object.values(noteKeyTypes).find((known) => known === bytes[0]);
  const seed = bytes.subarray(1);
  if (type === undefined || seed.length !== SEED_BYTES)
    throw malformed('expected an Ed25519 seed of 32 bytes');
  const verifier = noteVerifierKey(name, type, ed25519PublicKey(seed));
  if (verifier.keyHash !== keyHash) throw malformed('the key is not the one that its hash names');
  return { verifier, seed };
}

function base64Of(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw malformed('not canonical base64');
  }
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('VERIFIER_KEY_MALFORMED', `signer key: ${what}`);
}
