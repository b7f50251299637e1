import { type Check, canonicalBytes, contextField, type Digest, sha256, u32be, utf8 } from '#canonical';
import { type Groth16Claim, verifyGroth16, verifyGroth16Batch } from '#proofs';
import { blobMediaTypes } from '../bundle/media-types.js';
import { hiddenMembers } from '../disclosure/sd-names.js';
import type { EdgeCommitment } from '../statements/step.js';
import type { Session, StepView } from './session.js';

/**
 * The checks of every proof of a bundle that can be judged, the pairing check shared where there are several.
 *
 * A verdict must be the same for everybody, so the weights of the batch are drawn from the signed statements, which
 * name every byte of proofs, signals and keys: who wants weights that suit two false proofs has to try 2^128 of them.
 */
export function verifyProofs(
  session: Pick<Session, 'steps' | 'root' | 'trust' | 'blob'>,
): ReadonlyMap<StepView, readonly Check[]> {
  const claims = session.steps.flatMap((step) => {
    const claim = claimOf(session, step);
    return claim === null ? [] : [{ step, claim }];
  });
  const policy = session.trust.circuits;
  const [first] = claims;
  if (claims.length === 1 && first !== undefined) {
    const { evidence, expectation } = first.claim;
    return new Map([[first.step, verifyGroth16(evidence, expectation, policy)]]);
  }
  const weights = drawnFrom(claims.map(({ step }) => step.envelope.digest));
  const found = verifyGroth16Batch(
    claims.map(({ claim }) => claim),
    policy,
    weights,
  );
  return new Map(claims.map(({ step }, index) => [step, found[index] ?? []]));
}

/** Null when a part is not here, or withheld: that is said elsewhere. */
function claimOf(session: Pick<Session, 'root' | 'blob'>, step: StepView): Groth16Claim | null {
  const { predicate, evidence } = step;
  if (evidence.by !== 'zk' || hiddenMembers(predicate.public) > 0) return null;
  const { manifest, vkey, proof, publicSignals } = evidence.evidence;
  const manifestBytes = session.blob(manifest, blobMediaTypes.circuitManifest);
  const vkeyBytes = session.blob(vkey, blobMediaTypes.verificationKey);
  if (manifestBytes === null || vkeyBytes === null) return null;
  return {
    evidence: { manifest: manifestBytes, vkey: vkeyBytes, proof, publicSignals },
    expectation: {
      // From the root, not from the step: a step of another run must not bring its own context along.
      context: proofContext(session.root.runId, predicate.stepId, session.root.planDigest),
      inputs: byPort(predicate.inputs, ({ commitment }) => commitment),
      outputs: byPort(predicate.outputs, ({ commitment }) => commitment),
      public: predicate.public,
    },
  };
}

/**
 * The field element that ties a proof to one task of one run under one plan. A proof for another run, task or plan
 * carries another one.
 */
export function proofContext(runId: string, taskId: string, planDigest: Digest): bigint {
  return contextField(sha256(canonicalBytes({ v: 'sealflow/context/v1', runId, taskId, planDigest })));
}

export function byPort<T>(
  edges: readonly EdgeCommitment[],
  read: (edge: EdgeCommitment) => T,
): Record<string, T> {
  return Object.fromEntries(edges.map((edge) => [edge.port, read(edge)]));
}

function drawnFrom(statements: readonly Digest[]): (count: number) => Uint8Array {
  const seed = sha256(utf8(`sealflow/batch-weights/v1 ${statements.join(' ')}`));
  let drawn = 0;
  return (count) => {
    drawn += 1;
    return sha256(seed, u32be(drawn)).subarray(0, count);
  };
}
