import { canonicalBytes, digestOf, isJsonObject, type Json, type JsonObject, toJson } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { packageOf } from '../statements/step-evidence.js';
import { type TrustFile, trustFileDigest } from '../trust/trust-file.js';
import type { Session } from '../verify/session.js';
import type { BundleVerdict, StepVerdict } from '../verify/verdict.js';
import { judgeOpened, openStages } from '../verify/verify-bundle.js';

/*
 * What was found about a run as an EAT claims set (RFC 9711) in JSON, a submodule for each step. A step whose machine
 * was appraised has the attestation result of that machine as it was computed here (draft-ietf-rats-ear), never the one
 * that the bundle brings. The set is unsigned: it is worth as much as whoever hands it over, and names the digest of the
 * bundle and of the trust file so that anybody makes it again.
 */

export const eatRunProfile = 'https://sealflow.dev/eat/run/v1';

export interface EatRecord {
  readonly verdict: BundleVerdict;
  /** Canonical JSON. */
  readonly bytes: Uint8Array;
}

/**
 * Verifies a bundle, and writes the outcome whatever it is: a run that failed is recorded as failed.
 *
 * @param madeAtMs milliseconds since 1970 at which the record is made; what it records is judged as of its own time
 * @throws EvidenceError BUNDLE_MALFORMED where there is no run to speak of
 */
export async function eatRecord(bundle: Uint8Array, trust: TrustFile, madeAtMs: number): Promise<EatRecord> {
  const { verdict, session } = await judgeOpened(await openStages(bundle), trust, { at: null });
  const { run, asOf } = verdict;
  if (run === null || asOf === null || session === null) {
    throw new EvidenceError('BUNDLE_MALFORMED', `no run to record: ${verdict.outcome}, ${verdict.reason}`);
  }
  const submods = verdict.steps.map((step) => [step.stepId, stepClaims(session, step)] as const);
  const claims: JsonObject = {
    eat_profile: eatRunProfile,
    sub: `https://sealflow.dev/run/${run.id}`,
    iat: Math.floor(madeAtMs / 1000),
    sealflow: {
      simulated: verdict.simulated,
      outcome: verdict.outcome,
      reason: verdict.reason,
      status: run.status,
      bundle: digestOf(bundle),
      trust: trustFileDigest(trust),
      asOf: asOf.time,
      timeSource: asOf.source,
      stepsWithheld: verdict.withheld,
      notProven: [...verdict.notProven],
      notChecked: [...verdict.notChecked],
    },
    submods: Object.fromEntries(submods),
  };
  return { verdict, bytes: canonicalBytes(claims) };
}

function stepClaims(session: Session, step: StepVerdict): JsonObject {
  const { operation, kind, integrity, confidentiality, claimed, anchor, keyHolder, simulated } = step;
  const evidence = session.step(step.stepId)?.evidence;
  const evidencePackage = evidence === undefined ? null : packageOf(evidence);
  const machine: Json = evidencePackage === null ? null : (session.appraisal(evidencePackage)?.ear ?? null);
  return {
    ...(isJsonObject(machine) ? machine : {}),
    sealflow: toJson({
      ...{ operation, kind, integrity, confidentiality, anchor, keyHolder, simulated },
      claimed: { integrity: claimed.integrity, confidentiality: claimed.confidentiality },
      evidence: evidencePackage,
      withheld: step.withheld === true,
    }),
  };
}
