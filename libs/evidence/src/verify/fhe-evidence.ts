import { digestOf, isDigest } from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import type { StepPredicate } from '../statements/step.js';
import type { FheEvidence, FheOp } from '../statements/step-evidence.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * The FHE service holds no key and is trusted with nothing that cannot be run again. Its transcript is checked to lead
 * from the step's inputs to its outputs; with the ciphertexts at hand it is run again, bit for bit.
 */

const arity: Readonly<Record<string, number>> = { add: 2 };

export async function checkFheEvidence(
  session: Session,
  checks: StageChecks,
  step: StepPredicate,
  evidence: FheEvidence,
): Promise<void> {
  const holds = checkTranscript(checks, step, evidence.ops);
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
  let missing = 0;
  let same = true;
  for (const { op, in: inputs, out } of evidence.ops) {
    const bytes = inputs.map((digest) => session.blob(digest, blobMediaTypes.ciphertext));
    const known = bytes.filter((input) => input !== null);
    if (known.length !== inputs.length) {
      missing += 1;
      continue;
    }
    const actual = await replayed(() => replay({ op, paramsId: evidence.paramsId, inputs: known }));
    same =
      checks.passIf(actual === out, id, 'replay', 'REPLAY_MISMATCH', {
        ...about,
        expected: out,
        actual,
      }) && same;
  }
  if (missing > 0) {
    checks.skip(id, 'replay', 'REPLAY_NOT_RUN', {
      ...about,
      actual: `ciphertexts of ${missing} operations are not in the bundle`,
    });
  } else session.findingsOf(step.stepId).replayed = same;
}

/** Hostile ciphertexts may make the engine throw; that is a mismatch, not a fault of the verifier. */
async function replayed(run: () => Promise<Uint8Array> | Uint8Array): Promise<string> {
  try {
    return digestOf(await run());
  } catch {
    return 'the engine refused the ciphertexts';
  }
}

function checkTranscript(checks: StageChecks, step: StepPredicate, ops: readonly FheOp[]): boolean {
  const known = new Set<string>(step.inputs.map(({ commitment }) => commitment));
  let holds = true;
  const fail = (expected: string, actual: string): void => {
    holds = false;
    checks.fail('BND-FHE-001', 'transcript', 'FHE_TRANSCRIPT_MISMATCH', {
      step: step.stepId,
      expected,
      actual,
    });
  };
  for (const { op, in: inputs, out } of ops) {
    if (!Object.hasOwn(arity, op)) fail('a known operation', op);
    else if (arity[op] !== inputs.length) fail(`${arity[op]} operands of ${op}`, `${inputs.length}`);
    const stranger = inputs.find((digest) => !known.has(digest));
    if (stranger !== undefined) fail('operands that are inputs or earlier results', stranger);
    known.add(out);
  }
  const lost = step.outputs.find(({ commitment }) => isDigest(commitment) && !known.has(commitment));
  if (lost !== undefined) fail('outputs that the transcript leads to', lost.edge);
  if (holds) checks.pass('BND-FHE-001', `transcript of ${ops.length} operations`, { step: step.stepId });
  return holds;
}
