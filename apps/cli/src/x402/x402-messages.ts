/**
 * The messages of x402, version 2, as far as a payment of usage needs them: read strictly by what the published
 * specification says of each member, in both directions. Members that it does not name are left alone and not passed on.
 */
import {
  CanonicalError,
  canonicalBytes,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
} from '#canonical';

export const x402Version = 2;
/** Names of the headers, as HTTP has them. */
export const x402Headers = {
  required: 'payment-required',
  signature: 'payment-signature',
  response: 'payment-response',
} as const;
const PAYMENT_IDENTIFIER = 'payment-identifier';
const HEADER_CHARS_MAX = 64 * 1024;

/** CAIP-2: a namespace and a reference in it. */
const NETWORK = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/;
const AMOUNT = /^(0|[1-9]\d{0,77})$/;
const PAYMENT_ID = /^[A-Za-z0-9_-]{16,128}$/;

/** Why a message was refused. */
export type X402Code =
  | 'X402_MALFORMED'
  | 'X402_VERSION_WRONG'
  | 'PAYMENT_ID_MISSING'
  | 'PAYMENT_ID_MALFORMED'
  | 'ORDER_MISSING';

/** Names a member and what it has to be; never its value. */
export class X402Error extends Error {
  override readonly name = 'X402Error';

  constructor(
    readonly code: X402Code,
    message: string,
  ) {
    super(message);
  }
}

export interface ResourceInfo {
  readonly url: string;
  readonly description?: string;
  readonly mimeType?: string;
}

export interface PaymentRequirements {
  readonly scheme: string;
  /** CAIP-2. */
  readonly network: string;
  /** In atomic units; for `upto` the most that may be taken. */
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  readonly maxTimeoutSeconds: number;
  readonly extra?: JsonObject;
}

export interface PaymentRequired {
  readonly error?: string;
  readonly resource: ResourceInfo;
  readonly accepts: readonly PaymentRequirements[];
  readonly extensions: JsonObject;
}

export interface PaymentPayload {
  readonly resource?: ResourceInfo;
  readonly accepted: PaymentRequirements;
  /** What the scheme says. */
  readonly payload: JsonObject;
  readonly extensions: JsonObject;
}

export interface SettlementResponse {
  readonly success: boolean;
  readonly errorReason?: string;
  readonly payer?: string;
  /** Empty where nothing was settled. */
  readonly transaction: string;
  readonly network: string;
  /** What was taken, in atomic units. */
  readonly amount?: string;
  readonly extensions?: JsonObject;
}

/** @throws X402Error */
export function readPaymentRequired(header: string): PaymentRequired {
  const message = decoded(header, x402Headers.required);
  versioned(message);
  const accepts = message['accepts'];
  if (!Array.isArray(accepts) || accepts.length < 1) throw malformed('accepts', 'a list of requirements');
  return {
    ...optionalText(message, 'error'),
    resource: resourceOf(message['resource'], 'resource'),
    accepts: accepts.map((each, index) => requirementsOf(each, `accepts[${index}]`)),
    extensions: extensionsOf(message),
  };
}

/** @throws X402Error */
export function readPaymentPayload(header: string): PaymentPayload {
  const message = decoded(header, x402Headers.signature);
  versioned(message);
  const { resource } = message;
  return {
    ...(resource === undefined ? {} : { resource: resourceOf(resource, 'resource') }),
    accepted: requirementsOf(message['accepted'], 'accepted'),
    payload: objectOf(message['payload'], 'payload'),
    extensions: extensionsOf(message),
  };
}

/** @throws X402Error */
export function readSettlementResponse(header: string): SettlementResponse {
  const message = decoded(header, x402Headers.response);
  const { success, extensions } = message;
  if (typeof success !== 'boolean') throw malformed('success', 'true or false');
  const transaction = text(message, 'transaction');
  if (success && transaction === '') throw malformed('transaction', 'what settled it');
  const amount = message['amount'];
  if (amount !== undefined && !isAmount(amount)) throw malformed('amount', 'atomic units in decimal');
  return {
    ...{ success, transaction, network: networkOf(message, '') },
    ...optionalText(message, 'errorReason'),
    ...optionalText(message, 'payer'),
    ...(amount === undefined ? {} : { amount: String(amount) }),
    ...(extensions === undefined ? {} : { extensions: objectOf(extensions, 'extensions') }),
  };
}

export function writePaymentRequired(required: PaymentRequired): string {
  return encoded({ x402Version, ...required });
}

export function writePaymentPayload(payload: PaymentPayload): string {
  return encoded({ x402Version, ...payload });
}

export function writeSettlementResponse(response: SettlementResponse): string {
  return encoded({ ...response });
}

/** The extension by which one payment has one name, however often it is sent. */
export function paymentIdentifier(id?: string): JsonObject {
  const schema: JsonObject = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { required: { type: 'boolean' }, id: { type: 'string', minLength: 16, maxLength: 128 } },
    required: ['required'],
  };
  const info: JsonObject = { required: true, ...(id === undefined ? {} : { id }) };
  return { [PAYMENT_IDENTIFIER]: { info, schema } };
}

/** @throws X402Error where the client gave no name, or one that is none */
export function paymentIdOf({ extensions }: PaymentPayload): string {
  const extension = extensions[PAYMENT_IDENTIFIER];
  const info =
    extension === undefined ? {} : objectOf(objectOf(extension, PAYMENT_IDENTIFIER)['info'], 'info');
  const { id } = info;
  if (id === undefined)
    throw new X402Error(
      'PAYMENT_ID_MISSING',
      `extensions.${PAYMENT_IDENTIFIER}.info.id: expected the name of the payment`,
    );
  if (typeof id === 'string' && PAYMENT_ID.test(id)) return id;
  throw new X402Error(
    'PAYMENT_ID_MALFORMED',
    `extensions.${PAYMENT_IDENTIFIER}.info.id: expected 16 to 128 letters, digits, hyphens and underscores`,
  );
}

/**
 * What the scheme has to carry here: a usage order, sealed to the ledger.
 *
 * @throws X402Error
 */
export function orderOf({ payload: { order } }: PaymentPayload): JsonObject {
  if (order !== undefined && isJsonObject(order)) return order;
  throw new X402Error('ORDER_MISSING', 'payload.order: expected a usage order');
}

function requirementsOf(value: Json | undefined, place: string): PaymentRequirements {
  const object = objectOf(value, place);
  const { amount, maxTimeoutSeconds, extra } = object;
  if (!isAmount(amount)) throw malformed(`${place}.amount`, 'atomic units in decimal');
  if (
    typeof maxTimeoutSeconds !== 'number' ||
    !Number.isSafeInteger(maxTimeoutSeconds) ||
    maxTimeoutSeconds < 1
  )
    throw malformed(`${place}.maxTimeoutSeconds`, 'seconds');
  return {
    scheme: filled(object, 'scheme', place),
    network: networkOf(object, `${place}.`),
    amount: String(amount),
    asset: filled(object, 'asset', place),
    payTo: filled(object, 'payTo', place),
    maxTimeoutSeconds,
    ...(extra === undefined ? {} : { extra: objectOf(extra, `${place}.extra`) }),
  };
}

function resourceOf(value: Json | undefined, place: string): ResourceInfo {
  const object = objectOf(value, place);
  return {
    url: filled(object, 'url', place),
    ...optionalText(object, 'description'),
    ...optionalText(object, 'mimeType'),
  };
}

/** Each with what its server says and the schema of that. */
function extensionsOf({ extensions = {} }: JsonObject): JsonObject {
  const object = objectOf(extensions, 'extensions');
  for (const [name, extension] of Object.entries(object)) {
    const { info, schema } = objectOf(extension, `extensions.${name}`);
    objectOf(info, `extensions.${name}.info`);
    objectOf(schema, `extensions.${name}.schema`);
  }
  return object;
}

function versioned({ x402Version: version }: JsonObject): void {
  if (version === x402Version) return;
  throw new X402Error('X402_VERSION_WRONG', `x402Version: expected ${x402Version}`);
}

function networkOf(object: JsonObject, before: string): string {
  const { network } = object;
  if (typeof network === 'string' && NETWORK.test(network)) return network;
  throw malformed(`${before}network`, 'a network as CAIP-2 writes it, e.g. sealflow:0123abcd');
}

function isAmount(value: Json | undefined): boolean {
  return typeof value === 'string' && AMOUNT.test(value);
}

function filled(object: JsonObject, name: string, place: string): string {
  const value = object[name];
  if (typeof value === 'string' && value !== '') return value;
  throw malformed(`${place}.${name}`, 'text');
}

function text(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value === 'string') return value;
  throw malformed(name, 'text');
}

function optionalText(object: JsonObject, name: string): JsonObject {
  return object[name] === undefined ? {} : { [name]: text(object, name) };
}

function objectOf(value: Json | undefined, place: string): JsonObject {
  if (value !== undefined && isJsonObject(value)) return value;
  throw malformed(place, 'an object');
}

function decoded(header: string, name: string): JsonObject {
  if (header.length > HEADER_CHARS_MAX) throw malformed(name, `at most ${HEADER_CHARS_MAX} characters`);
  try {
    return objectOf(parseJsonStrict(fromBase64(header)), name);
  } catch (error) {
    if (error instanceof CanonicalError) throw malformed(name, 'base64 of a JSON object');
    throw error;
  }
}

function encoded(message: object): string {
  return toBase64(canonicalBytes(message as JsonObject));
}

function malformed(place: string, expected: string): X402Error {
  return new X402Error('X402_MALFORMED', `${place}: expected ${expected}`);
}
