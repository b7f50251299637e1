/**
 * Receipts of model calls. The worker is trusted for what its attested key signs: that a model of these weights gave
 * this answer, and how many tokens it counted. Prices, sums and identities are held against the plan.
 */
import { canonicalBytes, isJsonObject, parseJsonStrict } from '#canonical';
import {
  CALLS_MAX,
  ConversationError,
  parseUsageReceipt,
  type UsageReceipt,
  usageReceiptPredicateType,
} from '#conversation';
import { isSignedBy, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';
import { type Statement, sameSubjects } from './statement.js';

const RECEIPTS_BYTES_MAX = 4 * 1024 * 1024;

/** What a receipt is about: the sealed request and the sealed answer. */
export function usageReceiptSubjects({ call, request, answer }: UsageReceipt): Statement['subject'] {
  const hex = (digest: string): string => digest.slice('sha256:'.length);
  return [
    { name: `calls/${call}/request`, digest: { sha256: hex(request) } },
    { name: `calls/${call}/answer`, digest: { sha256: hex(answer) } },
  ];
}

/**
 * One receipt under the key that has to have signed it.
 *
 * @throws EvidenceError `ENVELOPE_MALFORMED`, `SIGNATURE_INVALID`, `STATEMENT_MALFORMED` or `PREDICATE_TYPE_UNEXPECTED`
 */
export function openUsageReceipt(bytes: Uint8Array, publicKey: Uint8Array): UsageReceipt {
  const envelope = parseEnvelope(bytes);
  if (!isSignedBy(envelope, publicKey)) {
    throw new EvidenceError('SIGNATURE_INVALID', 'usage receipt: not signed by the key of its step');
  }
  const statement = statementOf(envelope, usageReceiptPredicateType);
  let receipt: UsageReceipt;
  try {
    receipt = parseUsageReceipt(statement.predicate);
  } catch (error) {
    if (error instanceof ConversationError) throw new EvidenceError('STATEMENT_MALFORMED', error.message);
    throw error;
  }
  if (!sameSubjects(statement.subject, usageReceiptSubjects(receipt))) {
    throw new EvidenceError('STATEMENT_MALFORMED', 'usage receipt: subjects are not its request and answer');
  }
  return receipt;
}

/** The blob that a conversation's step names: its signed receipts in the order in which the calls ended. */
export function encodeUsageReceipts(envelopes: readonly Uint8Array[]): Uint8Array {
  return canonicalBytes({
    v: 1,
    receipts: envelopes.map((envelope) => parseJsonStrict(envelope)),
  });
}

/** The envelopes of that blob, unchecked. @throws EvidenceError `STATEMENT_MALFORMED` */
export function parseUsageReceipts(bytes: Uint8Array): Uint8Array[] {
  let value: ReturnType<typeof parseJsonStrict>;
  try {
    value = parseJsonStrict(bytes, { bytesMax: RECEIPTS_BYTES_MAX });
  } catch {
    throw new EvidenceError('STATEMENT_MALFORMED', 'usage receipts: expected JSON, got other bytes');
  }
  if (!isJsonObject(value))
    throw new EvidenceError('STATEMENT_MALFORMED', 'usage receipts: expected an object');
  const reader = new FieldReader(value, 'usage', 'STATEMENT_MALFORMED').only(['v', 'receipts']);
  reader.integer('v', { min: 1, max: 1 });
  return reader.readers('receipts', CALLS_MAX).map(({ value: envelope }) => canonicalBytes(envelope));
}
