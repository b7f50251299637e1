import { isJsonObject, type Json, type JsonObject, toBase64Url, toHex } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { type Jws, parseJws } from '../nvidia/jws.js';
import { type Curve, ecdsaVerify } from '../primitives.js';
import type { ReasonCode } from '../reasons.js';
import type { KnownVerifier } from './known-verifiers.js';

/*
 * What another verifier said of evidence: a signed EAT attestation result (draft-ietf-rats-ear) as a JSON web token.
 * It is somebody else's verdict. Nothing is left out, raised or lowered because of it; it is compared, and shown.
 */

export const earStatuses = ['none', 'affirming', 'warning', 'contraindicated'] as const;
export type EarStatus = (typeof earStatuses)[number];

/** A token that a known verifier signed, for a time that holds. */
export interface VerifierResult {
  readonly verifier: string;
  /** The worst of its submodules. */
  readonly status: EarStatus;
  /** `eat_nonce`, as written. */
  readonly nonces: readonly string[];
}

export type VerifierTokenReading =
  | { readonly result: VerifierResult; readonly refused: null }
  | { readonly result: null; readonly refused: TokenRefusal };

export interface TokenRefusal {
  readonly reason: ReasonCode;
  readonly expected: string;
  readonly actual: string;
}

/** One algorithm for each curve. `none`, HMAC under a public key, and every other is refused by name. */
const curveOf = new Map<Json, Curve>([
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
]);
const CLOCK_SKEW_MS = 60_000;
const NONCES_MAX = 16;

/** Never throws on a token: what is wrong with it is said by the first reason that it breaks. */
export function readVerifierToken(
  text: string,
  verifiers: readonly KnownVerifier[],
  atMs: number,
): VerifierTokenReading {
  try {
    return { result: judged(parseJws(text.trim()), verifiers, atMs), refused: null };
  } catch (error) {
    if (error instanceof Refused) return { result: null, refused: error.refusal };
    if (!(error instanceof AttestationError)) throw error;
    const refused = { reason: 'EAT_MALFORMED', expected: 'a signed token', actual: error.message } as const;
    return { result: null, refused };
  }
}

/** Whether the token was made for this challenge: hex as some services write it, base64url as others do. */
export function namesNonce({ nonces }: VerifierResult, nonce: Uint8Array): boolean {
  const spellings = [toHex(nonce), toBase64Url(nonce)];
  return nonces.some((each) => spellings.includes(each));
}

class Refused extends Error {
  constructor(readonly refusal: TokenRefusal) {
    super(refusal.reason);
  }
}

function judged(token: Jws, verifiers: readonly KnownVerifier[], atMs: number): VerifierResult {
  const { header, payload, signed, signature } = token;
  const curve = curveOf.get(header['alg'] ?? null);
  if (curve === undefined) refuse('EAT_ALG', [...curveOf.keys()].join(' or '), header['alg']);
  // RFC 7515 section 4.1.11: an extension that is not understood makes the token invalid.
  if ('crit' in header) refuse('EAT_MALFORMED', 'no crit', header['crit']);
  const verifier = verifiers.find(({ issuer }) => issuer === payload['iss']);
  if (verifier === undefined)
    return refuse('UNKNOWN_ISSUER', verifiers.map(({ issuer }) => issuer).join(', '), payload['iss']);
  const key = verifier.keys.find(({ kid }) => kid === header['kid']);
  if (key === undefined || key.curve !== curve)
    return refuse('JWKS_KEY_NOT_FOUND', `a key of ${verifier.name} for ${curve}`, header['kid']);
  const { spki } = key;
  if (!ecdsaVerify({ curve, spki, message: signed, signature, encoding: 'raw' }))
    refuse('EAT_SIGNATURE_INVALID', `a signature of ${verifier.name}`, 'one that does not verify');
  judgeTime(payload, atMs);
  return { verifier: verifier.name, status: statusOf(payload), nonces: noncesOf(payload['eat_nonce']) };
}

function judgeTime(payload: JsonObject, atMs: number): void {
  const from = seconds(payload['nbf'] ?? payload['iat']);
  const until = seconds(payload['exp']);
  if (from === null || until === null) refuse('EAT_MALFORMED', 'iat and exp', 'missing');
  else if (atMs < from - CLOCK_SKEW_MS || atMs > until) {
    const window = `${new Date(from).toISOString()} to ${new Date(until).toISOString()}`;
    refuse('EAT_EXPIRED', `valid at ${new Date(atMs).toISOString()}`, window);
  }
}

function statusOf(payload: JsonObject): EarStatus {
  const submods = payload['submods'];
  const parts = isJsonObject(submods) ? Object.values(submods) : [payload];
  const statuses = parts.map((part) => {
    const status = isJsonObject(part) ? part['ear_status'] : undefined;
    return earStatuses.find((known) => known === status) ?? refuse('EAT_MALFORMED', 'ear_status', status);
  });
  return worstStatus(statuses);
}

/** What is not said at all stands between good and a warning. */
export function worstStatus(statuses: readonly EarStatus[]): EarStatus {
  const order: readonly EarStatus[] = ['affirming', 'none', 'warning', 'contraindicated'];
  if (statuses.length === 0) return 'none';
  return order[Math.max(...statuses.map((status) => order.indexOf(status)))] ?? 'none';
}

function noncesOf(json: Json | undefined): readonly string[] {
  const list: readonly Json[] = Array.isArray(json) ? (json as readonly Json[]) : [json ?? null];
  if (list.length > NONCES_MAX) refuse('EAT_MALFORMED', `at most ${NONCES_MAX} nonces`, list.length);
  return list.filter((each) => typeof each === 'string');
}

function seconds(value: Json | undefined): number | null {
  return typeof value === 'number' && value > 0 && value < 1e11 ? value * 1_000 : null;
}

/** The value is of an untrusted sender: bounded and quoted. */
function refuse(reason: ReasonCode, expected: string, actual: Json | undefined): never {
  throw new Refused({ reason, expected, actual: JSON.stringify(actual ?? null).slice(0, 256) });
}
