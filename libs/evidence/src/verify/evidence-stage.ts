import { type Check, canonicalBytes, type Digest, equalBytes, toJson } from '#canonical';
import { ProofsError, parseManifest, publicSignalMap, unboundFacts } from '#proofs';
import { blobMediaTypes } from '../bundle/media-types.js';
import { hiddenMembers } from '../disclosure/sd-names.js';
import type { StepPredicate } from '../statements/step.js';
import { type HumanEvidence, packageOf, type ZkEvidence } from '../statements/step-evidence.js';
import { checkFheEvidence } from './fhe-evidence.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';
import { byPort, verifyProofs } from './zk-proofs.js';

/** Stage 9: the evidence of each step, by kind, judged at the time it was used. */
export async function evidenceStage(session: Session, checks: StageChecks): Promise<void> {
  const packages = session.steps.flatMap(({ evidence }) => packageOf(evidence) ?? []);
  for (const digest of new Set(packages)) appraisePackage(session, checks, digest);
  const proofs = verifyProofs(session);
  for (const step of session.steps) {
    const { predicate, evidence } = step;
    if (evidence.by === 'zk')
      checkZkEvidence(session, checks, predicate, evidence.evidence, proofs.get(step) ?? []);
    if (evidence.by === 'fhe') await checkFheEvidence(session, checks, predicate, evidence.evidence);
    if (evidence.by === 'human') checkHumanEvidence(checks, predicate, evidence.evidence);
  }
}

function appraisePackage(session: Session, checks: StageChecks, digest: Digest): void {
  const steps = session.stepsOf(digest).map(({ predicate }) => predicate.stepId);
  const appraisal = session.appraisal(digest);
  if (appraisal === null) {
    for (const step of steps) {
      const detail = { step, expected: digest };
      if (session.isDetached(digest))
        checks.withheld('BND-EVID-001', 'evidence package', 'BLOB_DETACHED', detail);
      else checks.fail('BND-EVID-001', 'evidence package', 'BLOB_MISSING', detail);
    }
    return;
  }
  for (const { predicate } of session.stepsOf(digest)) {
    if (predicate.kind !== 'tee.cpu+gpu' || appraisal.claims.gpus.length > 0) continue;
    checks.fail('BND-EVID-002', 'GPU evidence of a GPU step', 'GPU_EVIDENCE_MISSING', {
      step: predicate.stepId,
    });
  }
  const withheld = (session.collateral.get(digest) ?? []).some((piece) => session.isDetached(piece));
  const { unchecked } = appraisal;
  // Without the vendor data that the appraisal had, nobody can say whether the hardware was revoked.
  const made = withheld ? appraisal.checks.filter((check) => !unchecked.includes(check)) : appraisal.checks;
  checks.adopt(made, `${steps.join(', ')}: `, steps);
  if (!withheld) return;
  for (const step of steps) {
    session.withoutEvidence.add(step);
    checks.withheld('BND-EVID-003', 'vendor data of the evidence package', 'BLOB_DETACHED', { step });
  }
}

function checkZkEvidence(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  evidence: ZkEvidence,
  made: readonly Check[],
): void {
  const about = { step: step.stepId };
  const manifest = session.blob(evidence.manifest, blobMediaTypes.circuitManifest);
  const vkey = session.blob(evidence.vkey, blobMediaTypes.verificationKey);
  if (manifest === null || vkey === null) {
    const title = 'circuit manifest and verification key';
    const withheld =
      (manifest !== null || session.isDetached(evidence.manifest)) &&
      (vkey !== null || session.isDetached(evidence.vkey));
    if (withheld) {
      session.withoutEvidence.add(step.stepId);
      checks.withheld('BND-ZK-001', title, 'BLOB_DETACHED', about);
    } else checks.fail('BND-ZK-001', title, 'BLOB_MISSING', about);
    return;
  }
  if (hiddenMembers(step.public) > 0) {
    // Facts are among what the proof is about; without one of them it proves nothing.
    session.withoutEvidence.add(step.stepId);
    checks.withheld('BND-ZK-004', 'proof over the facts of the step', 'FIELD_WITHHELD', about);
    return;
  }
  checks.adopt(made, `${step.stepId}: `, [step.stepId]);
  const findings = session.findingsOf(step.stepId);
  findings.devKeys = made.some(({ reason }) => reason === 'KEY_STATE_DEV');
  // That a policy forbids dev keys does not change what the proof is; everything else must hold.
  findings.proved =
    made.length > 0 && made.every(({ result, reason }) => result === 'pass' || reason === 'KEY_STATE_DEV');
  checkSignalMap(checks, step, evidence, manifest);
  checkFacts(session, checks, step, manifest);
  checkModel(session, checks, step);
}

/** The map in the statement is for readers; it must say what the manifest says. */
function checkSignalMap(
  checks: StageChecks,
  step: StepPredicate,
  evidence: ZkEvidence,
  manifest: Uint8Array,
): void {
  let expected: Uint8Array;
  try {
    const edges = {
      inputs: byPort(step.inputs, ({ edge }) => edge),
      outputs: byPort(step.outputs, ({ edge }) => edge),
    };
    expected = canonicalBytes(toJson(publicSignalMap(parseManifest(manifest), edges)));
  } catch (error) {
    if (error instanceof ProofsError) return;
    throw error;
  }
  const stated = evidence.publicSignalMap.map(({ index, name, commitmentOf }) =>
    commitmentOf === null ? { index, name } : { index, name, commitmentOf },
  );
  const same = equalBytes(canonicalBytes(stated), expected);
  checks.passIf(same, 'BND-ZK-002', 'meaning of the public signals', 'SIGNAL_MAP_MISMATCH', {
    step: step.stepId,
  });
}

/** A fact that conditions of the plan may read is one that the circuit states, not one that the prover adds. */
function checkFacts(session: Session, checks: StageChecks, step: StepPredicate, manifest: Uint8Array): void {
  const task = session.plan?.tasks.find(({ id }) => id === step.stepId);
  let unbound: readonly string[];
  try {
    unbound = unboundFacts(parseManifest(manifest), [...(task?.facts.keys() ?? [])]);
  } catch (error) {
    if (error instanceof ProofsError) return;
    throw error;
  }
  for (const fact of unbound) {
    session.findingsOf(step.stepId).proved = false;
    checks.fail('BND-ZK-005', `fact ${fact} is a public signal`, 'FACT_UNBOUND', {
      step: step.stepId,
      expected: 'a public signal of the circuit that states it',
      actual: fact,
    });
  }
}

/** Where the plan pins a model, the proof must be about that model. */
function checkModel(session: Session, checks: StageChecks, step: StepPredicate): void {
  const task = session.plan?.tasks.find(({ id }) => id === step.stepId);
  const expected = task?.parameters['modelCommitment'];
  if (typeof expected !== 'string') return;
  const actual = step.public['modelCommitment'];
  checks.passIf(actual === expected, 'BND-ZK-003', 'model as planned', 'MODEL_COMMITMENT_MISMATCH', {
    step: step.stepId,
    expected,
    actual: typeof actual === 'string' ? actual : 'none',
  });
}

function checkHumanEvidence(checks: StageChecks, step: StepPredicate, evidence: HumanEvidence): void {
  const stated = step.public['decision'];
  if (evidence.decision === null || (stated === undefined && hiddenMembers(step.public) > 0)) {
    checks.withheld('BND-HUMAN-001', 'decision as signed', 'FIELD_WITHHELD', { step: step.stepId });
    return;
  }
  checks.passIf(
    stated === evidence.decision,
    'BND-HUMAN-001',
    'decision as signed',
    'PUBLIC_VALUE_MISMATCH',
    {
      step: step.stepId,
      expected: evidence.decision,
      actual: typeof stated === 'string' ? stated : 'none',
    },
  );
}
