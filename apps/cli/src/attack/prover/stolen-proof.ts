import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { parseStepPredicate, parseZkEvidence, readContainer, statementOf, type ZkEvidence } from '#evidence';
import type { TaskOutcome } from '#worker';

/** A valid proof that a run left behind, and the facts that were stated beside it. */
export interface StolenProof {
  readonly evidence: ZkEvidence;
  readonly public: JsonObject;
}

export function stolenProof(bundlePath: string): StolenProof {
  const bundle = parseJsonStrict(readFileSync(bundlePath));
  for (const step of isJsonObject(bundle) ? readContainer(bundle).steps : []) {
    const predicate = parseStepPredicate(statementOf(step).predicate);
    if (predicate.kind === 'zk.groth16')
      return { evidence: parseZkEvidence(predicate.evidence), public: predicate.public };
  }
  throw new Error('the bundle holds no proof');
}

/** As a prover hands it in. */
export function stolenEvidence({ evidence }: StolenProof): Pick<TaskOutcome, 'evidence' | 'blobs'> {
  const { proof, publicSignals, publicSignalMap, manifest, vkey } = evidence;
  return {
    evidence: {
      system: 'groth16',
      curve: 'bn254',
      ...{ manifest, vkey, proof },
      publicSignals: [...publicSignals],
      publicSignalMap: publicSignalMap.map(({ index, name, commitmentOf }) => ({
        index,
        name,
        ...(commitmentOf === null ? {} : { commitmentOf }),
      })),
    },
    blobs: [manifest, vkey],
  };
}
