import { type Digest, digestOf, isDigest } from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import type { StepPredicate } from '../statements/step.js';
import type { FheEvidence, FheOp } from '../statements/step-evidence.js';
import { pageOperands } from './page-ledger.js';
import type { Replay, Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * The FHE service holds no key and is trusted with nothing that cannot be run again. Its transcript is checked to lead
 * from the step's inputs to its outputs; with the ciphertexts at hand, whoever keeps them, it is run again, bit for bit.
 */

const arity: Readonly<Record<string, number>> = { add: 2 };

export async function checkFheEvidence(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  evidence: FheEvidence,
): Promise<void> {
  const holds = checkTranscript(session, checks, step, evidence.ops);
  const { replay } = session.options;
  const about = { step: step.stepId };
  const id = 'BND-FHE-002';
  if (evidence.ops.length === 0) {
    // An opening passes its pages on: that the digests are the same is all there is to run again.
    session.findingsOf(step.stepId).replayed = holds;
    checks.pass(id, 'replay: nothing was added', about);
    return;
  }
  if (replay === null || !evidence.replay.deterministic) {
    checks.skip(id, 'replay', 'REPLAY_NOT_RUN', {
      ...about,
      actual: 'this verifier was given no FHE engine',
    });
    return;
  }
  if (evidence.ops.length > session.replaysLeft) {
    const actual = `${evidence.ops.length} operations, and so many of one run are not run again`;
    checks.skip(id, 'replay', 'REPLAY_NOT_RUN', { ...about, actual });
    return;
  }
  session.replaysLeft -= evidence.ops.length;
  const why = new Set<string>();
  let same = true;
  for (const op of evidence.ops) {
    const again = await runAgain(session, checks, step, { ...evidence, op, replay });
    if (again.why !== null) why.add(again.why);
    else {
      const detail = { ...about, expected: op.out, actual: again.out };
      same = checks.passIf(again.out === op.out, id, 'replay', 'REPLAY_MISMATCH', detail) && same;
    }
  }
  if (why.size === 0) session.findingsOf(step.stepId).replayed = same;
  else checks.skip(id, 'replay', 'REPLAY_NOT_RUN', { ...about, actual: [...why].join('; ') });
}

/** Either what came out, or why it was not run. */
type Again = { readonly out: string; readonly why: null } | { readonly why: string };

async function runAgain(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  { op, library, paramsId, replay }: Omit<FheEvidence, 'replay'> & { op: FheOp; replay: Replay },
): Promise<Again> {
  const inputs: Uint8Array[] = [];
  for (const digest of op.in) {
    const bytes = ciphertextOf(session, checks, step, digest);
    if (bytes !== null) inputs.push(bytes);
  }
  if (inputs.length !== op.in.length) return { why: 'ciphertexts are missing' };
  try {
    const made = await replay({ op: op.op, library, paramsId, inputs });
    return made === null
      ? { why: `needs the engine ${library.name} ${library.version} with the parameters of the step` }
      : { out: digestOf(made), why: null };
  } catch {
    // Hostile ciphertexts may make the engine throw; that is a mismatch, not a fault of the verifier.
    return { out: 'the engine refused the ciphertexts', why: null };
  }
}

/** What was handed in under a digest that it has not is refused; it says nothing about the step. */
function ciphertextOf(
  session: Session,
  checks: StageChecks,
  { stepId }: StepPredicate,
  digest: Digest,
): Uint8Array | null {
  const carried = session.blob(digest, blobMediaTypes.ciphertext);
  if (carried !== null) return carried;
  const given = session.options.ciphertext?.(digest) ?? null;
  if (given === null) return null;
  const actual = digestOf(given);
  if (actual === digest) return given;
  const title = `ciphertext that was handed in for ${stepId}`;
  checks.fail('BND-FHE-003', title, 'CIPHERTEXT_DIGEST_MISMATCH', { expected: digest, actual });
  return null;
}

function checkTranscript(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  ops: readonly FheOp[],
): boolean {
  const inputs = step.inputs.map(({ commitment }) => commitment);
  // Pages of a ledger of pages are no edges: the receipt that is one names them.
  const known = new Set<string>([...inputs, ...pageOperands(session, step)]);
  let holds = true;
  const fail = (expected: string, actual: string): void => {
    holds = false;
    checks.fail('BND-FHE-001', 'transcript', 'FHE_TRANSCRIPT_MISMATCH', {
      step: step.stepId,
      expected,
      actual,
    });
  };
  for (const { op, in: operands, out } of ops) {
    if (!Object.hasOwn(arity, op)) fail('a known operation', op);
    else if (arity[op] !== operands.length) fail(`${arity[op]} operands of ${op}`, `${operands.length}`);
    const stranger = operands.find((digest) => !known.has(digest));
    if (stranger !== undefined) fail('operands that are inputs or earlier results', stranger);
    known.add(out);
  }
  const lost = step.outputs.find(({ commitment }) => isDigest(commitment) && !known.has(commitment));
  if (lost !== undefined) fail('outputs that the transcript leads to', lost.edge);
  if (holds) checks.pass('BND-FHE-001', `transcript of ${ops.length} operations`, { step: step.stepId });
  return holds;
}
