import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  canonicalBytes,
  commitPoseidon,
  contextField,
  digestOf,
  fromUtf8,
  type Json,
  poseidonCommitment,
  sha256,
  utf8,
} from '#canonical';
import {
  type CircuitPolicy,
  encodeManifest,
  type Groth16Claim,
  proveByTrapdoor,
  sampleManifest,
  trapdoorKey,
  verifyGroth16,
  verifyGroth16Batch,
} from '#proofs';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type Figure, median } from './figures.js';

const SINGLES = 40;
const BATCHES = 7;
const BATCH = 100;
const WARM_UP = 10;

const key = trapdoorKey(11n, 5);
const manifest = encodeManifest(sampleManifest(key.vkey, {}));
const policy: CircuitPolicy = { manifests: [digestOf(manifest)], allowDev: true };
const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

/**
 * Verification of Groth16 proofs with five public signals, four of them a field element wide, as the scorecard has
 * them. The key is one with a known trapdoor: that makes proofs at once, and costs a verifier what any key costs it.
 */
export function measureProofs(): Figure[] {
  const claims = Array.from({ length: BATCH }, (_, index) => claim(index));
  const [first] = claims;
  if (first === undefined) return [];
  const single = measured(SINGLES, WARM_UP, () => {
    accept(verifyGroth16(first.evidence, first.expectation, policy).map(({ result }) => result));
  });
  const batch = measured(BATCHES, 1, () => {
    for (const checks of verifyGroth16Batch(claims, policy, random))
      accept(checks.map(({ result }) => result));
  });
  const spoilt = claims.map((one, index) =>
    index === BATCH - 1 ? { ...one, evidence: other(one, claims) } : one,
  );
  const oneBad = measured(3, 0, () => {
    const found = verifyGroth16Batch(spoilt, policy, random).map((checks) =>
      checks.some(({ reason }) => reason === 'PROOF_INVALID'),
    );
    if (found.indexOf(true) !== BATCH - 1 || found.filter(Boolean).length !== 1)
      throw new Error('the bad proof of a batch was not named');
  });
  const peer = snarkjsTimes(first.evidence);
  return [
    {
      name: 'strict verification of a proof, warm',
      value: single,
      unit: 'ms',
      target: 60,
      samples: SINGLES,
      note: 'manifest, key, points, subgroup, pairing, ties to the run',
    },
    {
      name: `strict verification in a batch of ${BATCH}, a proof`,
      value: batch / BATCH,
      unit: 'ms',
      target: 12,
      samples: BATCHES,
      note: 'every point checked for itself, one pairing check',
    },
    {
      name: `the same with one bad proof, a proof`,
      value: oneBad / BATCH,
      unit: 'ms',
      samples: 3,
      note: 'found and named by halving',
    },
    {
      name: 'peer: snarkjs groth16.verify, warm',
      value: peer,
      unit: 'ms',
      samples: SINGLES,
      note: 'WASM; key and points read, nothing of manifest, subgroup of B and run',
    },
  ];
}

function claim(index: number): Groth16Claim {
  const features = commitPoseidon([BigInt(index), 2n], 3n);
  const limit = commitPoseidon([4n, BigInt(index)], 6n);
  const model = poseidonCommitment(BigInt(index) ** 35n + 7n);
  const context = contextField(sha256(utf8(`run ${index}`)));
  const field = (commitment: string): bigint => BigInt(`0x${commitment.slice(-64)}`);
  const signals = [field(features), field(model), 2n, field(limit), context];
  return {
    evidence: {
      manifest,
      vkey: key.vkey,
      proof: proveByTrapdoor(key, signals),
      publicSignals: signals.map(String),
    },
    expectation: {
      context,
      inputs: { features },
      outputs: { decision: digestOf(canonicalBytes('approve')), limit },
      public: { decision: 'approve', modelCommitment: model },
    },
  };
}

/** The evidence of a claim with the proof of another. */
function other({ evidence }: Groth16Claim, claims: readonly Groth16Claim[]): Groth16Claim['evidence'] {
  return { ...evidence, proof: claims[0]?.evidence.proof ?? null };
}

function accept(results: readonly string[]): void {
  if (results.some((result) => result === 'fail' || result === 'error'))
    throw new Error('an honest proof failed');
}

function measured(rounds: number, warmUp: number, work: () => void): number {
  const times: number[] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const startMs = performance.now();
    work();
    if (round >= warmUp) times.push(performance.now() - startMs);
  }
  return median(times);
}

/** Milliseconds of one verification by the peer, in a process of its own. */
export function snarkjsTimes(
  evidence: Pick<Groth16Claim['evidence'], 'vkey' | 'publicSignals' | 'proof'>,
): number {
  const question: { readonly [name: string]: Json } = {
    vkey: JSON.parse(fromUtf8(evidence.vkey)) as Json,
    publicSignals: evidence.publicSignals,
    proof: evidence.proof,
    rounds: WARM_UP + SINGLES,
  };
  const program = join(projectRoot, 'dist/apps/zk-prover/src/registry/snarkjs-verify.js');
  const run = spawnSync(process.execPath, [program], { input: JSON.stringify(question), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`snarkjs verify ended ${run.status}: ${run.stderr}`);
  return median((JSON.parse(run.stdout) as number[]).slice(WARM_UP));
}
