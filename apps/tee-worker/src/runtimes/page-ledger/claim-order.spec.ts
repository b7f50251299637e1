import { describe, expect, it } from 'vitest';
import { type Json, type JsonObject, parseJsonStrict, toBase64 } from '#canonical';
import { claimFacts, encodeSettlement, readIntent, sealClaimOrder } from '#ledger';
import { generateSealKeyPair } from '#sealing';
import { MemoryBlobs, sampleTask, sealedInput } from '../ledger/sample-loan.fixture.js';
import { codeOf } from '../task-error.fixture.js';
import { claimOrderOf } from './claim-proof.js';
import type { LedgerRecord } from './ledger-secrets.js';
import { seededBytes } from './record.fixture.js';
import { keyOf, nowMs, ownerSeed, sampleIntent } from './sample-ledger.fixture.js';

const random = seededBytes('order');
const [first, present, foreign] = ['first', 'present', 'foreign'].map((name) =>
  generateSealKeyPair(seededBytes(name)),
) as [KeyPair, KeyPair, KeyPair];
type KeyPair = ReturnType<typeof generateSealKeyPair>;
const ledger = 'eur';
const tenant = 'acme';
const record = {
  ...{ ledger, tenant },
  epochs: [present, first].map(({ secretKey }) => ({ intentKey: toBase64(secretKey) })),
} as unknown as LedgerRecord;

function settlement(): JsonObject {
  const terms = { to: 'hospital', amount: 5n, untilMs: nowMs + 60_000, closer: keyOf(ownerSeed('insurer')) };
  const reserve = sampleIntent(ledger, 'insurer', { op: 'reserve', ...terms });
  const reservation = readIntent(reserve).intent?.intentId ?? 'sha256:none';
  return encodeSettlement({
    reserve,
    commit: sampleIntent(ledger, 'insurer', { op: 'commit', reservation, amount: 5n }, { nonce: 1 }),
    release: sampleIntent(ledger, 'insurer', { op: 'release', reservation }, { nonce: 2 }),
  });
}

function orderFor(key: KeyPair, subject = { ledger, tenant }): Promise<JsonObject> {
  const facts = {
    codesRoot: '1',
    membersRoot: '2',
    provider: '3',
    claimNullifier: '4',
    encounterNullifier: '5',
  };
  const manifest = `sha256:${'a'.repeat(64)}` as const;
  const order = { part: 'insurer', manifest, facts, settlement: settlement() } as const;
  return sealClaimOrder(order, subject, { intentKey: key.publicKey, random });
}

function read(value: Json): ReturnType<typeof claimOrderOf> {
  const inputs = { order: sealedInput('inputs/payment', value) };
  const operation = 'pages.reserve-claim.submit';
  const task = sampleTask({ operation, runId: 'run-1', inputs, state: null, blobs: new MemoryBlobs() });
  return claimOrderOf(task, record);
}

describe('the order that a task is handed', () => {
  it('is refused where it is no order, as with the settlement that it should protect', async () => {
    expect(await codeOf(read(settlement()))).toBe('INTENT_INVALID');
    expect(await codeOf(read('order'))).toBe('INTENT_INVALID');
  });

  it('is refused where it was sealed to another ledger, or for another tenant', async () => {
    expect(await codeOf(orderFor(foreign).then(read))).toBe('INTENT_INVALID');
    expect(await codeOf(orderFor(present, { ledger: 'usd', tenant }).then(read))).toBe('INTENT_INVALID');
    expect(await codeOf(orderFor(present, { ledger, tenant: 'globex' }).then(read))).toBe('INTENT_INVALID');
  });

  it('opens under the key of its epoch, to what its owner signed', async () => {
    for (const key of [present, first]) {
      const order = await read(await orderFor(key));
      expect(Object.keys(order.facts)).toEqual([...claimFacts]);
      expect(parseJsonStrict(order.settlement.reserve.bytes)).toMatchObject({ op: 'reserve', amount: '5' });
    }
  });
});
