import { ed25519PublicKey, sha256, toBase64 } from '#canonical';
import { encodeEnvelope } from './envelope.js';
import {
  type DraftHeader,
  ENVELOPE_VERSION,
  type EnvelopeContext,
  encodeHeader,
  wrapContext,
} from './header.js';
import { assertUsablePublicKey, draw, KEY_BYTES, type RandomSource, sealKeyId } from './keys.js';
import { PLAINTEXT_BYTES_MAX, RECIPIENTS_MAX, type SuiteId } from './limits.js';
import { SealingError } from './sealing-error.js';
import { suiteOf } from './suites.js';

export interface Recipient {
  readonly role: string;
  /** Raw X25519 public key, 32 bytes. It must come from an appraised binding: this function trusts it. */
  readonly publicKey: Uint8Array;
}

export interface SealInput {
  /** 2 for edges; 1 for short notices, up to 1 MiB. */
  readonly suite: SuiteId;
  readonly context: EnvelopeContext;
  /** 1 to 8, each key once. Their order is part of what is signed. */
  readonly recipients: readonly Recipient[];
  /** Ed25519 seed of the sender, 32 bytes. */
  readonly senderSeed: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly random: RandomSource;
}

/**
 * Seals one plaintext for its recipients under a fresh payload key. To add a recipient later, seal again: every
 * wrapped key and the payload are bound to the whole list.
 *
 * @throws SealingError `ENVELOPE_TOO_LARGE`, or `ENVELOPE_MALFORMED` on a context or key no receiver would accept.
 */
export async function sealEnvelope(input: SealInput): Promise<Uint8Array> {
  const suite = suiteOf(input.suite);
  assertSealable(input);
  const { tenant, runId, workflowDigest, edge, attempts, seq, policyDigest, contentType, notAfter } =
    input.context;
  const { planDigest } = input.context;
  const targets = input.recipients.map(({ role, publicKey }) => ({
    role,
    publicKey,
    kid: sealKeyId(publicKey),
  }));
  const draft: DraftHeader = {
    v: ENVELOPE_VERSION,
    suite: input.suite,
    tenant,
    runId,
    workflowDigest,
    edge,
    attempts: { from: attempts.from, to: attempts.to },
    seq,
    policyDigest,
    ...(planDigest === undefined ? {} : { planDigest }),
    contentType,
    notAfter,
    senderKey: toBase64(ed25519PublicKey(input.senderSeed)),
    recipients: targets.map(({ role, kid }) => ({ role, kid })),
  };
  const payloadKey = draw(input.random, KEY_BYTES);
  const wrappedKeys = await suite.wrap(payloadKey, targets, wrapContext(draft), input.random);
  const recipients = draft.recipients.map(({ role, kid }, index) => {
    const key = wrappedKeys[index];
    if (key === undefined) throw new SealingError('ENVELOPE_MALFORMED', 'a suite wrapped too few keys');
    return { role, kid, enc: toBase64(key.enc), wrapped: toBase64(key.wrapped) };
  });
  const headerBytes = encodeHeader({ ...draft, recipients });
  const payload = await suite.encrypt(payloadKey, sha256(headerBytes), input.plaintext, input.random);
  return encodeEnvelope(headerBytes, payload, input.senderSeed);
}

function assertSealable({ suite, recipients, plaintext }: SealInput): void {
  const bytesMax = PLAINTEXT_BYTES_MAX[suite];
  if (plaintext.length > bytesMax) {
    throw new SealingError(
      'ENVELOPE_TOO_LARGE',
      `plaintext has ${plaintext.length} bytes, limit of suite ${suite} is ${bytesMax}`,
    );
  }
  if (recipients.length < 1 || recipients.length > RECIPIENTS_MAX) {
    throw new SealingError(
      'ENVELOPE_MALFORMED',
      `expected 1 to ${RECIPIENTS_MAX} recipients, got ${recipients.length}`,
    );
  }
  for (const { role, publicKey } of recipients) assertUsablePublicKey(publicKey, role);
}
