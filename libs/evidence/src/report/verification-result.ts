import { appraisalPolicyDigest } from '#attestation';
import {
  type Digest,
  digestOf,
  formatTime,
  isJsonObject,
  type JsonObject,
  parseJsonStrict,
} from '#canonical';
import { bundleLimits } from '../bundle/bundle-limits.js';
import { readContainer } from '../bundle/container.js';
import { EvidenceError } from '../evidence-error.js';
import { type Statement, subjectOf } from '../statements/statement.js';
import { type TrustFile, trustFileDigest } from '../trust/trust-file.js';
import type { BundleVerdict } from '../verify/verdict.js';

/*
 * A verdict that somebody signs for others, who then trust this somebody's key and need not verify themselves. It
 * names the exact bytes and the exact trust file, so that anybody can repeat it.
 */

/** in-toto Attestation Framework, Simple Verification Result. */
export const verificationResultType = 'https://in-toto.io/attestation/svr/v0.2';

/** What the result says of itself: who verified, and when. */
export interface VerifiedBy {
  /** URI of the verifier, with the version of its rules. */
  readonly verifierId: string;
  readonly at: number;
}

/**
 * The statement that an auditor signs about a verified bundle. A Simple Verification Result holds properties that were
 * found, so there is none of a bundle that did not verify: raises `RESULT_NOT_VERIFIED`.
 */
export function verificationResult(
  bytes: Uint8Array,
  verdict: BundleVerdict,
  trust: TrustFile,
  { verifierId, at }: VerifiedBy,
): Statement {
  if (verdict.outcome !== 'verified' || verdict.run === null || verdict.asOf === null) {
    throw new EvidenceError(
      'RESULT_NOT_VERIFIED',
      `a result holds what was verified; this bundle is ${verdict.outcome}, ${verdict.reason ?? 'without reason'}`,
    );
  }
  const { run, asOf } = verdict;
  return {
    subject: [
      subjectOf(`evidence bundle of run ${run.id}`, digestOf(bytes)),
      subjectOf(`root statement of run ${run.id}`, rootDigest(bytes)),
    ],
    predicateType: verificationResultType,
    predicate: {
      verifier: { id: verifierId },
      timeCreated: formatTime(at),
      policies: [
        { name: 'trust file', digest: { sha256: hexOf(trustFileDigest(trust)) } },
        { name: 'appraisal policy', digest: { sha256: hexOf(appraisalPolicyDigest(trust.policy)) } },
      ],
      properties: properties(verdict),
      // Members of our own, which readers of the type ignore: a summary without its limits would be an overstatement.
      sealflow: {
        asOf: { time: asOf.time, source: asOf.source },
        status: run.status,
        simulated: verdict.simulated,
        stepsWithheld: verdict.withheld,
        notProven: [...verdict.notProven],
        notChecked: [...verdict.notChecked],
      },
    } satisfies JsonObject,
  };
}

function rootDigest(bytes: Uint8Array): Digest {
  const document = parseJsonStrict(bytes, bundleLimits);
  if (!isJsonObject(document)) throw new EvidenceError('BUNDLE_MALFORMED', 'bundle: not a JSON object');
  return readContainer(document).root.digest;
}

/** Simulated hardware comes first: whoever reads one line reads that. */
function properties({ simulated, asOf, log, run, steps }: BundleVerdict): string[] {
  return [
    ...(simulated ? ['SEALFLOW_SIMULATED_PROTECTS_NOTHING'] : []),
    'SEALFLOW_BUNDLE_VERIFIED',
    `SEALFLOW_RUN_${(run?.status ?? '').toUpperCase()}`,
    `SEALFLOW_TIME_OF_${(asOf?.source ?? '').toUpperCase()}`,
    log === null || log.witnesses.length === 0
      ? 'SEALFLOW_LOG_OPERATOR_ONLY'
      : `SEALFLOW_LOG_WITNESSES_${log.witnesses.length}`,
    ...steps.map(
      ({ stepId, integrity, confidentiality }) => `SEALFLOW_STEP ${stepId} ${integrity} ${confidentiality}`,
    ),
  ];
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
