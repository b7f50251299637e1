/**
 * Judges a token of NVIDIA's remote attestation service (NRAS, EAT v3 and v4) as corroboration.
 *
 * A token is somebody else's verdict: it is never the only proof of a device, and no check of evidence is left
 * out because of it. Trusted: the service's root key if the relying party pins one. The keys that are stored with
 * a token are data; a key counts only by its certificate chain to that root, since the service rotates them after
 * about two days and nobody can ask for an old one.
 */
import {
  type Check,
  digestOf,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  sha256,
  toHex,
  utf8,
} from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { CheckList, fail, type Outcome, pass, passIf, type Rule, skip, warn } from '../check-list.js';
import { attestationLimits } from '../limits.js';
import { ecdsaVerify } from '../primitives.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { type ChainRules, checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { type Jws, parseJws } from './jws.js';

export interface NrasVerificationInput {
  /** Detached EAT: `[["JWT", overall], {"GPU-0": token, …}]`. */
  readonly token: Uint8Array;
  /** JWKS as stored with the token; null when none was. */
  readonly keys: Uint8Array | null;
  /** Roots of the service's signing certificates; may be empty, as NVIDIA publishes none. */
  readonly roots: PinnedRoots;
  /** Null when the relying party issued none. */
  readonly expectedNonce: Uint8Array | null;
  readonly atMs: number;
  /** Names (`ueidOf`) of the devices whose evidence was verified here; absent: not compared. */
  readonly ueids?: readonly string[];
}

export interface NrasVerification {
  readonly checks: readonly Check[];
  readonly claims: JsonObject | null;
  readonly root: RootKind;
  /** The service of a pinned root really said so, and found no fault. Adds to evidence, never replaces it. */
  readonly corroborates: boolean;
}

interface Token {
  readonly overall: Jws;
  readonly submods: ReadonlyMap<string, Jws>;
}

const rules = {
  parse: { id: 'TEE-EAT-001', title: 'Service token is well formed', severity: 'major' },
  algorithm: { id: 'TEE-EAT-002', title: 'Service token is signed with ES384', severity: 'major' },
  digests: { id: 'TEE-EAT-003', title: 'Service token names exactly its device tokens', severity: 'major' },
  key: { id: 'TEE-EAT-004', title: 'Signing key of the service token is known', severity: 'major' },
  chain: {
    signatures: { id: 'TEE-EAT-005', title: 'Service chain: each certificate is signed by the next' },
    constraints: { id: 'TEE-EAT-006', title: 'Service chain: only CAs issue' },
    validity: { id: 'TEE-EAT-007', title: 'Service chain: valid when the token was issued' },
    root: { id: 'TEE-EAT-008', title: 'Service chain: ends in a pinned root' },
  } satisfies ChainRules,
  signature: { id: 'TEE-EAT-009', title: 'Service and device tokens are signed by the service' },
  time: { id: 'TEE-EAT-010', title: 'Service token is valid at the time of judgement', severity: 'major' },
  nonce: { id: 'TEE-EAT-011', title: 'Service token was made for this challenge', severity: 'major' },
  agreement: { id: 'TEE-EAT-012', title: 'Service token agrees with the evidence', severity: 'major' },
} satisfies Record<string, Rule | ChainRules>;

const ISSUER = 'https://nras.attestation.nvidia.com';
const KEYS_MAX = 16;
/** The service's clock may run ahead of the relying party's. */
const CLOCK_SKEW_MS = 60_000;

/** Never throws on a token: what is malformed is a failed check. */
export function verifyNrasToken(input: NrasVerificationInput): NrasVerification {
  const list = new CheckList([digestOf(input.token)]);
  const token = list.parse(rules.parse, input.token, parseToken);
  list.judge(rules.algorithm, token, judgeAlgorithm);
  const digests = list.judge(rules.digests, token, judgeDigests);
  let chain: readonly Certificate[] | null = null;
  list.judge(rules.key, token, ({ overall }) => {
    chain = findChain(overall, input.keys);
    return chain === null
      ? warn('JWKS_KEY_NOT_FOUND', `a stored key ${shown(overall.header['kid'])}`, 'none')
      : pass(shown(overall.header['kid']));
  });
  const issuedMs = token === null ? input.atMs : (seconds(token.overall, 'iat') ?? input.atMs);
  const chainInput = { chain, curve: 'P-384', roots: input.roots, atMs: issuedMs } as const;
  const root = checkChain(list, rules.chain, chainInput);
  const signed = token !== null && chain !== null ? { token, chain } : null;
  const signature = list.judge(rules.signature, signed, (present) =>
    judgeSignatures(present.token, present.chain),
  );
  list.judge(rules.time, token, (present) => judgeTime(present, input.atMs));
  list.judge(rules.nonce, token, (present) => judgeNonce(present, input.expectedNonce));
  list.judge(rules.agreement, token, (present) => judgeAgreement(present, input.ueids));
  const holds = list.checks.every(({ result }) => result === 'pass' || result === 'skip');
  return {
    checks: list.checks,
    claims: token && claimsOf(token, digests.result === 'pass'),
    root,
    corroborates: holds && signature.result === 'pass' && root !== 'unknown',
  };
}

function parseToken(bytes: Uint8Array): Token {
  const json = readJson(bytes);
  const [first, detached, ...rest] = Array.isArray(json) ? (json as readonly Json[]) : [];
  const [type, overall] = Array.isArray(first) ? (first as readonly Json[]) : [];
  if (type !== 'JWT' || typeof overall !== 'string' || !isJsonObject(detached) || rest.length > 0) {
    return malformed('is no detached EAT');
  }
  const submods = new Map<string, Jws>();
  for (const [name, text] of Object.entries(detached)) {
    if (typeof text !== 'string') return malformed('a device token is no text');
    submods.set(name, parseJws(text));
  }
  if (submods.size === 0 || submods.size > attestationLimits.gpusMax) malformed('has no device, or too many');
  return { overall: parseJws(overall), submods };
}

/** `none`, HMAC with a public key as its secret, and every other algorithm: one is used, one is accepted. */
function judgeAlgorithm({ overall, submods }: Token): Outcome {
  const wrong = [overall, ...submods.values()].find(({ header }) => header['alg'] !== 'ES384');
  return passIf(wrong === undefined, 'EAT_ALG', 'ES384', shown(wrong?.header['alg'] ?? 'ES384'));
}

function judgeDigests({ overall, submods }: Token): Outcome {
  const named = isJsonObject(overall.payload['submods']) ? overall.payload['submods'] : {};
  const expected = Object.keys(named).sort().join(', ').slice(0, 256);
  const actual = [...submods.keys()].sort().join(', ').slice(0, 256);
  if (expected !== actual) return fail('EAT_DIGEST_MISMATCH', `device tokens ${expected}`, actual);
  for (const [name, { text }] of submods) {
    const digest = toHex(sha256(utf8(text)));
    const statement = JSON.stringify(named[name] ?? null).slice(0, 256);
    if (statement !== JSON.stringify(['DIGEST', ['SHA-256', digest]])) {
      return fail('EAT_DIGEST_MISMATCH', `${shown(name)}: ${statement}`, digest);
    }
  }
  return pass(`${submods.size} device tokens`);
}

function judgeSignatures({ overall, submods }: Token, chain: readonly Certificate[]): Outcome {
  const [signer] = chain;
  const valid = [overall, ...submods.values()].every(
    ({ header, signed, signature }) =>
      header['alg'] === 'ES384' &&
      signer?.curve === 'P-384' &&
      ecdsaVerify({ curve: 'P-384', spki: signer.spki, message: signed, signature, encoding: 'raw' }),
  );
  return passIf(
    valid,
    'EAT_SIGNATURE_INVALID',
    'signatures by the service',
    valid ? 'verify' : 'do not verify',
  );
}

function judgeTime({ overall, submods }: Token, atMs: number): Outcome {
  for (const jws of [overall, ...submods.values()]) {
    const from = seconds(jws, 'nbf') ?? seconds(jws, 'iat');
    const until = seconds(jws, 'exp');
    if (from === null || until === null) return fail('EAT_MALFORMED', 'nbf and exp', 'missing');
    if (atMs < from - CLOCK_SKEW_MS || atMs > until) {
      const window = `${new Date(from).toISOString()} to ${new Date(until).toISOString()}`;
      return fail('EAT_EXPIRED', `valid at ${new Date(atMs).toISOString()}`, window);
    }
  }
  return pass();
}

function judgeNonce({ overall, submods }: Token, expectedNonce: Uint8Array | null): Outcome {
  if (expectedNonce === null) return skip('no nonce is expected');
  const expected = toHex(expectedNonce);
  const other = [overall, ...submods.values()].find(({ payload }) => payload['eat_nonce'] !== expected);
  return passIf(
    other === undefined,
    'GPU_NONCE_MISMATCH',
    expected,
    shown(other?.payload['eat_nonce'] ?? expected),
  );
}

/** A service that found fault, or that speaks of other devices, contradicts; agreement adds no trust. */
function judgeAgreement({ overall, submods }: Token, ueids: readonly string[] | undefined): Outcome {
  const issuer = [overall, ...submods.values()].find(({ payload }) => payload['iss'] !== ISSUER);
  if (issuer !== undefined) return fail('EAT_CLAIM_MISMATCH', ISSUER, shown(issuer.payload['iss']));
  if (overall.payload['x-nvidia-overall-att-result'] !== true) {
    return fail('EAT_CLAIM_MISMATCH', 'a positive overall result', 'another');
  }
  const failed = [...submods].find(([, { payload }]) => payload['measres'] !== 'success');
  if (failed !== undefined)
    return fail('EAT_CLAIM_MISMATCH', 'measres success', `${shown(failed[0])}: another`);
  if (ueids === undefined) return pass('not compared with evidence');
  const expected = [...ueids].sort();
  const actual = [...submods.values()].map(({ payload }) => String(payload['ueid'])).sort();
  return passIf(
    expected.join() === actual.join(),
    'EAT_CLAIM_MISMATCH',
    `devices ${expected.join(', ')}`,
    actual.join(', ').slice(0, 512),
  );
}

function claimsOf({ overall, submods }: Token, digestsMatch: boolean): JsonObject {
  const text = (value: Json | undefined): string | null =>
    typeof value === 'string' ? value.slice(0, 128) : null;
  return {
    source: 'nras',
    version: text(overall.payload['x-nvidia-ver']),
    digestsMatch,
    overall: overall.payload['x-nvidia-overall-att-result'] === true,
    devices: [...submods].map(([name, { payload }]) => ({
      name: name.slice(0, 64),
      ueid: text(payload['ueid']),
      model: text(payload['hwmodel']),
      measres: text(payload['measres']),
    })),
  };
}

/** The chain of the stored key that the token names; null when no such key was stored. */
function findChain(overall: Jws, stored: Uint8Array | null): readonly Certificate[] | null {
  if (stored === null) return null;
  const json = readJson(stored);
  const list: Json | undefined = isJsonObject(json) ? json['keys'] : undefined;
  if (!Array.isArray(list) || list.length > KEYS_MAX) return malformed('stored keys are no key set');
  const keys: readonly Json[] = list;
  const key = keys.filter(isJsonObject).find(({ kid }) => kid === overall.header['kid']);
  if (key === undefined || typeof overall.header['kid'] !== 'string') return null;
  const x5c: Json | undefined = key['x5c'];
  const texts: readonly Json[] = Array.isArray(x5c) ? x5c : [];
  if (texts.length === 0 || texts.length > attestationLimits.certificatesMax)
    return malformed('a key has no chain');
  return texts.map((text) => parseCertificate(readBase64(text)));
}

function seconds({ payload }: Jws, claim: string): number | null {
  const value = payload[claim];
  return typeof value === 'number' && value > 0 && value < 1e11 ? value * 1000 : null;
}

function readBase64(text: Json): Uint8Array {
  try {
    return fromBase64(typeof text === 'string' ? text : '!');
  } catch {
    return malformed('a certificate is not base64');
  }
}

function readJson(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: attestationLimits.eatBytesMax, depthMax: 8 });
  } catch {
    return malformed(`is no JSON of at most ${attestationLimits.eatBytesMax} bytes`);
  }
}

/** A value of an untrusted sender: bounded and quoted. */
function shown(value: Json | undefined): string {
  return JSON.stringify(value ?? null).slice(0, 96);
}

function malformed(message: string): never {
  throw new AttestationError('EAT_MALFORMED', `service token: ${message}`);
}
