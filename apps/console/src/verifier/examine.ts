/*
 * What the verifier's thread answers, without the thread. The verdict is that of `verifyBundle` and nothing here may
 * better it; the rest puts words and a picture beside it.
 */
import { digestOf } from '#canonical';
import {
  type BundleVerdict,
  EvidenceError,
  explain,
  explainArea,
  exportReport,
  factsOf,
  outcomeFor,
  parseTrustFile,
  partOf,
  redactBundle,
  regulationRows,
  runGraphOf,
  type StageName,
  stepPartsOf,
  type TrustFile,
  trustFileDigest,
  verdictLines,
  verifyBundle,
} from '#evidence';
import type { Examination, ShownCheck, VerifierReply, VerifierRequest } from './messages.js';

export type OnStage = (stage: StageName, place: number) => void;

/** Never throws: what is refused is an answer. */
export async function answer(
  request: VerifierRequest,
  onStage: OnStage,
  nowMs: () => number,
): Promise<VerifierReply> {
  const { id } = request;
  try {
    if (request.kind === 'redact') {
      const bundle = redactBundle(request.bundle, { profile: request.profile });
      return { kind: 'redacted', id, bundle };
    }
    if (request.kind === 'part') {
      const bytes = partOf(request.bundle, request.digest);
      if (bytes !== null) return { kind: 'part', id, bytes };
      return { kind: 'refused', id, code: 'BLOB_MISSING', message: 'the bundle does not carry these bytes' };
    }
    const trust = parseTrustFile(request.trust);
    const startMs = nowMs();
    const verdict = await verifyBundle(request.bundle, trust, {
      at: null,
      acceptWithheld: request.acceptWithheld,
      onStage,
    });
    const facts = factsOf(request.bundle, verdict);
    if (request.kind === 'report')
      return { kind: 'reported', id, text: exportReport(request.format, verdict, facts) };
    const examination = shown(request.bundle, trust, verdict, nowMs() - startMs);
    return { kind: 'examined', id, examination: { ...examination, facts } };
  } catch (error) {
    if (error instanceof EvidenceError)
      return { kind: 'refused', id, code: error.code, message: error.message };
    return { kind: 'refused', id, code: 'INTERNAL', message: 'the verifier stumbled; report this file' };
  }
}

function shown(
  bundle: Uint8Array,
  trust: TrustFile,
  verdict: BundleVerdict,
  tookMs: number,
): Omit<Examination, 'facts'> {
  const { stages, ...rest } = verdict;
  return {
    lines: verdictLines(verdict),
    verdict: rest,
    checks: stages.flatMap(({ name, checks }) => checks.map((check) => shownCheck(name, check))),
    graph: runGraphOf(bundle),
    stepParts: stepPartsOf(bundle, trust),
    regulation: regulationRows(verdict),
    bundleDigest: digestOf(bundle),
    trustDigest: trustFileDigest(trust),
    sizeBytes: bundle.length,
    tookMs,
  };
}

type Check = BundleVerdict['stages'][number]['checks'][number];

function shownCheck(stage: StageName, check: Check): ShownCheck {
  const { id, title, result, reason, expected, actual, where, evidence } = check;
  const area = explainArea(id);
  const why = result === 'pass' || reason === null ? null : explain(reason, outcomeFor(reason));
  return {
    stage,
    id,
    title,
    result,
    reason,
    expected: expected ?? null,
    actual: actual ?? null,
    where: where ?? null,
    evidence: evidence ?? [],
    meaning: why?.meaning ?? null,
    advice: why?.advice ?? null,
    subject: area?.subject ?? '',
  };
}
