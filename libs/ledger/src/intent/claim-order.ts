/**
 * What a payer gives to whoever claims: a settlement, and what a proof has to say before anything of it moves.
 *
 * Whoever holds signed intents can submit them, so an order is sealed to the ledger's own key as a whole: its carrier can
 * hand it to the key enclave and to nobody else, and takes no intent out of it. The payer says here, and not in a plan
 * that the claimant makes, which circuit, tables, provider, claim and encounter it means.
 */
import {
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
import { parseSettlement, type Settlement } from './settlement.js';

const version = 'sealflow/ledger-claim-order/v1';
const openedVersion = 'sealflow/ledger-claim-order-opened/v1';
const MESSAGE_BYTES_MAX = 4 * ledgerLimits.intentBytesMax;
/** A field element of BN254 in decimal. */
const FIELD = /^(0|[1-9]\d{0,76})$/;

/** Of what a claim comes to: what the insurer pays, or what counts towards the deductible. */
export const claimParts = ['insurer', 'deductible'] as const;
export type ClaimPart = (typeof claimParts)[number];

/** Facts of the proof: the payer's own tables, who claims, and names that repeat when claim or encounter do. */
export const claimFacts = [
  'codesRoot',
  'membersRoot',
  'provider',
  'claimNullifier',
  'encounterNullifier',
] as const;
export type ClaimFacts = Readonly<Record<(typeof claimFacts)[number], string>>;

/** What a proof has to say, and of what it says the settlement is. */
export interface ClaimTerms {
  readonly part: ClaimPart;
  /** Of the circuit. */
  readonly manifest: Digest;
  readonly facts: ClaimFacts;
}

export interface ClaimOrder extends ClaimTerms {
  readonly settlement: Settlement;
}

/** @param settlement as `encodeSettlement` makes it @returns what goes into a run as its input */
export async function sealClaimOrder(
  { settlement, ...terms }: ClaimTerms & { readonly settlement: JsonObject },
  subject: IntentsSubject,
  { intentKey, random }: { readonly intentKey: Uint8Array; readonly random: RandomSource },
): Promise<JsonObject> {
  const { part, manifest, facts } = terms;
  const plaintext = canonicalBytes({ v: openedVersion, part, manifest, facts: { ...facts }, settlement });
  const message = await sealMessage({ ...contextOf(subject), publicKey: intentKey, plaintext, random });
  return { v: version, message: toBase64(message) };
}

/**
 * @param secretKey raw X25519 key of the ledger
 * @returns null for what this key does not open
 * @throws LedgerError `SETTLEMENT_INVALID`
 */
export async function openClaimOrder(
  value: Json,
  secretKey: Uint8Array,
  subject: IntentsSubject,
): Promise<ClaimOrder | null> {
  const message = messageOf(value);
  try {
    const plaintext = await openMessage({ ...contextOf(subject), secretKey, message });
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

function parseOrder(value: Json): ClaimOrder {
  const { v, part, manifest, facts, settlement = null, ...more } = isJsonObject(value) ? value : {};
  if (v !== openedVersion || Object.keys(more).length > 0)
    throw invalid('v', `${openedVersion} and no more members`);
  const known = claimParts.find((each) => each === part);
  if (known === undefined) throw invalid('part', claimParts.join(' or '));
  if (typeof manifest !== 'string' || !isDigest(manifest)) throw invalid('manifest', 'a digest');
  return { part: known, manifest, facts: factsOf(facts), settlement: parseSettlement(settlement) };
}

function factsOf(value: Json | undefined): ClaimFacts {
  if (!isJsonObject(value) || Object.keys(value).length !== claimFacts.length)
    throw invalid('facts', claimFacts.join(', '));
  const fact = (name: keyof ClaimFacts): string => {
    const text = value[name];
    if (typeof text === 'string' && FIELD.test(text)) return text;
    throw invalid(`facts.${name}`, 'a field element in decimal');
  };
  return {
    codesRoot: fact('codesRoot'),
    membersRoot: fact('membersRoot'),
    provider: fact('provider'),
    claimNullifier: fact('claimNullifier'),
    encounterNullifier: fact('encounterNullifier'),
  };
}

function contextOf({ ledger, tenant }: IntentsSubject) {
  return { kind: version, associated: utf8(`${version}|${ledger}|${tenant}`) };
}

function invalid(place: string, expected: string): LedgerError {
  return new LedgerError('SETTLEMENT_INVALID', `order.${place}: expected ${expected}`);
}
