/**
 * What a run needs to settle on a ledger of pages: three intents that the owner of the paying account signed before the
 * run began. One sets an amount aside, and then either the second hands it over or the third gives it back. So nobody in
 * between signs for the owner, and no key of the owner leaves it.
 */
import {
  type Bytes,
  CanonicalError,
  canonicalBytes,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  utf8,
} from '#canonical';
import { openMessage, type RandomSource, SealingError, sealMessage } from '#sealing';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import type { Intent, IntentOp } from './intent.js';
import { readIntent } from './read-intent.js';
import type { IntentsSubject } from './sealed-intents.js';

export const settlementVersion = 'sealflow/ledger-settlement/v1';
const heldVersion = 'sealflow/ledger-settlement-held/v1';

/** Steps of a settlement, each an intent of the owner. */
export const settlementVerbs = ['reserve', 'commit', 'release'] as const;
export type SettlementVerb = (typeof settlementVerbs)[number];

type IntentOf<Op extends IntentOp> = Extract<Intent, { op: Op }>;

/** One intent as it was read, and its signed bytes. */
export interface SettlementIntent<Op extends IntentOp> {
  readonly intent: IntentOf<Op>;
  readonly bytes: Uint8Array;
}

export interface Settlement {
  readonly reserve: SettlementIntent<'reserve'>;
  readonly commit: SettlementIntent<'commit'>;
  readonly release: SettlementIntent<'release'>;
}

/** What is left of a settlement once its amount is set aside. */
export type HeldSettlement = Pick<Settlement, 'commit' | 'release'>;

/** The document that is sealed as an input of a run. */
export function encodeSettlement(signed: Readonly<Record<SettlementVerb, Uint8Array>>): JsonObject {
  return {
    v: settlementVersion,
    reserve: parseJsonStrict(signed.reserve),
    commit: parseJsonStrict(signed.commit),
    release: parseJsonStrict(signed.release),
  };
}

/**
 * The three intents, of one signer about one account and one reservation.
 *
 * @throws LedgerError `SETTLEMENT_INVALID`
 */
export function parseSettlement(value: Json): Settlement {
  const document = membersOf(value, settlementVersion, settlementVerbs);
  const reserve = readSettlementIntent(document, 'reserve');
  const held = readHeld(document);
  const { intentId, signer, account, ledger, closer, amount } = reserve.intent;
  if (closer !== signer) throw invalid('reserve.closer', 'the signer itself, who commits or releases');
  for (const { intent } of [held.commit, held.release]) {
    const same = intent.signer === signer && intent.account === account && intent.ledger === ledger;
    if (!same) throw invalid(intent.op, 'signer, account and ledger of the reserve');
    if (intent.reservation !== intentId) throw invalid(`${intent.op}.reservation`, 'the id of the reserve');
  }
  if (held.commit.intent.amount > amount) throw invalid('commit.amount', 'at most what is set aside');
  return { reserve, ...held };
}

/** Whose it is: a held settlement of another run does not open. */
export interface HeldSubject extends IntentsSubject {
  readonly runId: string;
}

/**
 * Commit and release, sealed to the ledger's own key. The keys of a worker die with its boot; what gives money back must
 * not. No envelope of intents opens as this, and this as none, so whoever carries it can submit neither.
 */
export async function sealHeld(
  { commit, release }: HeldSettlement,
  subject: HeldSubject,
  { intentKey, random }: { readonly intentKey: Uint8Array; readonly random: RandomSource },
): Promise<Bytes> {
  const document = {
    v: heldVersion,
    commit: parseJsonStrict(commit.bytes),
    release: parseJsonStrict(release.bytes),
  };
  const plaintext = canonicalBytes(document);
  return await sealMessage({ ...contextOf(subject), publicKey: intentKey, plaintext, random });
}

/** @returns null for what this key does not open @throws LedgerError `SETTLEMENT_INVALID` */
export async function openHeld(
  message: Uint8Array,
  secretKey: Uint8Array,
  subject: HeldSubject,
): Promise<HeldSettlement | null> {
  try {
    const plaintext = await openMessage({ ...contextOf(subject), secretKey, message });
    const value = parseJsonStrict(plaintext, { bytesMax: 3 * ledgerLimits.intentBytesMax });
    return readHeld(membersOf(value, heldVersion, ['commit', 'release']));
  } catch (error) {
    if (error instanceof SealingError || error instanceof CanonicalError) return null;
    throw error;
  }
}

function contextOf({ ledger, tenant, runId }: HeldSubject) {
  return { kind: heldVersion, associated: utf8(`${heldVersion}|${ledger}|${tenant}|${runId}`) };
}

function membersOf(value: Json, version: string, verbs: readonly SettlementVerb[]): JsonObject {
  if (!isJsonObject(value) || value['v'] !== version) throw invalid('v', version);
  const names = Object.keys(value).filter((name) => name !== 'v');
  if (names.length === verbs.length && verbs.every((verb) => names.includes(verb))) return value;
  throw invalid('members', `v, ${verbs.join(', ')}`);
}

function readHeld(document: JsonObject): HeldSettlement {
  return {
    commit: readSettlementIntent(document, 'commit'),
    release: readSettlementIntent(document, 'release'),
  };
}

/** @throws LedgerError `SETTLEMENT_INVALID` */
export function readSettlementIntent<Op extends SettlementVerb>(
  document: JsonObject,
  op: Op,
): SettlementIntent<Op> {
  const bytes = canonicalBytes(document[op] ?? null);
  const { intent, reason } = readIntent(bytes);
  if (intent === null) throw invalid(op, `a signed intent (it is ${reason})`);
  if (!isOf(intent, op)) throw invalid(`${op}.op`, op);
  return { intent, bytes };
}

function isOf<Op extends SettlementVerb>(intent: Intent, op: Op): intent is IntentOf<Op> {
  return intent.op === op;
}

function invalid(place: string, expected: string): LedgerError {
  return new LedgerError('SETTLEMENT_INVALID', `settlement.${place}: expected ${expected}`);
}
