/**
 * How somebody who may see something of a ledger asks its key enclave, and reads the answer. The asker signs; question
 * and answer are sealed, and a no has the shape of a yes, so whoever carries them learns of neither.
 */
import {
  aes256GcmOpen,
  aes256GcmSeal,
  type Bytes,
  canonicalBytes,
  concatBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
  toHex,
  u32be,
  utf8,
} from '#canonical';
import { MESSAGE_OVERHEAD_BYTES, openMessage, type RandomSource, SealingError, sealMessage } from '#sealing';
import { signDocument } from '../intent/signed-document.js';
import { LedgerError } from '../ledger-error.js';

export const questionVersion = 'sealflow/ledger-question/v1';
export const answerVersion = 'sealflow/ledger-answer/v1';

/** `batch`: the opening of every delta of one version. `statement`: one account, where the ledger stands. */
export const askedKinds = ['batch', 'statement'] as const;
export type AskedKind = (typeof askedKinds)[number];

/** Why an asker gets nothing. Said inside the sealed answer. */
export const noReasons = [
  'NOT_FOUND',
  'QUESTION_EXPIRED',
  'RATE_LIMITED',
  'VIEW_REFUSED',
  'KEY_COMPROMISED',
  'KEY_DESTROYED',
] as const;
export type NoReason = (typeof noReasons)[number];

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const LENGTH_BYTES = 4;
const STATEMENT_STEP_BYTES = 4 * 1024;
const BATCH_STEP_BYTES = 64 * 1024;
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export interface QuestionDraft {
  readonly ledger: string;
  /** Where the asker knows the ledger to stand. */
  readonly head: { readonly version: number; readonly receipt: Digest };
  readonly asked:
    | { readonly kind: 'batch'; readonly version: number }
    | { readonly kind: 'statement'; readonly account: string };
  /** X25519 key for the answer: of a viewer the one of the charter, of an owner any. */
  readonly answerKey: Uint8Array;
  readonly notAfterMs: number;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
}

/** @param seed 32 bytes of the asker's Ed25519 key: a viewer of the charter, or the owner of the account */
export function signQuestion(draft: QuestionDraft, seed: Uint8Array): JsonObject {
  const { ledger, head, asked, answerKey, notAfterMs, nonce } = draft;
  const document = {
    v: questionVersion,
    ledger,
    headVersion: `${head.version}`,
    receipt: head.receipt,
    kind: asked.kind,
    version: asked.kind === 'batch' ? `${asked.version}` : '1',
    account: asked.kind === 'batch' ? '' : asked.account,
    signer: toBase64(ed25519PublicKey(seed)),
    answerKey: toBase64(answerKey),
    notAfter: formatTime(notAfterMs),
    nonce: toHex(nonce),
  };
  return signDocument(document, questionVersion, seed);
}

/** What a question and its answer are about. */
export interface QuestionSubject {
  readonly tenant: string;
  readonly ledger: string;
  /** SHA-256 of the canonical bytes of the signed question. */
  readonly question: Digest;
}

export function questionId(question: JsonObject): Digest {
  return digestOf(canonicalBytes(question));
}

export type Answer =
  | { readonly reason: null; readonly document: Json }
  | { readonly reason: NoReason; readonly document: null };

export interface SealAnswerInput extends QuestionSubject {
  readonly kind: AskedKind;
  readonly answer: Answer;
  readonly answerKey: Uint8Array;
  readonly random: RandomSource;
}

/**
 * A fresh key seals the answer, padded: for a statement to one size, for a batch in steps of 64 KiB. That key is sealed
 * to the asker. @throws LedgerError `ANSWER_MALFORMED` where an answer would be longer than the one size
 */
export async function sealAnswer(input: SealAnswerInput): Promise<Bytes> {
  const { kind, answer, answerKey, random, ...subject } = input;
  const content = canonicalBytes({ v: answerVersion, reason: answer.reason, document: answer.document });
  const filled = LENGTH_BYTES + content.length;
  const step = kind === 'statement' ? STATEMENT_STEP_BYTES : BATCH_STEP_BYTES;
  if (kind === 'statement' && filled > step) throw malformed(`${filled} bytes, limit ${step}`);
  const padding = new Uint8Array(Math.ceil(filled / step) * step - filled);
  const associated = contextOf(subject);
  const key = random(KEY_BYTES);
  const wrapped = { kind: answerVersion, associated, publicKey: answerKey, plaintext: key, random };
  const nonce = random(NONCE_BYTES);
  const plaintext = concatBytes(u32be(content.length), content, padding);
  return concatBytes(await sealMessage(wrapped), nonce, aes256GcmSeal(key, nonce, plaintext, associated));
}

/** @param secretKey X25519 key of the asker. @throws LedgerError `ANSWER_MALFORMED` */
export async function openAnswer(
  bytes: Uint8Array,
  secretKey: Uint8Array,
  subject: QuestionSubject,
): Promise<Answer> {
  const split = MESSAGE_OVERHEAD_BYTES + KEY_BYTES;
  if (bytes.length < split + NONCE_BYTES || bytes.length > ANSWER_BYTES_MAX)
    throw malformed(`${bytes.length} bytes`);
  const associated = contextOf(subject);
  const message = bytes.subarray(0, split);
  const key = await openMessage({ kind: answerVersion, associated, secretKey, message }).catch((error) => {
    if (error instanceof SealingError) throw malformed(error.message);
    throw error;
  });
  const nonce = bytes.subarray(split, split + NONCE_BYTES);
  const plaintext = aes256GcmOpen(key, nonce, bytes.subarray(split + NONCE_BYTES), associated);
  if (plaintext === null || plaintext.length < LENGTH_BYTES) throw malformed('it does not open');
  const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
  const answer = parseJsonStrict(plaintext.subarray(LENGTH_BYTES, LENGTH_BYTES + length), {
    bytesMax: ANSWER_BYTES_MAX,
    depthMax: 8,
    valuesMax: 2 ** 20,
  });
  const { reason = null, document = null } = isJsonObject(answer) ? answer : {};
  if (reason === null) return { reason, document };
  const known = noReasons.find((one) => one === reason);
  if (known === undefined) throw malformed('an unknown reason');
  return { reason: known, document: null };
}

function contextOf({ tenant, ledger, question }: QuestionSubject): Bytes {
  return utf8(`${tenant}|${ledger}|${question}`);
}

function malformed(message: string): LedgerError {
  return new LedgerError('ANSWER_MALFORMED', `answer: ${message}`);
}
