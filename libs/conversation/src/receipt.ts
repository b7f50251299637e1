/**
 * What one call came to, as the worker that answered it signs it with its attested key.
 *
 * The worker is trusted for the counts, within what the request and the answer can hold; the rest a reader computes:
 * the price of a token stands in the plan, and the charge follows from it.
 */
import { type Digest, isDigest, type JsonObject, parseTime, toJson } from '#canonical';
import { ConversationError } from './conversation-error.js';
import { CALLS_MAX, NANOS_PER_TOKEN_MAX, TOKENS_MAX } from './limits.js';

export const usageReceiptPredicateType = 'https://sealflow.dev/evidence/usage-receipt/v1';

/** Why an answer ended, in the words of the protocol; `other` for those that it adds. */
export const endReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'other'] as const;
export type EndReason = (typeof endReasons)[number];

/** Billionths of the unit in which the charge counts millionths. */
export interface TokenPrice {
  readonly inputNanosPerToken: number;
  readonly outputNanosPerToken: number;
}

export interface ModelIdentity {
  readonly model: string;
  /** Over the file of the weights. */
  readonly weights: Digest;
}

export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface UsageReceipt extends ModelIdentity, TokenUsage, TokenPrice {
  readonly runId: string;
  readonly taskId: string;
  readonly attempt: number;
  /** 16 bytes, lower-case hex. */
  readonly call: string;
  /** Of the sealed request. */
  readonly request: Digest;
  /** Over the sealed frames of the answer, in order, without the last one, which has this receipt. */
  readonly answer: Digest;
  readonly frames: number;
  readonly chargeMicros: number;
  readonly end: EndReason;
  readonly endedAt: string;
}

/** What a conversation came to: the public fact and output `usage` of its step. */
export interface UsageFacts extends ModelIdentity, TokenUsage {
  readonly calls: number;
  readonly chargeMicros: number;
  /** The signed receipts, in the order in which the calls ended; a blob of the bundle. */
  readonly receipts: Digest;
}

/** Each side rounded up to a whole millionth: 812 × 300 and 447 × 1,200 are 244 and 537. */
export function chargeMicros(usage: TokenUsage, price: TokenPrice): number {
  const micros = (tokens: number, nanos: number): bigint => (BigInt(tokens) * BigInt(nanos) + 999n) / 1000n;
  const charge =
    micros(usage.promptTokens, price.inputNanosPerToken) +
    micros(usage.completionTokens, price.outputNanosPerToken);
  if (charge > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ConversationError('RECEIPT_MALFORMED', 'chargeMicros: expected at most 2^53 - 1');
  }
  return Number(charge);
}

/** Reads an untrusted receipt. @throws ConversationError `RECEIPT_MALFORMED`, or `RECEIPT_MISMATCH` on a wrong sum */
export function parseUsageReceipt(value: JsonObject): UsageReceipt {
  const receipt: UsageReceipt = {
    runId: text(value, 'runId', 64),
    taskId: text(value, 'taskId', 256),
    attempt: integer(value, 'attempt', 1, 1_000_000),
    call: text(value, 'call', 32),
    request: digest(value, 'request'),
    answer: digest(value, 'answer'),
    frames: integer(value, 'frames', 0, 1 << 24),
    model: text(value, 'model', 256),
    weights: digest(value, 'weights'),
    promptTokens: integer(value, 'promptTokens', 0, TOKENS_MAX),
    completionTokens: integer(value, 'completionTokens', 0, TOKENS_MAX),
    inputNanosPerToken: integer(value, 'inputNanosPerToken', 0, NANOS_PER_TOKEN_MAX),
    outputNanosPerToken: integer(value, 'outputNanosPerToken', 0, NANOS_PER_TOKEN_MAX),
    chargeMicros: integer(value, 'chargeMicros', 0, Number.MAX_SAFE_INTEGER),
    end: endReasons.find((reason) => reason === value['end']) ?? refused('end', endReasons.join(' | ')),
    endedAt: time(value, 'endedAt'),
  };
  if (!/^[0-9a-f]{32}$/.test(receipt.call)) refused('call', '32 lower-case hex digits');
  const expected = chargeMicros(receipt, receipt);
  if (receipt.chargeMicros !== expected) {
    throw new ConversationError(
      'RECEIPT_MISMATCH',
      `chargeMicros: expected ${expected} for these tokens and prices, got ${receipt.chargeMicros}`,
    );
  }
  return receipt;
}

/** Reads the fact `usage` of a step. @throws ConversationError `RECEIPT_MALFORMED` */
export function parseUsageFacts(value: JsonObject): UsageFacts {
  return {
    model: text(value, 'model', 256),
    weights: digest(value, 'weights'),
    calls: integer(value, 'calls', 0, CALLS_MAX),
    promptTokens: integer(value, 'promptTokens', 0, TOKENS_MAX * CALLS_MAX),
    completionTokens: integer(value, 'completionTokens', 0, TOKENS_MAX * CALLS_MAX),
    chargeMicros: integer(value, 'chargeMicros', 0, Number.MAX_SAFE_INTEGER),
    receipts: digest(value, 'receipts'),
  };
}

/** What the receipts of one conversation come to together. */
export function sumOf(
  receipts: readonly UsageReceipt[],
): Pick<UsageFacts, 'calls' | 'promptTokens' | 'completionTokens' | 'chargeMicros'> {
  const sum = (of: (receipt: UsageReceipt) => number): number =>
    receipts.reduce((total, receipt) => total + of(receipt), 0);
  return {
    calls: receipts.length,
    promptTokens: sum(({ promptTokens }) => promptTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    chargeMicros: sum((receipt) => receipt.chargeMicros),
  };
}

/** Predicate of the statement that is signed. */
export function receiptJson(receipt: UsageReceipt): JsonObject {
  return toJson(receipt) as JsonObject;
}

function text(value: JsonObject, name: string, charsMax: number): string {
  const member = value[name];
  if (typeof member !== 'string' || member.length < 1 || member.length > charsMax)
    return refused(name, `text of 1 to ${charsMax} characters`);
  return member;
}

function integer(value: JsonObject, name: string, min: number, max: number): number {
  const member = value[name];
  if (typeof member !== 'number' || !Number.isSafeInteger(member) || member < min || member > max)
    return refused(name, `an integer in ${min}..${max}`);
  return member;
}

function digest(value: JsonObject, name: string): Digest {
  const member = value[name];
  return typeof member === 'string' && isDigest(member) ? member : refused(name, 'sha256:<64 hex digits>');
}

function time(value: JsonObject, name: string): string {
  const member = text(value, name, 64);
  try {
    parseTime(member);
  } catch {
    return refused(name, 'a time as YYYY-MM-DDThh:mm:ss.sssZ');
  }
  return member;
}

function refused(name: string, expected: string): never {
  throw new ConversationError('RECEIPT_MALFORMED', `receipt.${name}: expected ${expected}`);
}
