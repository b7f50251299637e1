/**
 * Notes: what an amount is on a ledger in `zk-check`, for everybody who holds no key. A note is a Poseidon commitment to
 * asset, amount, owner and salt, as the circuit `transfer` has it; each that is ever made gets the next number of its
 * ledger. Only who knows the owner's spend key can prove a payment from one, and the key enclave does not know it.
 */
import {
  canonicalBytes,
  contextField,
  type Digest,
  fromBase64,
  parseField,
  poseidon,
  sha256,
  toBase64,
  utf8,
} from '#canonical';
import type { StrictMembers } from '../intent/strict-members.js';

/** What opens a note, but for asset and owner, which its account has. */
export interface Note {
  /** Its place among all notes of the ledger, from 1. */
  readonly number: number;
  readonly amount: bigint;
  readonly salt: bigint;
}

/** Which circuit proves transfers of a ledger, and under which charter. Digests of blobs that anybody may read. */
export interface NoteTerms {
  readonly charter: Digest;
  readonly manifest: Digest;
  readonly vkey: Digest;
}

/** What a circuit knows an asset by. */
export function assetField(asset: string): bigint {
  return contextField(sha256(utf8(`sealflow/ledger-asset/v1|${asset}`)));
}

/** What notes know their owner by. */
export function noteOwner(spendKey: bigint): bigint {
  return poseidon([spendKey]);
}

export function commitNote(
  asset: string,
  { owner, amount, salt }: Pick<Note, 'amount' | 'salt'> & { readonly owner: bigint },
): bigint {
  return poseidon([assetField(asset), amount, owner, salt]);
}

/**
 * What a proof must carry to spend one note of one ledger. Numbers are given once, so a proof serves once: it fits no
 * other ledger, and no later note with the same commitment.
 */
export function spendContext(charter: Digest, number: number): bigint {
  return contextOf('sealflow/ledger-spend/v1', charter, number);
}

/** The same for what leaves the ledger: a proof of a payment is none of a withdrawal, nor the other way round. */
export function burnContext(charter: Digest, number: number): bigint {
  return contextOf('sealflow/ledger-burn/v1', charter, number);
}

/** Owner of what left. A hash of a name, so nobody knows a spend key of it. */
export const burnOwner = contextField(sha256(utf8('sealflow/ledger-burn-owner/v1')));

function contextOf(v: string, charter: Digest, note: number): bigint {
  return contextField(sha256(canonicalBytes({ v, charter, note })));
}

const FIELD_BYTES = 32;

/** A field element as 32 bytes, big endian, in base64. */
export function fieldText(field: bigint): string {
  return toBase64(fieldBytes(field));
}

export function fieldBytes(field: bigint): Uint8Array {
  const bytes = new Uint8Array(FIELD_BYTES);
  for (let at = FIELD_BYTES - 1, rest = field; at >= 0; at -= 1, rest >>= 8n)
    bytes[at] = Number(rest & 0xffn);
  return bytes;
}

export function bytesField(bytes: Uint8Array): bigint {
  return bytes.reduce((field, byte) => (field << 8n) | BigInt(byte), 0n);
}

/** A field element below r. Another spelling of the same number is refused. */
export function readField(reader: StrictMembers, member: string): bigint {
  const field = bytesField(fromBase64(reader.base64(member, FIELD_BYTES)));
  try {
    return parseField(`${field}`);
  } catch {
    return reader.refuse(member, 'a field element of BN254, 32 bytes in base64');
  }
}
