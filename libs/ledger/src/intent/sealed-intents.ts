/**
 * Signed intents on their way to the key enclave, sealed to the intent key that the ledger's newest receipt names: who
 * carries or keeps them learns how long they are, and from whom they came.
 */
import { type Bytes, utf8 } from '#canonical';
import { openMessage, type RandomSource, SealingError, sealMessage } from '#sealing';
import { LedgerError } from '../ledger-error.js';
import { encodeFrames, envelopeFormat, parseFrames } from './frames.js';
import { intentVersion } from './intent.js';

/** Whose ledger it is: an envelope for another one does not open. */
export interface IntentsSubject {
  readonly tenant: string;
  readonly ledger: string;
}

export interface SealIntentsInput extends IntentsSubject {
  /** Of signed intents, 1 to 512. */
  readonly intents: readonly Uint8Array[];
  /** Raw X25519 key, 32 bytes. */
  readonly intentKey: Uint8Array;
  readonly random: RandomSource;
}

/** One envelope of a batch. @throws LedgerError `INTENTS_MALFORMED`, SealingError */
export async function sealIntents(input: SealIntentsInput): Promise<Bytes> {
  const { intents, intentKey, random } = input;
  const plaintext = encodeFrames(envelopeFormat, intents);
  return await sealMessage({ ...subjectOf(input), publicKey: intentKey, plaintext, random });
}

/**
 * The signed intents of an envelope.
 *
 * @param secretKey raw X25519 key of the ledger
 * @returns null for what does not open, or holds no list of intents
 */
export async function openIntentEnvelope(
  envelope: Uint8Array,
  secretKey: Uint8Array,
  subject: IntentsSubject,
): Promise<readonly Uint8Array[] | null> {
  try {
    const plaintext = await openMessage({ ...subjectOf(subject), secretKey, message: envelope });
    return parseFrames(envelopeFormat, plaintext);
  } catch (error) {
    if (error instanceof SealingError || error instanceof LedgerError) return null;
    throw error;
  }
}

function subjectOf({ ledger, tenant }: IntentsSubject) {
  return { kind: intentVersion, associated: utf8(`${intentVersion}|${ledger}|${tenant}`) };
}
