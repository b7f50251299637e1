import { describe, expect, it } from 'vitest';
import { digestOf, toBase64, utf8 } from '#canonical';
import { acceptedOffer, OfferError } from './pay-for-answer.js';
import { offerOf } from './requirements.js';
import type { PaymentRequirements } from './x402-messages.js';

const ledgerKey = toBase64(new Uint8Array(32).fill(7));
const model = { weights: digestOf(utf8('weights')), inputNanosPerToken: 300, outputNanosPerToken: 1200 };
const offer = offerOf(model, {
  ...{ pin: { ledger: 'eur', ledgerKey }, asset: 'EUR', payTo: 'seller', cap: 40_000n, timeoutSeconds: 3600 },
});
const exact = { ...offer, scheme: 'exact', network: 'eip155:84532' };

function required(...accepts: readonly PaymentRequirements[]) {
  return { resource: { url: '/v1/chat/completions' }, accepts, extensions: {} };
}

function refusalOf(max: bigint, ...accepts: readonly PaymentRequirements[]): string {
  try {
    acceptedOffer(required(...accepts), { ledgerKey, max });
    return 'none';
  } catch (error) {
    return error instanceof OfferError ? error.reason : String(error);
  }
}

describe('an agent signs for no offer', () => {
  it.each<[string, PaymentRequirements]>([
    ['NO_USAGE_OFFER', exact],
    ['OTHER_LEDGER', { ...offer, network: 'sealflow:0123' }],
    ['OTHER_LEDGER', { ...offer, extra: { ...offer.extra, ledgerKey: toBase64(new Uint8Array(32)) } }],
    ['ABOVE_MAX', { ...offer, amount: '40001' }],
    ['OFFER_MALFORMED', { ...offer, extra: { ...offer.extra, weights: 'any' } }],
    ['OFFER_MALFORMED', { ...offer, extra: { ledgerKey, weights: model.weights } }],
  ])('%s', (reason, other) => {
    expect(refusalOf(40_000n, other)).toBe(reason);
  });

  it('above what it may pay for a call, though the mandate may allow it', () => {
    expect(refusalOf(39_999n, offer)).toBe('ABOVE_MAX');
  });
});

describe('an agent signs', () => {
  it('for the offer of usage on the ledger of its mandate, beside others', () => {
    expect(acceptedOffer(required(exact, offer), { ledgerKey, max: 40_000n })).toEqual({
      accepted: offer,
      model,
    });
  });
});
