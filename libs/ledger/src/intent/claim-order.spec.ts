import { describe, expect, it } from 'vitest';
import { canonicalBytes, fromBase64, type Json, type JsonObject, sha256, toBase64, utf8 } from '#canonical';
import { generateSealKeyPair, sealMessage } from '#sealing';
import { LedgerError } from '../ledger-error.js';
import { keyOf, laterMs, Signers } from '../testing/ledger.fixture.js';
import { openClaimOrder, sealClaimOrder } from './claim-order.js';
import { readIntent } from './read-intent.js';
import { openIntentEnvelope } from './sealed-intents.js';
import { encodeSettlement, openHeld } from './settlement.js';

const random = (count: number): Uint8Array => sha256(utf8('order')).slice(0, count);
const keys = generateSealKeyPair(random);
const subject = { tenant: 'acme', ledger: 'eur-1' };
const manifest = `sha256:${'a'.repeat(64)}` as const;
const facts = {
  codesRoot: '1',
  membersRoot: '2',
  provider: '3',
  claimNullifier: '4',
  encounterNullifier: '5',
};

function settlement(): JsonObject {
  const signers = new Signers();
  const account = 'alice';
  const set = { to: 'bob', amount: 100n, closer: keyOf('alice'), untilMs: laterMs };
  const reserve = signers.bytes({ op: 'reserve', account, ...set }, 'alice');
  const reservation = readIntent(reserve).intent?.intentId ?? 'sha256:none';
  const commit = signers.bytes({ op: 'commit', account, reservation, amount: 100n }, 'alice');
  return encodeSettlement({
    reserve,
    commit,
    release: signers.bytes({ op: 'release', account, reservation }, 'alice'),
  });
}

const terms = { part: 'insurer', manifest, facts } as const;
const sealed = (): Promise<JsonObject> =>
  sealClaimOrder({ ...terms, settlement: settlement() }, subject, { intentKey: keys.publicKey, random });

/** What somebody seals who does not make orders as this library does. */
async function sealedAs(document: JsonObject): Promise<JsonObject> {
  const { v } = await sealed();
  const plaintext = canonicalBytes(document);
  const context = { kind: String(v), associated: utf8(`${String(v)}|eur-1|acme`) };
  const message = await sealMessage({ ...context, publicKey: keys.publicKey, plaintext, random });
  return { v: v ?? null, message: toBase64(message) };
}

async function refusalOf(value: Json): Promise<string> {
  try {
    return (await openClaimOrder(value, keys.secretKey, subject)) === null ? 'closed' : 'opened';
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code} ${error.message.split(':')[0]}`;
    throw error;
  }
}

describe('an order for a claim', () => {
  const honest = { v: 'sealflow/ledger-claim-order-opened/v1', ...terms, settlement: settlement() };

  it.each<[string, JsonObject, string]>([
    ['of another version', { ...honest, v: 'sealflow/other/v1' }, 'order.v'],
    ['with a member that it has not', { ...honest, more: 1 }, 'order.v'],
    ['for a part that moves no money', { ...honest, part: 'patient' }, 'order.part'],
    ['for no circuit', { ...honest, manifest: 'claim' }, 'order.manifest'],
    ['without one of its facts', { ...honest, facts: { ...facts, provider: null } }, 'order.facts.provider'],
    ['with one fact more', { ...honest, facts: { ...facts, limit: '1' } }, 'order.facts'],
    [
      'with a fact in a second spelling',
      { ...honest, facts: { ...facts, provider: '03' } },
      'order.facts.provider',
    ],
    ['without a settlement', { ...honest, settlement: null }, 'settlement.v'],
  ])('is refused %s', async (_, document, place) => {
    expect(await refusalOf(await sealedAs(document))).toBe(`SETTLEMENT_INVALID ${place}`);
  });

  it.each<[string, Json, string]>([
    ['no object', 'order', 'order.v'],
    ['the settlement itself', settlement(), 'order.v'],
    ['a message that is no base64', { v: 'sealflow/ledger-claim-order/v1', message: '*' }, 'order.message'],
  ])('is refused as %s', async (_, value, place) => {
    expect(await refusalOf(value)).toBe(`SETTLEMENT_INVALID ${place}`);
  });

  it('opens for nobody but its ledger', async () => {
    const order = await sealed();
    const other = generateSealKeyPair((count) => sha256(utf8('other')).slice(0, count));
    expect(await openClaimOrder(order, other.secretKey, subject)).toBeNull();
    expect(await openClaimOrder(order, keys.secretKey, { ...subject, ledger: 'eur-2' })).toBeNull();
    expect(await openClaimOrder(order, keys.secretKey, { ...subject, tenant: 'globex' })).toBeNull();
  });

  it('is no envelope of intents and nothing held, so that whoever has it can submit nothing of it', async () => {
    const message = fromBase64(String((await sealed())['message']));
    expect(await openIntentEnvelope(message, keys.secretKey, subject)).toBeNull();
    expect(await openHeld(message, keys.secretKey, { ...subject, runId: 'run-1' })).toBeNull();
  });

  it('opens to what the payer signed and named', async () => {
    const order = await openClaimOrder(await sealed(), keys.secretKey, subject);
    expect(order).toMatchObject(terms);
    expect(order?.settlement.reserve.intent).toMatchObject({ account: 'alice', to: 'bob', amount: 100n });
  });
});
