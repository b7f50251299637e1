/**
 * Signatures under an AlgorithmIdentifier (RFC 5280 section 4.1.1.2) that the signer chose, as authorities of the
 * public web do. Device vendors each have one algorithm, and their verifiers accept that one alone.
 */
import { AttestationError } from '../attestation-error.js';
import { type HashName, type PublicSignatureInput, publicSignatureVerify } from '../primitives.js';
import { DerReader, derOid, derSmallInteger, derTag, derWhole, malformed } from './der-reader.js';
import { oid } from './oids.js';

type Scheme = Pick<PublicSignatureInput, 'scheme' | 'hash' | 'saltBytes'>;

const hashOfOid: Readonly<Record<string, HashName>> = {
  [oid.sha256]: 'sha256',
  [oid.sha384]: 'sha384',
  [oid.sha512]: 'sha512',
};

const fixedSchemes: Readonly<Record<string, Scheme>> = {
  [oid.ecdsaSha256]: { scheme: 'ecdsa', hash: 'sha256', saltBytes: 0 },
  [oid.ecdsaSha384]: { scheme: 'ecdsa', hash: 'sha384', saltBytes: 0 },
  [oid.ecdsaSha512]: { scheme: 'ecdsa', hash: 'sha512', saltBytes: 0 },
  [oid.rsaSha256]: { scheme: 'rsa-pkcs1', hash: 'sha256', saltBytes: 0 },
  [oid.rsaSha384]: { scheme: 'rsa-pkcs1', hash: 'sha384', saltBytes: 0 },
  [oid.rsaSha512]: { scheme: 'rsa-pkcs1', hash: 'sha512', saltBytes: 0 },
};

export interface SignedBytes {
  /** DER AlgorithmIdentifier of the signature. */
  readonly algorithm: Uint8Array;
  /** Hash named beside the algorithm, as CMS does (RFC 5652 section 5.3); the two must agree. */
  readonly hash?: HashName;
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** False for an algorithm that is not known, SHA-1 among them. */
export function verifySignedBytes({ algorithm, hash, ...signed }: SignedBytes): boolean {
  const scheme = readScheme(algorithm, hash);
  if (scheme === null || (hash !== undefined && hash !== scheme.hash)) return false;
  return publicSignatureVerify({ ...signed, ...scheme });
}

/** Null for a hash that is not accepted. Parameters are absent or NULL (RFC 5754 section 2). */
export function hashOfAlgorithm(algorithm: Uint8Array): HashName | null {
  const fields = new DerReader(derWhole(algorithm, derTag.sequence).content);
  const hash = hashOfOid[derOid(fields.next(derTag.oid).content)] ?? null;
  expectNoParameters(fields);
  return hash;
}

function readScheme(algorithm: Uint8Array, hash: HashName | undefined): Scheme | null {
  try {
    const fields = new DerReader(derWhole(algorithm, derTag.sequence).content);
    const id = derOid(fields.next(derTag.oid).content);
    if (id === oid.rsassaPss) return readPss(fields);
    expectNoParameters(fields);
    // RFC 5754 section 3.2: CMS names RSA alone and the hash beside it.
    if (id === oid.rsaEncryption)
      return hash === undefined ? null : { scheme: 'rsa-pkcs1', hash, saltBytes: 0 };
    return fixedSchemes[id] ?? null;
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}

/** RFC 4055 section 3.1. The defaults are SHA-1: an algorithm that leaves its hash out is not accepted. */
function readPss(fields: DerReader): Scheme | null {
  const parameters = fields.enter(derTag.sequence);
  fields.end();
  const hash = hashOfAlgorithm(parameters.next(derTag.context(0)).content);
  const mask = parameters.enter(derTag.context(1)).enter(derTag.sequence);
  if (derOid(mask.next(derTag.oid).content) !== oid.mgf1) return null;
  const maskHash = hashOfAlgorithm(mask.next(derTag.sequence).encoded);
  const saltBytes = derSmallInteger(parameters.enter(derTag.context(2)).next(derTag.integer).content);
  parameters.end();
  return hash === null || maskHash !== hash ? null : { scheme: 'rsa-pss', hash, saltBytes };
}

const NULL_TAG = 0x05;

function expectNoParameters(fields: DerReader): void {
  const parameters = fields.optional(NULL_TAG);
  if (parameters !== null && parameters.content.length > 0) malformed('NULL has content');
  fields.end();
}
