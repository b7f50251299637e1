import { ecdsaSign, ecKeyPair } from '#attestation';
import { type Json, type JsonObject, parseTime, toBase64Url, utf8 } from '#canonical';
import { packagesOf } from '../reappraise/run-subjects.js';
import type { Session } from '../verify/session.js';
import { judgeOpened, openStages } from '../verify/verify-bundle.js';
import type { Demo } from './demo-run.fixture.js';
import { seededRandom } from './random.fixture.js';

/** A verifier of somebody else, as Veraison signs: its tokens are synthetic twins, as no service is called here. */
const key = ecKeyPair('P-256', seededRandom('another verifier'));
export const stranger = ecKeyPair('P-256', seededRandom('a stranger'));
const issuer = 'https://verifier.example';

/** What a token can be about: evidence of one machine, and when the run was. */
export interface SeenEvidence {
  readonly session: Session;
  readonly nonce: Uint8Array;
  readonly atS: number;
}

export async function evidenceOf({ bytes, trust }: Pick<Demo, 'bytes' | 'trust'>): Promise<SeenEvidence> {
  const { session, verdict } = await judgeOpened(await openStages(bytes), trust, { at: null });
  const [machine] = session === null ? [] : packagesOf(session);
  const nonce = machine === undefined ? undefined : session?.appraisal(machine)?.binding?.nonce;
  if (session === null || nonce === undefined || verdict.asOf === null)
    throw new Error('the demo run has no evidence');
  return { session, nonce, atS: Math.floor(parseTime(verdict.asOf.time) / 1_000) };
}

/** The file of verifiers that names it. */
export function keysFile(change: JsonObject = {}): Uint8Array {
  const [x, y] = [key.point.subarray(0, 32), key.point.subarray(32)].map(toBase64Url);
  const jwk = { kid: 'k1', kty: 'EC', crv: 'P-256', alg: 'ES256', x: x ?? '', y: y ?? '', ...change };
  return utf8(
    JSON.stringify({ v: 'sealflow/verifiers/v1', verifiers: [{ name: 'another', issuer, keys: [jwk] }] }),
  );
}

export interface TokenChanges {
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly status?: Json;
  readonly by?: typeof key;
}

export function tokenOf(
  { nonce, atS }: Pick<SeenEvidence, 'nonce' | 'atS'>,
  { header, claims, status = 'contraindicated', by = key }: TokenChanges = {},
): string {
  const part = (json: JsonObject): string => toBase64Url(utf8(JSON.stringify(json)));
  const head = part({ alg: 'ES256', kid: 'k1', typ: 'JWT', ...header });
  const body = part({
    ...{
      iss: issuer,
      eat_profile: 'tag:ietf.org,2026:rats/ear#03',
      eat_nonce: toBase64Url(nonce),
    },
    ...{ iat: atS - 60, exp: atS + 3_600, submods: { cpu0: { ear_status: status } } },
    ...claims,
  });
  const signature = ecdsaSign(by, utf8(`${head}.${body}`), 'raw');
  return `${head}.${body}.${toBase64Url(signature)}`;
}
