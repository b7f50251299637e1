/**
 * What an agent gives to whoever sells it calls of a model: one signed intent that sets the most of a payment aside, and
 * at which price and for which models the ledger may take what was used of it.
 *
 * The closer of the reservation is the ledger's own key. So neither the agent nor the seller ends it: the key enclave
 * signs for the charge that an attested step states, and gives the rest back. Like an order of a claim it is sealed to the
 * ledger as a whole, and whoever carries it takes no intent out of it.
 */
import {
  type Bytes,
  CanonicalError,
  canonicalBytes,
  type Digest,
  fromBase64,
  isDigest,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
  utf8,
} from '#canonical';
import { openMessage, type RandomSource, SealingError, sealMessage } from '#sealing';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import type { IntentsSubject } from './sealed-intents.js';
import { type HeldSubject, readSettlementIntent, type SettlementIntent } from './settlement.js';

const version = 'sealflow/ledger-usage-order/v1';
const openedVersion = 'sealflow/ledger-usage-order-opened/v1';
const heldVersion = 'sealflow/ledger-usage-held/v1';
const MESSAGE_BYTES_MAX = 2 * ledgerLimits.intentBytesMax;
const MODELS_MAX = 16;
const NANOS_MAX = 1_000_000_000;
/** As the payment identifier of x402 has it. */
const PAYMENT = /^[A-Za-z0-9_-]{16,128}$/;
const members = ['payment', 'weights', 'inputNanosPerToken', 'outputNanosPerToken', 'reserve'] as const;

/** What may be taken, at most the amount of the reservation. */
export interface UsageTerms {
  /** Name of the payment, which its payer draws; a fact of the run that it pays. */
  readonly payment: string;
  /** Models that may be paid for, by the digests of their weights. */
  readonly weights: readonly Digest[];
  readonly inputNanosPerToken: number;
  readonly outputNanosPerToken: number;
}

export interface UsageOrder extends UsageTerms {
  readonly reserve: SettlementIntent<'reserve'>;
}

interface Sealing {
  readonly intentKey: Uint8Array;
  readonly random: RandomSource;
}

/** @param reserve a signed intent @returns what goes into a run as its input */
export async function sealUsageOrder(
  { reserve, ...terms }: UsageTerms & { readonly reserve: Uint8Array },
  subject: IntentsSubject,
  { intentKey, random }: Sealing,
): Promise<JsonObject> {
  const plaintext = openedBytes(terms, reserve);
  const message = await sealMessage({ ...orderContext(subject), publicKey: intentKey, plaintext, random });
  return { v: version, message: toBase64(message) };
}

/**
 * @param secretKey raw X25519 key of the ledger
 * @returns null for what this key does not open
 * @throws LedgerError `SETTLEMENT_INVALID`
 */
export async function openUsageOrder(
  value: Json,
  secretKey: Uint8Array,
  subject: IntentsSubject,
): Promise<UsageOrder | null> {
  return await opened(messageOf(value), secretKey, orderContext(subject));
}

/** An order whose amount is set aside, for the rest of its run alone: what closes it outlives every boot of a worker. */
export async function sealUsageHeld(
  { reserve, ...terms }: UsageOrder,
  subject: HeldSubject,
  { intentKey, random }: Sealing,
): Promise<Bytes> {
  const plaintext = openedBytes(terms, reserve.bytes);
  return await sealMessage({ ...heldContext(subject), publicKey: intentKey, plaintext, random });
}

/** @returns null for what this key does not open @throws LedgerError `SETTLEMENT_INVALID` */
export async function openUsageHeld(
  message: Uint8Array,
  secretKey: Uint8Array,
  subject: HeldSubject,
): Promise<UsageOrder | null> {
  return await opened(message, secretKey, heldContext(subject));
}

function openedBytes(terms: UsageTerms, reserve: Uint8Array): Bytes {
  const { payment, weights, inputNanosPerToken, outputNanosPerToken } = terms;
  const price = { inputNanosPerToken, outputNanosPerToken };
  return canonicalBytes({
    ...{ v: openedVersion, payment, weights: [...weights], ...price },
    reserve: parseJsonStrict(reserve),
  });
}

async function opened(
  message: Uint8Array,
  secretKey: Uint8Array,
  context: ReturnType<typeof orderContext>,
): Promise<UsageOrder | null> {
  try {
    const plaintext = await openMessage({ ...context, secretKey, message });
    return parseOrder(parseJsonStrict(plaintext, { bytesMax: MESSAGE_BYTES_MAX }));
  } catch (error) {
    if (error instanceof SealingError || error instanceof CanonicalError) return null;
    throw error;
  }
}

function messageOf(value: Json): Uint8Array {
  const { v, message, ...more } = isJsonObject(value) ? value : {};
  if (v !== version || Object.keys(more).length > 0) throw invalid('v', `${version} with its message alone`);
  const text = typeof message === 'string' && message.length <= 2 * MESSAGE_BYTES_MAX ? message : null;
  try {
    if (text !== null) return fromBase64(text);
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
  }
  throw invalid('message', 'base64 of a sealed order');
}

function parseOrder(value: Json): UsageOrder {
  const { v, ...order } = isJsonObject(value) ? value : {};
  const known = members.every((name) => Object.hasOwn(order, name));
  if (v !== openedVersion || !known || Object.keys(order).length !== members.length)
    throw invalid('members', `v ${openedVersion}, ${members.join(', ')}`);
  const { payment, weights } = order;
  if (typeof payment !== 'string' || !PAYMENT.test(payment))
    throw invalid('payment', '16 to 128 letters, digits, hyphens and underscores');
  const models = Array.isArray(weights) ? weights : [];
  if (models.length < 1 || models.length > MODELS_MAX || !models.every(isDigestText))
    throw invalid('weights', `1 to ${MODELS_MAX} digests`);
  return {
    payment,
    weights: models.filter(isDigestText),
    inputNanosPerToken: nanos(order, 'inputNanosPerToken'),
    outputNanosPerToken: nanos(order, 'outputNanosPerToken'),
    reserve: readSettlementIntent(order, 'reserve'),
  };
}

function isDigestText(value: Json): value is Digest {
  return typeof value === 'string' && isDigest(value);
}

function nanos(order: JsonObject, name: 'inputNanosPerToken' | 'outputNanosPerToken'): number {
  const value = order[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= NANOS_MAX)
    return value;
  throw invalid(name, `an integer in 0..${NANOS_MAX}`);
}

function orderContext({ ledger, tenant }: IntentsSubject) {
  return { kind: version, associated: utf8(`${version}|${ledger}|${tenant}`) };
}

function heldContext({ ledger, tenant, runId }: HeldSubject) {
  return { kind: heldVersion, associated: utf8(`${heldVersion}|${ledger}|${tenant}|${runId}`) };
}

function invalid(place: string, expected: string): LedgerError {
  return new LedgerError('SETTLEMENT_INVALID', `order.${place}: expected ${expected}`);
}
