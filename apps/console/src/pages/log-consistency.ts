import { fromBase64, verifyConsistency } from '#canonical';

/** What the server answers for two sizes: hashes as base64. */
export interface ConsistencyProof {
  readonly path?: readonly string[];
  readonly fromRoot?: string;
  readonly toRoot?: string;
}

/** Whether the smaller log is the beginning of the larger one, by the proof alone. What is malformed proves nothing. */
export function isConsistent(from: string, to: string, proof: ConsistencyProof): boolean {
  const { path = [], fromRoot = '', toRoot = '' } = proof;
  try {
    return verifyConsistency({
      oldSize: Number(from),
      newSize: Number(to),
      oldRoot: fromBase64(fromRoot),
      newRoot: fromBase64(toRoot),
      path: path.map((hash) => fromBase64(hash)),
    });
  } catch {
    return false;
  }
}
