import type { Digest, JsonObject } from '#canonical';
import { FieldReader } from '../field-reader.js';
import type { StepPredicate } from './step.js';

/** The `evidence` member of a step predicate, by kind. `package` names the evidence package blob of the executor. */

export interface TeeEvidence {
  readonly platform: string;
  readonly package: Digest;
}

export interface SignalMeaning {
  readonly index: number;
  readonly name: string;
  /** The edge whose commitment this public signal equals. */
  readonly commitmentOf: string | null;
}

export interface ZkEvidence {
  readonly package: Digest;
  readonly system: 'groth16';
  readonly curve: 'bn254';
  /** Blob of the circuit manifest. */
  readonly manifest: Digest;
  /** Blob of the verification key. */
  readonly vkey: Digest;
  /** snarkjs form; judged by the strict verifier, not here. */
  readonly proof: JsonObject;
  readonly publicSignals: readonly string[];
  readonly publicSignalMap: readonly SignalMeaning[];
}

export interface FheOp {
  readonly op: string;
  readonly in: readonly Digest[];
  readonly out: Digest;
}

export interface FheEvidence {
  readonly package: Digest;
  readonly scheme: 'BFV';
  readonly library: { readonly name: string; readonly version: string };
  readonly params: JsonObject;
  readonly paramsId: string;
  readonly ops: readonly FheOp[];
  readonly replay: { readonly deterministic: boolean };
}

export interface HumanEvidence {
  /** null when withheld. */
  readonly reviewer: string | null;
  readonly role: string;
  /** null when withheld. */
  readonly decision: string | null;
  readonly reasonCommitment: string;
}

const signalsMax = 64;
const opsMax = 256;

export function parseTeeEvidence(evidence: JsonObject): TeeEvidence {
  const reader = new FieldReader(evidence, 'step.evidence', 'STATEMENT_MALFORMED');
  return { platform: reader.nonEmpty('platform', 64), package: reader.digest('package') };
}

export function parseZkEvidence(evidence: JsonObject): ZkEvidence {
  const reader = new FieldReader(evidence, 'step.evidence', 'STATEMENT_MALFORMED');
  return {
    package: reader.digest('package'),
    system: reader.oneOf('system', ['groth16']),
    curve: reader.oneOf('curve', ['bn254']),
    manifest: reader.digest('manifest'),
    vkey: reader.digest('vkey'),
    proof: reader.object('proof'),
    publicSignals: reader.texts('publicSignals', signalsMax),
    publicSignalMap: reader.readers('publicSignalMap', signalsMax).map((entry) => ({
      index: entry.integer('index', { max: signalsMax - 1 }),
      name: entry.nonEmpty('name', 128),
      commitmentOf: entry.has('commitmentOf') ? entry.nonEmpty('commitmentOf', 512) : null,
    })),
  };
}

export function parseFheEvidence(evidence: JsonObject): FheEvidence {
  const reader = new FieldReader(evidence, 'step.evidence', 'STATEMENT_MALFORMED');
  const library = reader.reader('library');
  return {
    package: reader.digest('package'),
    scheme: reader.oneOf('scheme', ['BFV']),
    library: { name: library.nonEmpty('name', 64), version: library.nonEmpty('version', 64) },
    params: reader.object('params'),
    paramsId: reader.nonEmpty('paramsId', 256),
    ops: reader.readers('ops', opsMax).map((entry) => ({
      op: entry.nonEmpty('op', 32),
      in: entry.digests('in', 8),
      out: entry.digest('out'),
    })),
    replay: { deterministic: reader.reader('replay').flag('deterministic') },
  };
}

export function parseHumanEvidence(evidence: JsonObject): HumanEvidence {
  const reader = new FieldReader(evidence, 'step.evidence', 'STATEMENT_MALFORMED');
  return {
    reviewer: reader.disclosable('reviewer', () => reader.nonEmpty('reviewer', 256)),
    role: reader.nonEmpty('role', 128),
    decision: reader.disclosable('decision', () => reader.nonEmpty('decision', 64)),
    reasonCommitment: reader.commitment('reasonCommitment'),
  };
}

export type StepEvidence =
  | { readonly by: 'tee'; readonly evidence: TeeEvidence }
  | { readonly by: 'zk'; readonly evidence: ZkEvidence }
  | { readonly by: 'fhe'; readonly evidence: FheEvidence }
  | { readonly by: 'human'; readonly evidence: HumanEvidence };

/** Reads the evidence member as the kind of the step says. Raises `STATEMENT_MALFORMED`. */
export function parseStepEvidence({
  kind,
  evidence,
}: Pick<StepPredicate, 'kind' | 'evidence'>): StepEvidence {
  switch (kind) {
    case 'zk.groth16':
      return { by: 'zk', evidence: parseZkEvidence(evidence) };
    case 'fhe.bfv':
      return { by: 'fhe', evidence: parseFheEvidence(evidence) };
    case 'human':
      return { by: 'human', evidence: parseHumanEvidence(evidence) };
    default:
      return { by: 'tee', evidence: parseTeeEvidence(evidence) };
  }
}

/** The evidence package of the executor; a human has none. */
export function packageOf(step: StepEvidence): Digest | null {
  return step.by === 'human' ? null : step.evidence.package;
}
