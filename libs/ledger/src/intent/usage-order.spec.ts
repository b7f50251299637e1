import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  type Json,
  type JsonObject,
  parseJsonStrict,
  sha256,
  toBase64,
  utf8,
} from '#canonical';
import { generateSealKeyPair, sealMessage } from '#sealing';
import { LedgerError } from '../ledger-error.js';
import { keyOf, laterMs, Signers } from '../testing/ledger.fixture.js';
import { openIntentEnvelope } from './sealed-intents.js';
import { openUsageHeld, openUsageOrder, sealUsageHeld, sealUsageOrder } from './usage-order.js';

const random = (count: number): Uint8Array => sha256(utf8('usage')).slice(0, count);
const keys = generateSealKeyPair(random);
const sealing = { intentKey: keys.publicKey, random };
const subject = { tenant: 'acme', ledger: 'eur-1' };
const weights = `sha256:${'a'.repeat(64)}` as const;
const terms = {
  payment: 'pay_7d5d747be160e280',
  weights: [weights],
  inputNanosPerToken: 300,
  outputNanosPerToken: 1200,
} as const;
const reserve = new Signers().bytes(
  { op: 'reserve', account: 'alice', to: 'bob', amount: 40_000n, closer: keyOf('bob'), untilMs: laterMs },
  'alice',
);
const honest = { v: 'sealflow/ledger-usage-order-opened/v1', ...terms, reserve: parseJsonStrict(reserve) };
const sealed = (): Promise<JsonObject> => sealUsageOrder({ ...terms, reserve }, subject, sealing);

/** What somebody seals who does not make orders as this library does. */
async function sealedAs(document: Json): Promise<JsonObject> {
  const { v } = await sealed();
  const context = { kind: String(v), associated: utf8(`${String(v)}|eur-1|acme`) };
  const plaintext = canonicalBytes(document);
  const message = await sealMessage({ ...context, publicKey: keys.publicKey, plaintext, random });
  return { v: v ?? null, message: toBase64(message) };
}

async function refusalOf(value: Json, about = subject): Promise<string> {
  try {
    return (await openUsageOrder(value, keys.secretKey, about)) === null ? 'closed' : 'opened';
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code} ${error.message.split(':')[0]}`;
    throw error;
  }
}

describe('an order for usage', () => {
  it.each<[string, Json, string]>([
    ['of another version', { ...honest, v: 'sealflow/other/v1' }, 'order.members'],
    ['with a member that it has not', { ...honest, more: 1 }, 'order.members'],
    ['with a name that x402 does not allow', { ...honest, payment: 'pay one' }, 'order.payment'],
    ['with a name that is too short to be drawn', { ...honest, payment: 'pay' }, 'order.payment'],
    ['for no model', { ...honest, weights: [] }, 'order.weights'],
    ['for a model without a digest', { ...honest, weights: ['small'] }, 'order.weights'],
    ['for more models than an order names', { ...honest, weights: Array(17).fill(weights) }, 'order.weights'],
    ['at a price that is no integer', { ...honest, inputNanosPerToken: '0.3' }, 'order.inputNanosPerToken'],
    ['at a price below nothing', { ...honest, outputNanosPerToken: -1 }, 'order.outputNanosPerToken'],
    ['with no signed intent', { ...honest, reserve: {} }, 'settlement.reserve'],
    [
      'with an intent that was changed',
      { ...honest, reserve: { ...(honest.reserve as JsonObject), amount: '1' } },
      'settlement.reserve',
    ],
  ])('is refused %s', async (_, document, place) => {
    expect(await refusalOf(await sealedAs(document))).toBe(`SETTLEMENT_INVALID ${place}`);
  });

  it('is refused in clear, where its carrier could take the intent out of it', async () => {
    expect(await refusalOf(honest)).toBe('SETTLEMENT_INVALID order.v');
    expect(await refusalOf('order')).toBe('SETTLEMENT_INVALID order.v');
  });

  it('opens for its own ledger and tenant alone, and as no envelope of intents', async () => {
    const order = await sealed();
    expect(await refusalOf(order, { ...subject, ledger: 'usd-1' })).toBe('closed');
    expect(await refusalOf(order, { ...subject, tenant: 'globex' })).toBe('closed');
    const message = Buffer.from(String(order['message']), 'base64');
    expect(await openIntentEnvelope(message, keys.secretKey, subject)).toBeNull();
    expect(await openUsageOrder(order, keys.secretKey, subject)).toMatchObject({
      ...terms,
      reserve: { intent: { op: 'reserve', amount: 40_000n } },
    });
  });

  it('that is held opens for the rest of its run and for no other', async () => {
    const order = await openUsageOrder(await sealed(), keys.secretKey, subject);
    if (order === null) throw new Error('closed');
    const held = await sealUsageHeld(order, { ...subject, runId: 'run-1' }, sealing);
    expect(await openUsageHeld(held, keys.secretKey, { ...subject, runId: 'run-2' })).toBeNull();
    expect(await openUsageHeld(held, keys.secretKey, { ...subject, runId: 'run-1' })).toEqual(order);
  });
});
