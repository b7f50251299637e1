import { describe, expect, it } from 'vitest';
import { type JsonObject, parseJsonStrict, sha256, utf8 } from '#canonical';
import { generateSealKeyPair } from '#sealing';
import { LedgerError } from '../ledger-error.js';
import { keyOf, laterMs, Signers, type Wish } from '../testing/ledger.fixture.js';
import { readIntent } from './read-intent.js';
import { openIntentEnvelope, sealIntents } from './sealed-intents.js';
import { encodeSettlement, openHeld, parseSettlement, sealHeld } from './settlement.js';

const random = (count: number): Uint8Array => sha256(utf8('settlement')).slice(0, count);
const terms = { account: 'alice', to: 'bob', amount: 100n, closer: keyOf('alice'), untilMs: laterMs };

interface Lie {
  readonly reserve?: Partial<Wish>;
  readonly commit?: Partial<Wish>;
  readonly release?: Partial<Wish>;
  /** Who signs the commit. */
  readonly by?: string;
}

function settlement({ reserve, commit, release, by }: Lie = {}): JsonObject {
  const signers = new Signers();
  const first = signers.bytes({ op: 'reserve', ...terms, ...reserve } as Wish, 'alice');
  const reservation = readIntent(first).intent?.intentId ?? 'sha256:none';
  const rest = { account: 'alice', reservation };
  return encodeSettlement({
    reserve: first,
    commit: signers.bytes({ op: 'commit', ...rest, amount: 100n, ...commit } as Wish, by ?? 'alice'),
    release: signers.bytes({ op: 'release', ...rest, ...release } as Wish, 'alice'),
  });
}

function refusalOf(value: JsonObject): string {
  try {
    parseSettlement(value);
    return 'accepted';
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code} ${error.message.split(':')[0]}`;
    throw error;
  }
}

describe('a settlement that an owner signed', () => {
  const other = `sha256:${'0'.repeat(64)}` as const;

  it.each<[string, JsonObject, string]>([
    ['of another format', { ...settlement(), v: 'sealflow/other/v1' }, 'settlement.v'],
    ['with a member that it has not', { ...settlement(), more: 1 }, 'settlement.members'],
    ['without its release', { ...settlement(), release: null }, 'settlement.release'],
    [
      'with two commits',
      { ...settlement(), release: settlement()['commit'] ?? null },
      'settlement.release.op',
    ],
    [
      'that another may close',
      settlement({ reserve: { closer: keyOf('bob') } }),
      'settlement.reserve.closer',
    ],
    ['whose commit another signed', settlement({ by: 'bob' }), 'settlement.commit'],
    ['whose commit is of another account', settlement({ commit: { account: 'bob' } }), 'settlement.commit'],
    [
      'whose commit is of another reservation',
      settlement({ commit: { reservation: other } as Partial<Wish> }),
      'settlement.commit.reservation',
    ],
    [
      'whose release is of another reservation',
      settlement({ release: { reservation: other } as Partial<Wish> }),
      'settlement.release.reservation',
    ],
    [
      'that commits more than it sets aside',
      settlement({ commit: { amount: 101n } as Partial<Wish> }),
      'settlement.commit.amount',
    ],
  ])('is refused %s', (_, value, place) => {
    expect(refusalOf(value)).toBe(`SETTLEMENT_INVALID ${place}`);
  });

  it('is refused with a member that was changed after it was signed', () => {
    const honest = settlement();
    const commit = { ...(honest['commit'] as JsonObject), amount: '1' };
    expect(refusalOf({ ...honest, commit })).toBe('SETTLEMENT_INVALID settlement.commit');
  });

  it('is three intents about one reservation', () => {
    const { reserve, commit, release } = parseSettlement(settlement());
    expect(commit.intent.reservation).toBe(reserve.intent.intentId);
    expect(release.intent.reservation).toBe(reserve.intent.intentId);
    expect(reserve.intent.amount).toBe(100n);
  });
});

describe('what is left of a settlement while its amount is set aside', () => {
  const keys = generateSealKeyPair(random);
  const subject = { tenant: 'acme', ledger: 'eur-1', runId: 'run-1' };
  const sealed = () =>
    sealHeld(parseSettlement(settlement()), subject, { intentKey: keys.publicKey, random });

  it.each([
    ['another run', { runId: 'run-2' }],
    ['another ledger', { ledger: 'eur-2' }],
    ['another tenant', { tenant: 'globex' }],
  ])('does not open for %s', async (_, members) => {
    expect(await openHeld(await sealed(), keys.secretKey, { ...subject, ...members })).toBeNull();
  });

  it('is no envelope of intents, and an envelope is none of these', async () => {
    const message = await sealed();
    expect(await openIntentEnvelope(message, keys.secretKey, subject)).toBeNull();
    const intents = [parseSettlement(settlement()).commit.bytes];
    const envelope = await sealIntents({ ...subject, intents, intentKey: keys.publicKey, random });
    expect(await openHeld(envelope, keys.secretKey, subject)).toBeNull();
  });

  it('opens for its run with the key of the ledger, to the intents that were signed', async () => {
    const { commit, release } = parseSettlement(settlement());
    const held = await openHeld(await sealed(), keys.secretKey, subject);
    expect(held).toEqual({ commit, release });
    expect(parseJsonStrict(held?.commit.bytes ?? utf8(''))).toMatchObject({ op: 'commit' });
  });
});
