import { describe, expect, it } from 'vitest';
import { canonicalBytes, type Json, type JsonObject, toBase64 } from '#canonical';
import {
  paymentIdentifier,
  paymentIdOf,
  readPaymentPayload,
  readPaymentRequired,
  readSettlementResponse,
  writePaymentPayload,
  writePaymentRequired,
  writeSettlementResponse,
  X402Error,
} from './x402-messages.js';

/*
 * The values are those of the examples in the published specification (x402 version 2 and its transport over HTTP), so
 * that what others send is read here.
 */
const accepted = {
  scheme: 'exact',
  network: 'eip155:84532',
  amount: '10000',
  asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
  payTo: '0x209693Bc6afc0C5328bA36FaF03C514EF312287C',
  maxTimeoutSeconds: 60,
  extra: { name: 'USDC', version: '2' },
} as const;
const resource = {
  url: 'https://api.example.com/premium-data',
  description: 'Access to premium market data',
  mimeType: 'application/json',
} as const;
const required = {
  x402Version: 2,
  error: 'PAYMENT-SIGNATURE header is required',
  resource,
  accepts: [accepted],
} as const;
const payload = {
  x402Version: 2,
  resource,
  accepted,
  payload: {
    signature: '0x2d6a75',
    authorization: {
      from: '0x857b06519E91e3A54538791bDbb0E22373e36b66',
      value: '10000',
      validAfter: '1740672089',
    },
  },
} as const;
const settled = {
  success: true,
  transaction: '0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef',
  network: 'eip155:84532',
  payer: '0x857b06519E91e3A54538791bDbb0E22373e36b66',
} as const;

const header = (message: Json): string => toBase64(canonicalBytes(message));
/** The example with one member changed; `undefined` leaves it out. */
const but = (message: object, change: Readonly<Record<string, Json | undefined>>): JsonObject =>
  JSON.parse(JSON.stringify({ ...message, ...change })) as JsonObject;

function refusalOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof X402Error) return `${error.code} ${error.message.split(':')[0]}`;
    throw error;
  }
}

describe('a message of x402 is refused', () => {
  it.each<[string, Json, string]>([
    ['of version 1', but(required, { x402Version: 1 }), 'X402_VERSION_WRONG x402Version'],
    ['without a resource', but(required, { resource: undefined }), 'X402_MALFORMED resource'],
    ['that accepts nothing', but(required, { accepts: [] }), 'X402_MALFORMED accepts'],
    [
      'with an amount that is a number',
      but(required, { accepts: [{ ...accepted, amount: 1 }] }),
      'X402_MALFORMED accepts[0].amount',
    ],
    [
      'with an amount below nothing',
      but(required, { accepts: [{ ...accepted, amount: '-1' }] }),
      'X402_MALFORMED accepts[0].amount',
    ],
    [
      'on a network that CAIP-2 does not write',
      but(required, { accepts: [{ ...accepted, network: 'base' }] }),
      'X402_MALFORMED accepts[0].network',
    ],
    [
      'without a payee',
      but(required, { accepts: [{ ...accepted, payTo: '' }] }),
      'X402_MALFORMED accepts[0].payTo',
    ],
    [
      'without a time',
      but(required, { accepts: [{ ...accepted, maxTimeoutSeconds: 0 }] }),
      'X402_MALFORMED accepts[0].maxTimeoutSeconds',
    ],
    [
      'with an extension without its schema',
      but(required, { extensions: { a: { info: {} } } }),
      'X402_MALFORMED extensions.a.schema',
    ],
  ])('as PaymentRequired %s', (_, message, refusal) => {
    expect(refusalOf(() => readPaymentRequired(header(message)))).toBe(refusal);
  });

  it.each<[string, Json, string]>([
    ['of version 1', but(payload, { x402Version: 1 }), 'X402_VERSION_WRONG x402Version'],
    ['that accepts nothing', but(payload, { accepted: undefined }), 'X402_MALFORMED accepted'],
    ['without its scheme’s part', but(payload, { payload: undefined }), 'X402_MALFORMED payload'],
    ['that is a list', [], 'X402_MALFORMED payment-signature'],
  ])('as PaymentPayload %s', (_, message, refusal) => {
    expect(refusalOf(() => readPaymentPayload(header(message)))).toBe(refusal);
  });

  it.each<[string, Json, string]>([
    ['that does not say whether it worked', but(settled, { success: 'true' }), 'X402_MALFORMED success'],
    ['that worked by nothing', but(settled, { transaction: '' }), 'X402_MALFORMED transaction'],
    ['on no network', but(settled, { network: undefined }), 'X402_MALFORMED network'],
    ['of an amount that is none', but(settled, { amount: '1.5' }), 'X402_MALFORMED amount'],
  ])('as SettlementResponse %s', (_, message, refusal) => {
    expect(refusalOf(() => readSettlementResponse(header(message)))).toBe(refusal);
  });

  it('where it is no base64, no JSON, or longer than any header', () => {
    const malformed = 'X402_MALFORMED payment-signature';
    for (const text of ['{}', toBase64(new Uint8Array([123])), 'A'.repeat(65_537)])
      expect(refusalOf(() => readPaymentPayload(text))).toBe(malformed);
  });
});

describe('a message of x402 is read', () => {
  it('as the examples of the specification are, and written so that it is read again', () => {
    const asked = readPaymentRequired(header(required));
    expect(asked).toEqual({ error: required.error, resource, accepts: [accepted], extensions: {} });
    expect(readPaymentRequired(writePaymentRequired(asked))).toEqual(asked);
    const paid = readPaymentPayload(header(payload));
    expect(paid).toMatchObject({ accepted, payload: payload.payload });
    expect(readPaymentPayload(writePaymentPayload(paid))).toEqual(paid);
    const answer = readSettlementResponse(header(settled));
    expect(answer).toEqual(settled);
    expect(readSettlementResponse(writeSettlementResponse({ ...answer, amount: '0' }))).toEqual({
      ...settled,
      amount: '0',
    });
  });

  it('where nothing was settled, with the reason', () => {
    const failed = {
      success: false,
      errorReason: 'insufficient_funds',
      transaction: '',
      network: 'eip155:84532',
    };
    expect(readSettlementResponse(header(failed))).toEqual(failed);
  });
});

describe('the name of a payment', () => {
  const named = (extensions: JsonObject): string =>
    paymentIdOf(readPaymentPayload(header({ ...payload, extensions } as JsonObject)));

  it('is refused where there is none, or one that the specification does not allow', () => {
    expect(refusalOf(() => named({}))).toMatch(/^PAYMENT_ID_MISSING /);
    expect(refusalOf(() => named(paymentIdentifier()))).toMatch(/^PAYMENT_ID_MISSING /);
    for (const id of ['pay_short', 'a'.repeat(129), 'pay_7d5d747be160e280/../x'])
      expect(refusalOf(() => named(paymentIdentifier(id)))).toMatch(/^PAYMENT_ID_MALFORMED /);
  });

  it('is that of the extension', () => {
    const id = 'pay_7d5d747be160e280504c099d984bcfe0';
    expect(named(paymentIdentifier(id))).toBe(id);
  });
});
