/** Who asks the key enclave to be shown something, as it is read in the enclave. */
import { canonicalBytes, type Digest, digestOf, isDigest, isJsonObject, type Json } from '#canonical';
import { type AskedKind, askedKinds, questionVersion } from '#ledger';
import { refusal } from '../shared/ledger-error.js';
import { isSignedDocument } from '../shared/signed-document.js';
import { StrictObject } from '../shared/strict-object.js';
import type { ClaimedHead } from './lineage.js';

export interface Question {
  /** Where the asker says that the ledger stands. */
  readonly head: ClaimedHead;
  readonly kind: AskedKind;
  /** Of the batch. A statement is of where the enclave knows the ledger to stand, which its answer says. */
  readonly version: number;
  /** For a statement; empty for a batch. */
  readonly account: string;
  /** Ed25519 key of the asker, base64: a viewer of the charter, or the owner of the account. */
  readonly signer: string;
  /** X25519 key that the answer is sealed to, base64. */
  readonly answerKey: string;
  readonly notAfterMs: number;
  /** Names the question in the answer. */
  readonly id: Digest;
}

const members = [
  ...['v', 'ledger', 'headVersion', 'receipt', 'kind', 'version', 'account', 'signer', 'answerKey'],
  ...['notAfter', 'nonce', 'signature'],
];

/** Refuses with `QUESTION_INVALID` what is no signed question; who may ask it is decided later, and told to the asker only. */
export function parseQuestion(value: Json): Question {
  const reader = new StrictObject(value, members, 'QUESTION_INVALID', 'question');
  reader.constant('v', questionVersion);
  reader.hex('nonce', 16);
  reader.base64('signature', 64);
  const version = (member: string): number =>
    Number(reader.text(member, /^[1-9][0-9]{0,14}$/, 'a version from 1 as decimal text'));
  const receipt = reader.text('receipt', /^sha256:/, 'a digest');
  const kind = askedKinds.find((known) => known === reader.text('kind', /^[a-z]+$/, askedKinds.join(' | ')));
  if (kind === undefined || !isDigest(receipt) || !isJsonObject(value)) {
    throw refusal(
      'QUESTION_INVALID',
      `question: expected kind ${askedKinds.join(' | ')} and the digest of a receipt`,
    );
  }
  const signer = reader.base64('signer', 32);
  if (!isSignedDocument(value, questionVersion, signer)) {
    throw refusal('QUESTION_INVALID', 'question.signature does not verify under question.signer');
  }
  return {
    head: { ledger: reader.name('ledger'), version: version('headVersion'), receipt },
    kind,
    version: version('version'),
    account: reader.text('account', /^[\x20-\x7e]{0,128}$/, 'the name of an account, or nothing'),
    signer,
    answerKey: reader.base64('answerKey', 32),
    notAfterMs: reader.timeMs('notAfter'),
    id: digestOf(canonicalBytes(value)),
  };
}
