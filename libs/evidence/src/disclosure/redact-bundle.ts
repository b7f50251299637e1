import { canonicalBytes, type Digest, type Json, type JsonObject, toBase64 } from '#canonical';
import { stepLeafHash } from '../bundle/build-bundle.js';
import type { Bundle, WithheldStep } from '../bundle/container.js';
import { blobReferences } from '../bundle/references.js';
import { type DsseEnvelope, envelopeToJson, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { appraisalPredicateType, parseAppraisalClaim } from '../statements/appraisal.js';
import { planPredicateType } from '../statements/plan.js';
import { type PlanView, parsePlanView } from '../statements/plan-view.js';
import { packageOf } from '../statements/step-evidence.js';
import { type OpenedBundle, parseStage, schemaStage } from '../verify/open-bundle.js';
import type { StepView } from '../verify/session.js';
import { StageChecks } from '../verify/stage-checks.js';
import { isFailure } from '../verify/verdict.js';
import { isDecision, type ProfileName, profiles } from './profiles.js';
import { keptDisclosures } from './redact-fields.js';
import { parseWithholding, type Withholding } from './withholding.js';

/*
 * Redaction only deletes, so it needs no key, and anybody who has a bundle can do it. What is left verifies as before:
 * of a step its leaf stays, of a blob its digest. Nobody is trusted here; whoever receives the result verifies it.
 */

export interface Redaction {
  readonly profile?: ProfileName;
  /** As `parseWithholding` reads them, over and above the profile. */
  readonly withhold?: readonly string[];
}

/**
 * The bundle without what is to be withheld, and without what only that needed. Raises `BUNDLE_MALFORMED`, or
 * `REDACTION_INVALID` when it does not hold what it is to withhold.
 */
export function redactBundle(bytes: Uint8Array, { profile, withhold = [] }: Redaction): Uint8Array {
  const { document, opened } = open(bytes);
  const { bundle, root } = opened;
  const named = withhold.map(parseWithholding);
  const gone = new Set([...profileSteps(opened, profile), ...namedSteps(opened, named)]);
  const shown = opened.steps.filter(({ predicate }) => !gone.has(predicate.stepId));
  const hidden = opened.steps.filter(({ predicate }) => gone.has(predicate.stepId));
  const withheldBlobs = new Set<string>([
    ...profileBlobs(bundle, profile),
    ...namedBlobs(bundle, named),
    ...ownPackages(hidden, shown),
  ]);
  const bytesOf = (digest: Digest): Uint8Array | null =>
    withheldBlobs.has(digest) ? null : (bundle.blobs.get(digest)?.bytes ?? null);
  const appraisals = bundle.appraisals.map((envelope) => ({ envelope, claim: claimOf(envelope) }));
  const kept = appraisals.filter(({ claim }) => claim === null || bytesOf(claim.package) !== null);
  const references = blobReferences(
    root,
    shown.map(({ predicate }) => predicate),
    bytesOf,
    kept.flatMap(({ claim }) => claim?.collateral ?? []),
  );
  const disclosures = keptDisclosures(opened, shown, named, profile);
  const leaves = [...bundle.withheldSteps, ...hidden.map((step) => leafOf(bundle, step))];
  const dropped = appraisals.filter((entry) => !kept.includes(entry)).map(({ envelope }) => envelope.digest);
  const unseen = [...bundle.withheldAppraisals, ...dropped];
  return canonicalBytes({
    ...unchanged(document),
    root: envelopeToJson(bundle.root),
    steps: shown.map(({ envelope }) => envelopeToJson(envelope)),
    stepProofs: proofsOf(bundle, shown),
    ...(leaves.length === 0 ? {} : { withheldSteps: leaves.map(leafToJson) }),
    appraisals: kept.map(({ envelope }) => envelopeToJson(envelope)),
    ...(unseen.length === 0 ? {} : { withheldAppraisals: unseen }),
    blobs: blobMembers(
      bundle,
      references.map(({ digest }) => digest),
      bytesOf,
    ),
    ...(disclosures.length === 0 ? {} : { disclosures }),
    ...(profile === undefined ? {} : { hints: { profile } }),
  });
}

interface OpenedDocument {
  readonly document: JsonObject;
  readonly opened: OpenedBundle;
}

function open(bytes: Uint8Array): OpenedDocument {
  const checks = new StageChecks('schema');
  const document = parseStage(bytes, checks);
  const opened = document === null ? null : schemaStage(document, checks);
  if (document !== null && opened !== null) return { document, opened };
  const found = checks.checks.find(isFailure);
  throw new EvidenceError(
    'BUNDLE_MALFORMED',
    `${found?.reason ?? 'UNKNOWN'} ${found?.title ?? ''}: ${found?.actual ?? 'not a bundle'}`,
  );
}

function profileSteps(opened: OpenedBundle, profile: ProfileName | undefined): string[] {
  if (profile === undefined || !profiles[profile].decisions) return [];
  const plan = planOf(opened);
  return opened.steps
    .filter(({ predicate }) => isDecision(predicate, plan))
    .map(({ predicate }) => predicate.stepId);
}

function profileBlobs({ blobs }: Bundle, profile: ProfileName | undefined): Digest[] {
  const types: readonly string[] = profile === undefined ? [] : profiles[profile].blobs;
  return [...blobs].filter(([, { mediaType }]) => types.includes(mediaType)).map(([digest]) => digest);
}

function namedSteps({ steps, root }: OpenedBundle, named: readonly Withholding[]): string[] {
  return named.flatMap((part) => {
    if (part.kind !== 'step') return [];
    if (steps.some(({ predicate }) => predicate.stepId === part.taskId)) return [part.taskId];
    const known = steps.map(({ predicate }) => predicate.stepId).join(', ');
    throw absent(`step ${part.taskId}`, `one of ${known}, the statements in the bundle of ${root.runId}`);
  });
}

function namedBlobs({ blobs }: Bundle, named: readonly Withholding[]): Digest[] {
  return named.flatMap((part) => {
    if (part.kind !== 'blob') return [];
    if (blobs.has(part.digest)) return [part.digest];
    throw absent(`blob ${part.digest}`, 'a blob of the bundle: sealflow inspect lists them');
  });
}

/** Evidence that only steps which are withheld were signed under says whose machine that was. */
function ownPackages(hidden: readonly StepView[], shown: readonly StepView[]): Digest[] {
  const used = new Set(shown.map(({ evidence }) => packageOf(evidence)));
  return hidden.flatMap(({ evidence }) => packageOf(evidence) ?? []).filter((digest) => !used.has(digest));
}

function leafOf(bundle: Bundle, { envelope, predicate }: StepView): WithheldStep {
  const proof = bundle.stepProofs.find(({ stepDigest }) => stepDigest === envelope.digest);
  if (proof === undefined) throw absent(`proof of step ${predicate.stepId}`, 'a member of stepProofs');
  return {
    index: proof.index,
    leafHash: stepLeafHash(envelope.digest, proof.leafSalt),
    path: proof.path,
  };
}

function leafToJson({ index, leafHash, path }: WithheldStep): JsonObject {
  return { index, leafHash: toBase64(leafHash), path: path.map(toBase64) };
}

function proofsOf(bundle: Bundle, shown: readonly StepView[]): Json[] {
  const digests = new Set<string>(shown.map(({ envelope }) => envelope.digest));
  return bundle.stepProofs
    .filter(({ stepDigest }) => digests.has(stepDigest))
    .map(({ stepDigest, index, leafSalt, path }) => ({
      stepDigest,
      index,
      leafSalt: toBase64(leafSalt),
      path: path.map(toBase64),
    }));
}

/** What nothing refers to any more goes; what is still named stays as its name. */
function blobMembers(
  { blobs }: Bundle,
  referred: readonly Digest[],
  bytesOf: (digest: Digest) => Uint8Array | null,
): JsonObject {
  const members: Record<string, JsonObject> = {};
  for (const digest of referred) {
    const blob = blobs.get(digest);
    if (blob === undefined) continue;
    const { mediaType, size } = blob;
    const data = bytesOf(digest);
    members[digest] = {
      mediaType,
      size,
      ...(data === null ? { detached: true } : { data: toBase64(data) }),
    };
  }
  return members;
}

/** Members that a redaction passes on as they are. Unknown ones are left out: nobody knows what they say. */
function unchanged(document: JsonObject): JsonObject {
  const names = ['mediaType', 'log', 'timestamps', 'renewals'];
  return Object.fromEntries(Object.entries(document).filter(([name]) => names.includes(name)));
}

function claimOf(envelope: DsseEnvelope): ReturnType<typeof parseAppraisalClaim> | null {
  return readable(() => parseAppraisalClaim(statementOf(envelope, appraisalPredicateType).predicate));
}

function planOf({ bundle, root }: OpenedBundle): PlanView | null {
  const bytes = bundle.blobs.get(root.plan)?.bytes ?? null;
  if (bytes === null) return null;
  return readable(() => parsePlanView(statementOf(parseEnvelope(bytes), planPredicateType).predicate));
}

/** What cannot be read is a finding of the verifier. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
}

function absent(what: string, expected: string): EvidenceError {
  return new EvidenceError('REDACTION_INVALID', `${what} is not in the bundle: expected ${expected}`);
}
