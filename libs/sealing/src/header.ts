/**
 * The signed part of an envelope: who may open what, where and until when.
 *
 * The carrier of an envelope is not trusted. Everything that a receiver acts on is in these bytes; they must be
 * the canonical form of their content, so that one header has one digest.
 */
import {
  type Bytes,
  CanonicalError,
  canonicalBytes,
  type Digest,
  equalBytes,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  parseDigest,
  parseJsonStrict,
  parseTime,
  sha256,
  toJson,
} from '#canonical';
import { KEY_BYTES } from './keys.js';
import { HEADER_BYTES_MAX, RECIPIENTS_MAX, type SuiteId } from './limits.js';
import { SealingError } from './sealing-error.js';

export const ENVELOPE_VERSION = 'sealflow/envelope/v1';

/** What an envelope is for. A receiver states what it expects; a replay elsewhere does not match. */
export interface EnvelopeContext {
  readonly tenant: string;
  readonly runId: string;
  readonly workflowDigest: Digest;
  /** `<producer task>/<port>` or `inputs/<name>`. */
  readonly edge: string;
  /** Attempts of the consuming step that may open it, both ends included. */
  readonly attempts: { readonly from: number; readonly to: number };
  /** Distinguishes envelopes on one edge. */
  readonly seq: number;
  readonly policyDigest: Digest;
  /**
   * Set by a client: the plan that it agreed to, with its minimums. Whoever opens the envelope works under no other, so
   * nobody on the way can have the run planned again under weaker ones.
   */
  readonly planDigest?: Digest;
  readonly contentType: string;
  /** Last moment at which it may be opened, `YYYY-MM-DDThh:mm:ss.sssZ`. */
  readonly notAfter: string;
}

export interface EnvelopeRecipient {
  readonly role: string;
  /** `sha256:` of the raw X25519 public key. */
  readonly kid: Digest;
  /** Ephemeral X25519 public key, base64. */
  readonly enc: string;
  /** The payload key for this recipient, base64. */
  readonly wrapped: string;
}

export interface EnvelopeHeader extends EnvelopeContext {
  readonly v: typeof ENVELOPE_VERSION;
  readonly suite: SuiteId;
  /** Ed25519 public key of the sender, base64. */
  readonly senderKey: string;
  readonly recipients: readonly EnvelopeRecipient[];
}

/** A header before its keys are wrapped. */
export type DraftHeader = Omit<EnvelopeHeader, 'recipients'> & {
  readonly recipients: readonly Pick<EnvelopeRecipient, 'role' | 'kid'>[];
};

const HEADER_MEMBERS = [
  'attempts',
  'contentType',
  'edge',
  'notAfter',
  'policyDigest',
  'recipients',
  'runId',
  'senderKey',
  'seq',
  'suite',
  'tenant',
  'v',
  'workflowDigest',
];
const TEXT_LENGTH_MAX = 256;
/** Suite 1: nonce 24, tag 16, payload key 32, context 32. Suite 2: payload key 32, tag 16. */
const WRAPPED_BYTES: Readonly<Record<SuiteId, number>> = { 1: 104, 2: 48 };

/**
 * What each wrapped key is bound to: the digest of the header without `enc` and `wrapped`. It covers the list
 * of recipients and their order, so that none can be added, stripped or moved without wrapping anew.
 */
export function wrapContext(header: DraftHeader): Bytes {
  const recipients = header.recipients.map(({ role, kid }) => ({ role, kid }));
  return sha256(headerBytes({ ...header, recipients }));
}

/** @throws SealingError `ENVELOPE_MALFORMED` when no receiver would accept the header. */
export function encodeHeader(header: EnvelopeHeader): Bytes {
  const bytes = headerBytes(header);
  parseHeader(bytes);
  return bytes;
}

/** @throws SealingError `ENVELOPE_MALFORMED`, `ENVELOPE_TOO_LARGE` or `SUITE_UNSUPPORTED` */
export function parseHeader(bytes: Uint8Array): EnvelopeHeader {
  if (bytes.length > HEADER_BYTES_MAX) {
    throw new SealingError(
      'ENVELOPE_TOO_LARGE',
      `header has ${bytes.length} bytes, limit ${HEADER_BYTES_MAX}`,
    );
  }
  return asSealing(() => readHeader(bytes));
}

function headerBytes(header: DraftHeader): Bytes {
  return asSealing(() => canonicalBytes(toJson(header)));
}

/** Canonical forms have their own error type; a header that misses one is a malformed header. */
function asSealing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CanonicalError) throw malformed(`${error.code}: ${error.message}`);
    throw error;
  }
}

function readHeader(bytes: Uint8Array): EnvelopeHeader {
  const json = parseJsonStrict(bytes, { depthMax: 3 });
  if (!isJsonObject(json)) throw malformed('expected a JSON object');
  if (!equalBytes(canonicalBytes(json), bytes)) throw malformed('not in canonical form (RFC 8785)');
  // The version comes first: another version may have other members.
  if (json['v'] !== ENVELOPE_VERSION) {
    throw new SealingError('SUITE_UNSUPPORTED', `envelope version is not ${ENVELOPE_VERSION}`);
  }
  const suite = readSuite(json['suite']);
  const bound = Object.hasOwn(json, 'planDigest');
  exactMembers(json, bound ? [...HEADER_MEMBERS, 'planDigest'].sort() : HEADER_MEMBERS, 'header');
  const notAfter = readText(json, 'notAfter');
  parseTime(notAfter);
  const senderKey = readText(json, 'senderKey');
  exactLength(senderKey, KEY_BYTES, 'senderKey');
  return {
    v: ENVELOPE_VERSION,
    suite,
    tenant: readText(json, 'tenant'),
    runId: readText(json, 'runId'),
    workflowDigest: parseDigest(readText(json, 'workflowDigest')),
    edge: readText(json, 'edge'),
    attempts: readAttempts(json['attempts']),
    seq: readCount(json['seq'], 'seq'),
    policyDigest: parseDigest(readText(json, 'policyDigest')),
    ...(bound ? { planDigest: parseDigest(readText(json, 'planDigest')) } : {}),
    contentType: readText(json, 'contentType'),
    notAfter,
    senderKey,
    recipients: readRecipients(json['recipients'], suite),
  };
}

function readSuite(value: Json | undefined): SuiteId {
  if (value === 1 || value === 2) return value;
  throw new SealingError('SUITE_UNSUPPORTED', 'suite must be 1 or 2');
}

function readAttempts(value: Json | undefined): { from: number; to: number } {
  if (!isJsonObject(value)) throw malformed('attempts must be an object');
  exactMembers(value, ['from', 'to'], 'attempts');
  const from = readCount(value['from'], 'attempts.from');
  const to = readCount(value['to'], 'attempts.to');
  if (from > to) throw malformed(`attempts run from ${from} to ${to}`);
  return { from, to };
}

function readRecipients(value: Json | undefined, suite: SuiteId): EnvelopeRecipient[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > RECIPIENTS_MAX) {
    throw malformed(`recipients must be an array of 1 to ${RECIPIENTS_MAX}`);
  }
  const recipients = value.map((entry: Json) => readRecipient(entry, suite));
  if (new Set(recipients.map(({ kid }) => kid)).size !== recipients.length) {
    throw malformed('two recipients have the same key');
  }
  return recipients;
}

function readRecipient(entry: Json, suite: SuiteId): EnvelopeRecipient {
  if (!isJsonObject(entry)) throw malformed('a recipient must be an object');
  exactMembers(entry, ['enc', 'kid', 'role', 'wrapped'], 'recipient');
  const enc = readText(entry, 'enc');
  const wrapped = readText(entry, 'wrapped');
  exactLength(enc, KEY_BYTES, 'enc');
  exactLength(wrapped, WRAPPED_BYTES[suite], 'wrapped');
  return { role: readText(entry, 'role'), kid: parseDigest(readText(entry, 'kid')), enc, wrapped };
}

function readText(object: JsonObject, member: string): string {
  const value = object[member];
  // Printable ASCII, so that names look the same in every log and console.
  if (typeof value === 'string' && value.length <= TEXT_LENGTH_MAX && /^[ -~]+$/.test(value)) return value;
  throw malformed(`${member} must be printable ASCII of 1 to ${TEXT_LENGTH_MAX} characters`);
}

function readCount(value: Json | undefined, member: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw malformed(`${member} must be a non-negative integer`);
}

function exactLength(base64: string, length: number, member: string): void {
  const actual = fromBase64(base64).length;
  if (actual !== length) throw malformed(`${member} has ${actual} bytes, expected ${length}`);
}

function exactMembers(object: JsonObject, members: readonly string[], what: string): void {
  const actual = Object.keys(object).sort();
  if (actual.length === members.length && actual.every((member, index) => member === members[index])) return;
  throw malformed(`${what} must have exactly the members ${members.join(', ')}`);
}

function malformed(reason: string): SealingError {
  return new SealingError('ENVELOPE_MALFORMED', `envelope header: ${reason}`);
}
