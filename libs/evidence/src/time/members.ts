import { type HashName, hashNames } from '#attestation';
import { canonicalBytes, fromBase64, type JsonObject, parseJsonStrict, toBase64 } from '#canonical';
import { bundleLimits } from '../bundle/bundle-limits.js';
import { FieldReader } from '../field-reader.js';
import { timestampLimits } from './timestamp-token.js';

/** One token beside what is needed to judge it years later. Nothing in it is verified. */
export interface BundleTimestamp {
  readonly kind: 'rfc3161';
  /** The text of the checkpoint that the log signed, its last newline included; not the signature lines. */
  readonly over: 'checkpoint';
  readonly digestAlg: HashName;
  readonly token: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/** A newer state of the same log, and a token over it: it refreshes every bundle that is older. */
export interface Renewal {
  /** Signed note, verbatim. */
  readonly checkpoint: string;
  /** From the checkpoint before it: of the bundle's log proof, or of the renewal before. */
  readonly consistency: readonly Uint8Array[];
  readonly timestamp: BundleTimestamp;
}

/** A year has one; who checks every step would rather not read more. */
export const RENEWALS_MAX = 64;
export const CRLS_MAX = 8;
const CONSISTENCY_MAX = 128;
const NOTE_CHARS_MAX = 256 * 1024;

export function readTimestamp(reader: FieldReader): BundleTimestamp {
  return {
    kind: reader.oneOf('kind', ['rfc3161']),
    over: reader.oneOf('over', ['checkpoint']),
    digestAlg: reader.oneOf('digestAlg', hashNames),
    token: reader.bytes('token'),
    chain: blobs(reader, 'chain', timestampLimits.certificatesMax),
    crls: blobs(reader, 'crls', CRLS_MAX),
  };
}

export function readRenewal(reader: FieldReader): Renewal {
  return {
    checkpoint: reader.text('checkpoint', NOTE_CHARS_MAX),
    consistency: blobs(reader, 'consistency', CONSISTENCY_MAX),
    timestamp: readTimestamp(reader.reader('timestamp')),
  };
}

export function timestampToJson(timestamp: BundleTimestamp): JsonObject {
  return {
    kind: timestamp.kind,
    over: timestamp.over,
    digestAlg: timestamp.digestAlg,
    token: toBase64(timestamp.token),
    chain: timestamp.chain.map(toBase64),
    crls: timestamp.crls.map(toBase64),
  };
}

/** Puts tokens into a bundle in place of those it has. They are under no signature of ours: each proves itself. */
export function attachTimestamps(bundle: Uint8Array, timestamps: readonly BundleTimestamp[]): Uint8Array {
  const document = parseJsonStrict(bundle, bundleLimits);
  const members = FieldReader.of(document, 'bundle', 'BUNDLE_INPUT_INVALID').value;
  return canonicalBytes({ ...members, timestamps: timestamps.map(timestampToJson) });
}

export function renewalToJson({ checkpoint, consistency, timestamp }: Renewal): JsonObject {
  return { checkpoint, consistency: consistency.map(toBase64), timestamp: timestampToJson(timestamp) };
}

/** Adds renewals after those that a bundle has; each must continue the one before it. */
export function appendRenewals(bundle: Uint8Array, added: readonly Renewal[]): Uint8Array {
  const document = parseJsonStrict(bundle, bundleLimits);
  const reader = FieldReader.of(document, 'bundle', 'BUNDLE_INPUT_INVALID');
  const before = reader.has('renewals') ? reader.items('renewals', RENEWALS_MAX) : [];
  if (before.length + added.length > RENEWALS_MAX) {
    reader.refuse('renewals', `at most ${RENEWALS_MAX}`);
  }
  return canonicalBytes({ ...reader.value, renewals: [...before, ...added.map(renewalToJson)] });
}

function blobs(reader: FieldReader, name: string, countMax: number): Uint8Array[] {
  return reader.items(name, countMax).map((text, index) => {
    try {
      if (typeof text === 'string') return fromBase64(text);
    } catch {
      // Falls through to the one message that names the place.
    }
    return reader.refuse(name, `canonical base64 at ${index}`);
  });
}
