import type { Appraisal } from '#attestation';
import { withheldText } from '../disclosure/withheld-text.js';
import {
  type AssurancePair,
  type Confidentiality,
  confidentialityLevels,
  type Integrity,
  integrityLevels,
} from '../statements/step.js';
import { packageOf } from '../statements/step-evidence.js';
import { isWitnessAtOwner } from './owner-witness.js';
import { pagesKey } from './page-ledger.js';
import type { Session, StepFindings, StepView } from './session.js';
import type { StageChecks } from './stage-checks.js';
import type { StepVerdict } from './verdict.js';

/** Stage 13: what each step is worth. `broken` are the steps that a failed check speaks of. */
export function assuranceStage(
  session: Session,
  checks: StageChecks,
  broken: ReadonlySet<string>,
): StepVerdict[] {
  const shown = session.steps.map((step) => {
    const failed = broken.has(step.predicate.stepId);
    const verdict = judge(session, step, failed);
    if (failed) checks.skip('BND-ASSURE-001', 'assurance', 'EARLIER_CHECK_FAILED', { step: verdict.stepId });
    else if (session.withoutEvidence.has(verdict.stepId))
      checks.skip('BND-ASSURE-001', 'assurance', 'BLOB_DETACHED', { step: verdict.stepId });
    else report(session, checks, verdict);
    return verdict;
  });
  return [...shown, ...withheldSteps(session)];
}

/** Of a step that is not shown there is the plan, and the orchestrator's word that it ran. */
function withheldSteps(session: Session): StepVerdict[] {
  const tasks = session.plan?.tasks.filter(({ id }) => session.withheldTasks.has(id)) ?? [];
  return tasks.map(({ id, kind, operation }) => ({
    stepId: id,
    kind,
    operation,
    integrity: 'ASSERTED',
    confidentiality: 'OPERATOR_VISIBLE',
    claimed: { integrity: 'ASSERTED', confidentiality: 'OPERATOR_VISIBLE' },
    anchor: 'none',
    keyHolder: 'unknown',
    summary: 'withheld: its existence is proved, nothing else of it',
    simulated: false,
    replayable: false,
    withheld: true,
  }));
}

function judge(session: Session, step: StepView, broken: boolean): StepVerdict {
  const { predicate } = step;
  const digest = packageOf(step.evidence);
  const appraisal = digest === null ? null : session.appraisal(digest);
  const findings = session.findings.get(predicate.stepId) ?? {};
  const bare = session.withoutEvidence.has(predicate.stepId);
  const found =
    broken || bare
      ? unsupported(predicate.assurance, broken)
      : established(session, step, appraisal, findings);
  const claimed = predicate.assurance;
  return {
    stepId: predicate.stepId,
    kind: predicate.kind,
    operation: predicate.operation,
    integrity: lower(integrityLevels, claimed.integrity, found.integrity),
    confidentiality: lower(confidentialityLevels, claimed.confidentiality, found.confidentiality),
    claimed,
    anchor: found.anchor,
    keyHolder: found.keyHolder,
    summary: found.summary,
    simulated: appraisal?.level === 'SIMULATED' || findings.devKeys === true,
    replayable: !bare && step.evidence.by === 'fhe' && findings.replayed === undefined,
  };
}

type Established = AssurancePair & Pick<StepVerdict, 'anchor' | 'keyHolder' | 'summary'>;

/** A check about the step failed, or its evidence is withheld: nothing but the orchestrator's word is left. */
function unsupported(claimed: AssurancePair, broken: boolean): Established {
  return {
    integrity: 'ASSERTED',
    confidentiality: 'OPERATOR_VISIBLE',
    anchor: 'none',
    keyHolder: 'unknown',
    summary: `claimed ${claimed.integrity}; ${broken ? 'its checks failed' : 'its evidence is withheld'}`,
  };
}

function established(
  session: Session,
  step: StepView,
  appraisal: Appraisal | null,
  findings: StepFindings,
): Established {
  switch (step.evidence.by) {
    case 'zk':
      return zk(appraisal, findings, isWitnessAtOwner(session, step, appraisal));
    case 'fhe':
      return fhe(appraisal, findings, ledgerKeyHolder(session, step));
    case 'human':
      return {
        integrity: 'SIGNED',
        confidentiality: 'OPERATOR_VISIBLE',
        anchor: 'key of an approver of the trust file',
        keyHolder: step.evidence.evidence.role,
        summary: `${step.evidence.evidence.reviewer ?? withheldText} decided ${step.evidence.evidence.decision ?? withheldText}`,
      };
    default:
      return tee(appraisal);
  }
}

function tee(appraisal: Appraisal | null): Established {
  const enclave = enclaveOf(appraisal);
  return {
    integrity: enclave.integrity,
    confidentiality: enclave.confidentiality,
    anchor: `${enclave.name} ${hardware(appraisal)}`,
    keyHolder: enclave.name,
    summary: `${measurementOf(appraisal)} ran in ${enclave.phrase}`,
  };
}

/** Dev keys of a circuit are mock keys: whoever made them could forge, whatever the pairing says. */
function zk(appraisal: Appraisal | null, findings: StepFindings, atOwner: boolean): Established {
  const place = atOwner ? OWNER : enclaveOf(appraisal);
  const dev = findings.devKeys === true;
  const proved: Integrity = findings.proved !== true ? 'ASSERTED' : dev ? 'SIMULATED' : 'PROVED';
  return {
    integrity: proved,
    confidentiality: place.confidentiality,
    anchor: dev
      ? 'Groth16 proof under SIMULATED (dev) circuit keys'
      : 'Groth16 proof under pinned circuit keys',
    keyHolder: place.name,
    summary: `the proof verifies${dev ? ' under dev keys, whose maker could forge it' : ''}; the prover saw the witness ${atOwner ? '' : 'in '}${place.phrase}`,
  };
}

const OWNER = {
  confidentiality: 'CLIENT_ONLY',
  name: 'owner of the data',
  phrase:
    'at the owner of the data: its key is one that the client named as its own, and no other was given the inputs',
} as const;

function fhe(appraisal: Appraisal | null, findings: StepFindings, keyHolder: string): Established {
  const simulated = appraisal?.level === 'SIMULATED';
  const signed: Integrity = simulated ? 'SIMULATED' : appraisal?.level === 'ATTESTED' ? 'SIGNED' : 'ASSERTED';
  const replayed = findings.replayed === true;
  return {
    integrity: replayed ? 'REPLAYED' : signed,
    confidentiality: 'ENCRYPTED',
    anchor: replayed
      ? 'ciphertexts, added again bit for bit'
      : `signature of the service, whose key rests on ${simulated ? 'SIMULATED hardware' : 'attested hardware'}`,
    keyHolder,
    summary: replayed
      ? 'the service added what it was given'
      : 'the service says that it added what it was given; replayable from the ciphertexts',
  };
}

/** The enclave that made the ciphertexts holds the key that opens them. */
function ledgerKeyHolder(session: Session, { predicate }: StepView): string {
  const producers = predicate.inputs.flatMap(({ edge }) => session.step(edge.split('/')[0] ?? '') ?? []);
  const digest = producers.flatMap(({ evidence }) => packageOf(evidence) ?? [])[0];
  const appraisal = digest === undefined ? null : session.appraisal(digest);
  const key = pagesKey(session, predicate);
  const secret =
    key === null ? '' : `, ${measurementOf(appraisal)}; FHE secret key ${key.keyId} of epoch ${key.epoch}`;
  return `key enclave of the ledger (${enclaveOf(appraisal).name}${secret})`;
}

interface Enclave extends AssurancePair {
  readonly name: string;
  readonly phrase: string;
}

function enclaveOf(appraisal: Appraisal | null): Enclave {
  if (appraisal?.level === 'ATTESTED') {
    return {
      integrity: 'ATTESTED',
      confidentiality: 'ENCLAVE',
      name: 'attested enclave',
      phrase: 'an attested enclave',
    };
  }
  const confidentiality: Confidentiality = 'OPERATOR_VISIBLE';
  if (appraisal?.level === 'SIMULATED') {
    return {
      integrity: 'SIMULATED',
      confidentiality,
      name: 'SIMULATED enclave',
      phrase: 'a SIMULATED enclave, which its operator can read',
    };
  }
  return {
    integrity: 'ASSERTED',
    confidentiality,
    name: 'unattested machine',
    phrase: 'a machine without valid evidence',
  };
}

function hardware(appraisal: Appraisal | null): string {
  const gpus = appraisal?.claims.gpus.length ?? 0;
  const cpu = cpuOf(appraisal);
  return gpus === 0 ? `(${cpu})` : `(${cpu}, ${gpus} GPU, ${appraisal?.gpuBinding ?? 'none'})`;
}

function cpuOf(appraisal: Appraisal | null): string {
  if (appraisal?.claims.snp != null) return 'SEV-SNP';
  return appraisal?.claims.sgx != null ? 'SGX' : 'TDX';
}

function measurementOf(appraisal: Appraisal | null): string {
  return appraisal?.measurement == null ? 'unknown code' : `measured code ${appraisal.measurement.name}`;
}

/** `levels` is best first: the later of the two is the lower. */
function lower<T>(levels: readonly T[], claimed: T, found: T): T {
  return levels.indexOf(found) > levels.indexOf(claimed) ? found : claimed;
}

/** A level below the plan's must have a reason that the policy can know about. */
function report(session: Session, checks: StageChecks, verdict: StepVerdict): void {
  const planned = session.plan?.tasks.find(({ id }) => id === verdict.stepId)?.assurance;
  const { stepId: step } = verdict;
  const title = 'assurance';
  if (planned === undefined) {
    checks.skip('BND-ASSURE-001', title, 'PLAN_UNAVAILABLE', { step });
    return;
  }
  const kept =
    integrityLevels.indexOf(verdict.integrity) <= integrityLevels.indexOf(planned.integrity) &&
    confidentialityLevels.indexOf(verdict.confidentiality) <=
      confidentialityLevels.indexOf(planned.confidentiality);
  const detail = {
    step,
    expected: `${planned.integrity}, ${planned.confidentiality}`,
    actual: `${verdict.integrity}, ${verdict.confidentiality}`,
  };
  if (verdict.simulated && !kept) checks.warn('BND-ASSURE-001', title, 'SIMULATED_HARDWARE', detail);
  else if (verdict.replayable && !kept) checks.warn('BND-ASSURE-001', title, 'REPLAY_NOT_RUN', detail);
  else checks.passIf(kept, 'BND-ASSURE-001', title, 'ASSURANCE_LOWERED', detail);
}
