import {
  type EarStatus,
  earStatuses,
  type KnownVerifier,
  namesNonce,
  readVerifierToken,
  type TokenRefusal,
  worstStatus,
} from '#attestation';
import { type Digest, isJsonObject, type Json, parseTime } from '#canonical';
import { packagesOf } from '../reappraise/run-subjects.js';
import type { TrustFile } from '../trust/trust-file.js';
import type { Session } from '../verify/session.js';
import { judgeOpened, openStages } from '../verify/verify-bundle.js';

/*
 * Results of other verifiers beside those that are computed here. They are never a reason: a level, an outcome and an
 * exit code are those of the bundle alone, whoever agrees. Who disagrees is named.
 */

export interface OtherResult {
  /** For messages, e.g. the name of its file. */
  readonly name: string;
  /** JSON web token in compact form. */
  readonly token: string;
}

/** `agrees` and `disagrees`: about the hardware of one evidence package. `unusable`: says nothing about this bundle. */
export type Corroboration =
  | {
      readonly state: 'agrees' | 'disagrees';
      readonly name: string;
      readonly verifier: string;
      readonly package: Digest;
      /** Steps that were signed on that machine. */
      readonly steps: readonly string[];
      readonly theirs: EarStatus;
      readonly ours: EarStatus;
    }
  | ({ readonly state: 'unusable'; readonly name: string } & TokenRefusal);

export interface CorroborationOptions {
  readonly verifiers: readonly KnownVerifier[];
  /** Milliseconds since 1970; null for the time that the bundle proves. */
  readonly at: number | null;
}

export async function corroborateBundle(
  bundle: Uint8Array,
  trust: TrustFile,
  results: readonly OtherResult[],
  { verifiers, at }: CorroborationOptions,
): Promise<readonly Corroboration[]> {
  const { verdict, session } = await judgeOpened(await openStages(bundle), trust, { at });
  const { asOf } = verdict;
  if (session === null || asOf === null) {
    const refused = {
      reason: 'NONCE_UNKNOWN',
      expected: 'a bundle that can be read',
      actual: 'none',
    } as const;
    return results.map(({ name }) => ({ state: 'unusable', name, ...refused }));
  }
  return compareResults(session, results, { verifiers, at: parseTime(asOf.time) });
}

/** The same for a bundle that was judged already. */
export function compareResults(
  session: Session,
  results: readonly OtherResult[],
  { verifiers, at }: { readonly verifiers: readonly KnownVerifier[]; readonly at: number },
): readonly Corroboration[] {
  return results.map((each) => compared(session, each, verifiers, at));
}

function compared(
  session: Session,
  { name, token }: OtherResult,
  verifiers: readonly KnownVerifier[],
  atMs: number,
): Corroboration {
  const { result, refused } = readVerifierToken(token, verifiers, atMs);
  if (result === null) return { state: 'unusable', name, ...refused };
  for (const digest of packagesOf(session)) {
    const appraisal = session.appraisal(digest);
    if (appraisal?.binding == null || !namesNonce(result, appraisal.binding.nonce)) continue;
    const steps = session.stepsOf(digest).map(({ predicate }) => predicate.stepId);
    const [theirs, ours] = [result.status, statusOf(appraisal.ear)];
    const state = theirs === ours ? 'agrees' : 'disagrees';
    return { state, name, verifier: result.verifier, package: digest, steps, theirs, ours };
  }
  const actual = result.nonces.map((nonce) => nonce.slice(0, 96)).join(', ') || 'none';
  return {
    state: 'unusable',
    name,
    reason: 'NONCE_UNKNOWN',
    expected: 'the nonce of evidence of this bundle',
    actual,
  };
}

/** Of the attestation result that is computed here. It speaks of hardware, not of what a policy permits. */
function statusOf(ear: Json): EarStatus {
  const submods = isJsonObject(ear) ? ear['submods'] : undefined;
  const parts = isJsonObject(submods) ? Object.values(submods) : [];
  return worstStatus(
    parts.map((part) => {
      const status = isJsonObject(part) ? part['ear_status'] : undefined;
      return earStatuses.find((known) => known === status) ?? 'none';
    }),
  );
}
