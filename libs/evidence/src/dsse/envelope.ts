import {
  canonicalBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  fromBase64,
  fromBase64Url,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { openMembers } from '../disclosure/sd.js';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';
import { parseStatement, type Statement, statementBytes } from '../statements/statement.js';
import { pae } from './pae.js';

/*
 * A DSSE envelope is trusted for nothing until a signature over its payload verifies under a key that the reader
 * got elsewhere. `keyid` is an unauthenticated hint and is never read. The payload is parsed once, from the very
 * bytes that were verified.
 */

export const inTotoPayloadType = 'application/vnd.in-toto+json';
export const envelopeBytesMax = 4 * 1024 * 1024;
const signaturesMax = 8;
const disclosuresMax = 1024;

export interface DsseEnvelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  /** The signed bytes. */
  readonly pae: Uint8Array;
  /** `sha256:` of the signed bytes: names the statement, whoever signed it. */
  readonly digest: Digest;
  /** Members of the statement that travel beside it, each tied to a signed digest. Not under the signature. */
  readonly disclosures: readonly string[];
}

/** Reads an envelope from its JSON bytes. Raises `ENVELOPE_MALFORMED`. */
export function parseEnvelope(bytes: Uint8Array): DsseEnvelope {
  if (bytes.length > envelopeBytesMax) {
    throw new EvidenceError(
      'ENVELOPE_MALFORMED',
      `envelope of ${bytes.length} bytes, at most ${envelopeBytesMax}`,
    );
  }
  return envelopeFromJson(parsed(bytes, 'ENVELOPE_MALFORMED', 'envelope'), 'envelope');
}

/** Reads an envelope that is part of a larger document which was parsed strictly. */
export function envelopeFromJson(value: Json | undefined, path: string): DsseEnvelope {
  const reader = FieldReader.of(value, path, 'ENVELOPE_MALFORMED');
  const payloadType = reader.nonEmpty('payloadType', 256);
  const payload = anyBase64(reader, 'payload');
  const signatures = reader.readers('signatures', signaturesMax).map((entry) => anyBase64(entry, 'sig'));
  if (signatures.length === 0) reader.refuse('signatures', 'at least one signature');
  const signed = pae(payloadType, payload);
  const disclosures = reader.has('disclosures')
    ? reader.items('disclosures', disclosuresMax).map((item) => {
        return typeof item === 'string' ? item : reader.refuse('disclosures', 'a list of texts');
      })
    : [];
  return { payloadType, payload, signatures, pae: signed, digest: digestOf(signed), disclosures };
}

/** The JSON members of an envelope, standard base64, without `keyid` and without disclosures. */
export function envelopeToJson(envelope: DsseEnvelope): JsonObject {
  return {
    payload: toBase64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures: envelope.signatures.map((sig) => ({ sig: toBase64(sig) })),
  };
}

export function isSignedBy(envelope: DsseEnvelope, publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  return envelope.signatures.some((sig) => sig.length === 64 && ed25519Verify(publicKey, envelope.pae, sig));
}

/** A statement whose signer holds the key elsewhere, e.g. in a browser that never shows it. */
export interface UnsignedStatement {
  /** The bytes to sign. */
  readonly pae: Uint8Array;
  readonly payload: Uint8Array;
  readonly disclosures: readonly string[];
}

export function unsignedStatement(
  statement: Statement,
  disclosures: readonly string[] = [],
): UnsignedStatement {
  const payload = statementBytes(statement);
  return { pae: pae(inTotoPayloadType, payload), payload, disclosures };
}

/**
 * The canonical JSON bytes of the envelope, once its bytes are signed. Raises `SIGNATURE_INVALID`: a signing device that
 * faults can leak its key through a bad signature, so none gets out.
 */
export function signedEnvelope(
  unsigned: UnsignedStatement,
  publicKey: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  const { payload, disclosures } = unsigned;
  const signed = pae(inTotoPayloadType, payload);
  if (publicKey.length !== 32 || !ed25519Verify(publicKey, signed, signature)) {
    throw new EvidenceError('SIGNATURE_INVALID', 'the signature just made does not verify');
  }
  return canonicalBytes({
    payload: toBase64(payload),
    payloadType: inTotoPayloadType,
    signatures: [{ sig: toBase64(signature) }],
    ...(disclosures.length === 0 ? {} : { disclosures: [...disclosures] }),
  });
}

/**
 * Signs a statement with an Ed25519 seed (32 bytes) and returns the canonical JSON bytes of the envelope. Disclosures
 * travel in the envelope, outside of what is signed.
 */
export function signStatement(input: {
  readonly statement: Statement;
  readonly seed: Uint8Array;
  readonly disclosures?: readonly string[];
}): Uint8Array {
  const unsigned = unsignedStatement(input.statement, input.disclosures);
  return signedEnvelope(unsigned, ed25519PublicKey(input.seed), ed25519Sign(input.seed, unsigned.pae));
}

/**
 * Adds the signature of another person to the very bytes that somebody signed before. Raises `SIGNATURE_INVALID` when
 * the key is among the signers already: one person is not two.
 */
export function countersign(envelope: DsseEnvelope, seed: Uint8Array): Uint8Array {
  return withSignature(envelope, ed25519PublicKey(seed), ed25519Sign(seed, envelope.pae));
}

/** As `countersign`, for who signed `envelope.pae` with a key that is held elsewhere. */
export function withSignature(
  envelope: DsseEnvelope,
  publicKey: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  if (isSignedBy(envelope, publicKey)) {
    throw new EvidenceError(
      'SIGNATURE_INVALID',
      `statement ${envelope.digest} carries this signature already`,
    );
  }
  if (publicKey.length !== 32 || !ed25519Verify(publicKey, envelope.pae, signature))
    throw new EvidenceError('SIGNATURE_INVALID', 'the signature just made does not verify');
  const signatures = [...envelope.signatures, signature].map((sig) => ({ sig: toBase64(sig) }));
  const { disclosures } = envelope;
  return canonicalBytes({
    ...envelopeToJson(envelope),
    signatures,
    ...(disclosures.length === 0 ? {} : { disclosures: [...disclosures] }),
  });
}

/**
 * Verifies and reads a signed statement. Raises `ENVELOPE_MALFORMED`, `SIGNATURE_INVALID`, `STATEMENT_MALFORMED`
 * or, when `predicateType` is given, `PREDICATE_TYPE_UNEXPECTED` or, for another version of it,
 * `PREDICATE_VERSION_UNSUPPORTED`.
 */
export function openStatement(input: {
  envelope: Uint8Array;
  publicKey: Uint8Array;
  predicateType?: string;
}): Statement {
  const envelope = parseEnvelope(input.envelope);
  if (!isSignedBy(envelope, input.publicKey)) {
    throw new EvidenceError(
      'SIGNATURE_INVALID',
      `no signature on statement ${envelope.digest} verifies under the key`,
    );
  }
  return statementOf(envelope, input.predicateType);
}

/**
 * Parses the payload of an envelope whose signature the caller checks, and puts the disclosed members back. Raises
 * what `openMembers` does as well.
 */
export function statementOf(envelope: DsseEnvelope, predicateType?: string): Statement {
  if (envelope.payloadType !== inTotoPayloadType) {
    throw new EvidenceError('STATEMENT_MALFORMED', `payloadType is not ${inTotoPayloadType}`);
  }
  const statement = parseStatement(parsed(envelope.payload, 'STATEMENT_MALFORMED', 'payload'));
  if (predicateType !== undefined && statement.predicateType !== predicateType) {
    const unversioned = (type: string): string => type.replace(/\/v[0-9]+$/, '');
    const later = unversioned(statement.predicateType) === unversioned(predicateType);
    const code = later ? 'PREDICATE_VERSION_UNSUPPORTED' : 'PREDICATE_TYPE_UNEXPECTED';
    throw new EvidenceError(code, `predicateType is not ${predicateType}`);
  }
  const { value } = openMembers(statement.predicate, envelope.disclosures, 'statement');
  return { ...statement, predicate: value };
}

function parsed(bytes: Uint8Array, code: 'ENVELOPE_MALFORMED' | 'STATEMENT_MALFORMED', what: string): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: envelopeBytesMax });
  } catch (error) {
    throw new EvidenceError(code, `${what}: ${error instanceof Error ? error.message : 'not JSON'}`);
  }
}

/** DSSE 1.0.2 envelope.md: a verifier accepts the standard and the URL-safe alphabet. Never a mix of both. */
function anyBase64(reader: FieldReader, name: string): Uint8Array {
  const text = reader.text(name, envelopeBytesMax * 2);
  try {
    if (!/[-_]/.test(text)) return fromBase64(text);
    const digits = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
    return fromBase64Url(digits);
  } catch {
    return reader.refuse(name, 'canonical base64');
  }
}
