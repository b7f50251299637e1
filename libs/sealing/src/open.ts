/**
 * Opening: the receiver's side of an envelope.
 *
 * Neither carrier nor sender is trusted until checked, and each check has its own code. The receiver alone knows
 * what it expects; a field that it leaves out of `expected` is not checked, so a worker states run, edge,
 * attempt, policy and sender.
 */
import { canonicalize, equalBytes, fromBase64, parseTime, sha256, toBase64, toJson } from '#canonical';
import { parseEnvelope, verifyEnvelopeSignature } from './envelope.js';
import { type EnvelopeContext, type EnvelopeHeader, wrapContext } from './header.js';
import { sealKeyId, sealPublicKey } from './keys.js';
import { PLAINTEXT_BYTES_MAX, type SuiteId } from './limits.js';
import { SealingError } from './sealing-error.js';
import { suiteOf } from './suites.js';

export interface ExpectedContext extends Partial<EnvelopeContext> {
  /** Raw Ed25519 public key of the only acceptable sender. */
  readonly senderKey?: Uint8Array;
  /** Attempt in progress; it must lie in the header's window. */
  readonly attempt?: number;
}

export interface OpenInput {
  readonly bytes: Uint8Array;
  /** Raw X25519 secret key of the recipient, 32 bytes. */
  readonly secretKey: Uint8Array;
  readonly expected: ExpectedContext;
  /** Milliseconds since the epoch, compared with `notAfter`. */
  readonly at: number;
}

/** @throws SealingError with any of its codes */
export async function openEnvelope(
  input: OpenInput,
): Promise<{ readonly header: EnvelopeHeader; readonly plaintext: Uint8Array }> {
  const envelope = parseEnvelope(input.bytes);
  const { header, headerBytes, payload } = envelope;
  const suite = suiteOf(header.suite);
  assertPayloadSize(header.suite, payload.length);
  verifyEnvelopeSignature(envelope);
  assertExpected(header, input.expected);
  if (!(input.at <= parseTime(header.notAfter))) {
    throw new SealingError(
      'ENVELOPE_EXPIRED',
      `envelope on edge ${header.edge} was valid until ${header.notAfter}`,
    );
  }
  const kid = sealKeyId(sealPublicKey(input.secretKey));
  const recipient = header.recipients.find((candidate) => candidate.kid === kid);
  if (recipient === undefined) {
    throw new SealingError(
      'ENVELOPE_NOT_FOR_RECIPIENT',
      `envelope on edge ${header.edge} is for ${header.recipients.length} other keys, not for ${kid}`,
    );
  }
  const wrapped = { enc: fromBase64(recipient.enc), wrapped: fromBase64(recipient.wrapped) };
  const payloadKey = await suite.unwrap(wrapped, input.secretKey, kid, wrapContext(header));
  return { header, plaintext: await suite.decrypt(payloadKey, sha256(headerBytes), payload) };
}

/** The cap comes before any copy: suite 1 opens in one blocking call. */
function assertPayloadSize(suite: SuiteId, payloadBytes: number): void {
  const bytesMax = suiteOf(suite).payloadBytes(PLAINTEXT_BYTES_MAX[suite]);
  if (payloadBytes <= bytesMax) return;
  throw new SealingError(
    'ENVELOPE_TOO_LARGE',
    `payload has ${payloadBytes} bytes, limit of suite ${suite} is ${bytesMax}`,
  );
}

function assertExpected(header: EnvelopeHeader, expected: ExpectedContext): void {
  const { senderKey, attempt, ...context } = expected;
  for (const [member, value] of Object.entries(context)) {
    if (value === undefined) continue;
    const actual = header[member as keyof EnvelopeContext] ?? null;
    if (canonicalize(toJson(actual)) !== canonicalize(toJson(value))) {
      throw mismatch(member, canonicalize(toJson(value)), canonicalize(toJson(actual)));
    }
  }
  if (senderKey !== undefined && !equalBytes(senderKey, fromBase64(header.senderKey))) {
    throw mismatch('senderKey', toBase64(senderKey), header.senderKey);
  }
  const { from, to } = header.attempts;
  if (attempt !== undefined && !(attempt >= from && attempt <= to)) {
    throw mismatch('attempt', String(attempt), `${from} to ${to}`);
  }
}

function mismatch(member: string, expected: string, actual: string): SealingError {
  return new SealingError(
    'ENVELOPE_CONTEXT_MISMATCH',
    `envelope is of another context: ${member} expected ${expected}, got ${actual}`,
  );
}
