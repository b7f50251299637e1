import { isPagesAuthorize, isPagesConfirm } from '../bundle/references.js';
import { stepsWithFreshPages, stepsWithNotes } from './page-ledger.js';
import type { Session } from './session.js';
import type { StepVerdict } from './verdict.js';

/** What a reader must not conclude, in plain words. Fixed sentences first, then those that this run calls for. */
export function notProven(session: Session, steps: readonly StepVerdict[]): string[] {
  const has = (kind: string): boolean => steps.some((step) => step.kind.startsWith(kind));
  const lines = ['That what was handed in is true: inputs are committed, not verified.'];
  if (!session.options.expected) {
    lines.push(
      'That the client agreed to this plan and handed in these inputs: the bundle holds no signature of the client.',
    );
  }
  const simulated = steps.filter(
    (step) => step.simulated && !(step.kind === 'zk.groth16' && !usesSimulatedHardware(session, step.stepId)),
  );
  if (simulated.length > 0) {
    lines.push(
      `SIMULATED hardware: that the code of ${names(simulated)} was measured, or that its operator could not read what it saw.`,
    );
  }
  const dev = steps.filter(({ stepId }) => session.findings.get(stepId)?.devKeys === true);
  if (dev.length > 0) {
    lines.push(
      `SIMULATED (dev) circuit keys: that the statement of ${names(dev)} is true; whoever made the keys could forge the proof.`,
    );
  }
  if (has('zk.'))
    lines.push('That the committed model is a good or a fair one: the proof is about arithmetic.');
  if (showsGpu(session))
    lines.push('That the GPU sits in the host that the CPU quote speaks of: the measured software says so.');
  if (has('fhe.')) {
    lines.push(
      'That a ciphertext encrypts the amount that was decided: this rests on the key enclave that encrypted it.',
    );
    lines.push('The history of the ledger before the first state named here.');
  }
  if (steps.some(({ operation }) => isPagesConfirm(operation))) {
    lines.push(
      'That the batch carried the intent of this run, and what became of it there: the key enclave says so, which opened both; the additions of the batch move the money of others as well.',
    );
  }
  if (steps.some(({ operation }) => isPagesAuthorize(operation) || isPagesConfirm(operation))) {
    lines.push(
      'That amounts are hidden from everybody: the key enclave of the ledger opens each intent and sees payer, payee, amount and every balance; encryption hides them from operator, service and readers of this bundle.',
    );
    lines.push(
      'That no other batch was signed for the same version: two receipts of one version would show it, and only one is here.',
    );
  }
  if (steps.some(({ operation }) => operation === 'model.converse')) {
    lines.push(
      'That the tokens of each call were counted rightly and came from the weights that are named: the worker and the model server beside it say so.',
    );
  }
  const noted = stepsWithNotes(session);
  if (noted.length > 0) {
    lines.push(
      `That the notes which ${noted.join(', ')} used were there and unspent: a replay of the ledger from its founding on shows it, one bundle does not; that encrypted balances are those of the notes, which is the enclave's word; and, under circuit keys of state dev, that payers proved anything, since whoever made such keys can forge proofs.`,
    );
  }
  const fresh = stepsWithFreshPages(session);
  if (fresh.length > 0) {
    lines.push(
      `That pages which the key enclave encrypted afresh in ${fresh.join(', ')} hold what the pages before held: that is the enclave's word, no addition leads there.`,
    );
  }
  if (has('human'))
    lines.push("That the person named approved: whoever holds the approver's key could sign.");
  lines.push(
    'That no reader passed on what it could open, and that the operator lists all readers of the inputs.',
  );
  lines.push(timesOf(session));
  if (session.operatorOnlyLog) {
    lines.push(
      'That every reader is shown the same log: it is an operator-only log, no independent witness has cosigned it.',
    );
  }
  if (steps.some((step) => step.replayable))
    lines.push('That the FHE additions were right: they were not run again here.');
  return lines;
}

/** An anchor says that the run was over by then; nothing says when it began. */
function timesOf({ asOf }: Session): string {
  if (asOf.source === 'timestamp' || asOf.source === 'witness')
    return `When the run took place: it was over by ${asOf.time}; every earlier time is the word of operator and executors.`;
  return 'When the run took place: no timestamp authority vouches for it; times are those of operator and executors.';
}

/** What could have been looked at with more at hand. */
export function notChecked(session: Session, steps: readonly StepVerdict[]): string[] {
  const lines: string[] = [];
  const replayable = steps.filter((step) => step.replayable);
  if (replayable.length > 0)
    lines.push(
      `FHE replay of ${names(replayable)}: needs an FHE engine and the ciphertexts (sealflow ciphertexts, verify --ciphertexts).`,
    );
  if (lacksCollateral(session))
    lines.push('Revocation of hardware keys: evidence in the bundle carries no collateral.');
  return lines;
}

/** A hardware root without vendor data has failed already; simulated hardware has no vendor. */
function lacksCollateral(session: Session): boolean {
  return session.steps.some(({ evidence }) => {
    if (evidence.by === 'human') return false;
    return session.appraisal(evidence.evidence.package)?.collateral.length === 0;
  });
}

function usesSimulatedHardware(session: Session, stepId: string): boolean {
  const evidence = session.step(stepId)?.evidence;
  if (evidence === undefined || evidence.by === 'human') return false;
  return session.appraisal(evidence.evidence.package)?.level === 'SIMULATED';
}

function showsGpu(session: Session): boolean {
  return session.steps.some(
    ({ evidence }) =>
      evidence.by !== 'human' && (session.appraisal(evidence.evidence.package)?.claims.gpus.length ?? 0) > 0,
  );
}

function names(steps: readonly StepVerdict[]): string {
  return steps.map(({ stepId }) => stepId).join(', ');
}
