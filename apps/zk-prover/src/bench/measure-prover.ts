// SPDX-License-Identifier: GPL-3.0
/**
 * Measures the proving service beside plain snarkjs calls, in turns, so that both see the same load of the machine.
 * Prints one JSON line. The process plays the front: what its event loop misses is what callers of the service miss.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Circuit, loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import type { CircuitInput } from '../pool/messages.js';
import { readPoolConfig } from '../pool/pool-config.js';
import { ProverPool } from '../pool/prover-pool.js';
import { parseModel } from '../scorecard/model.js';
import { buildWitness } from '../scorecard/witness.js';
import { ownerOf } from '../transfer/evaluate.js';
import { transferWitness } from '../transfer/runtime.js';

export interface ProverMeasurement {
  readonly circuits: readonly {
    readonly name: string;
    readonly constraints: number;
    readonly bareMs: readonly number[];
    /** Queue, witness, proof, verification, channel. */
    readonly serviceMs: readonly number[];
    readonly verifyMs: readonly number[];
  }[];
  /** Of the front, while the service made the proofs above. */
  readonly frontDelayP99Ms: number;
  /** Resident size of the one child after each of many proofs. */
  readonly childRssMiB: readonly number[];
}

interface Sample {
  readonly circuit: Circuit;
  readonly input: CircuitInput;
}

const WARM_UP = 3;
const BLOCKS = 4;
const BLOCK = 6;
const NS_PER_MS = 1e6;
const never = new AbortController().signal;

const bare = fork(new URL('./bare-snarkjs.js', import.meta.url), {
  serialization: 'advanced',
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});

function bareProof({ circuit: { files }, input }: Sample): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the bare prover ended'));
    bare.once('exit', ended);
    bare.once('message', (ms) => {
      bare.off('exit', ended);
      resolve(Number(ms));
    });
    bare.send({ files, input });
  });
}

function scorecard(): Sample {
  const folder = shippedArtifacts('scorecard');
  const model = parseModel(readFileSync(join(folder, 'model.json')));
  const applicant = {
    ...{ checking: 4, duration: 12, history: 4, savings: 1, employment: 4, guarantors: 1, otherPlans: 3 },
    ...{ amount: 2_096, rate: 2, incomeBand: 2, consistent: 1 },
  };
  const input = buildWitness(applicant, model, { featuresSalt: 1n, limitSalt: 2n }, 3n);
  return { circuit: loadCircuit(folder), input };
}

function transfer(): Sample {
  const [asset, spendKey] = [840n, 12_345n];
  const balance = { asset, amount: 100_000n, owner: ownerOf(spendKey) };
  const order = { asset, amount: 72_500n, recipient: 6_789n, spendKey };
  const salts = { balance: 1n, order: 2n, rest: 3n, payment: 4n };
  const circuit = loadCircuit(shippedArtifacts('transfer'));
  return { circuit, input: transferWitness(balance, order, salts, 5n) };
}

/** @param many proofs in a row by one child, of the smallest circuit */
async function measure(samples: readonly Sample[], many: number): Promise<ProverMeasurement> {
  // One child throughout: recycling would hide what it does not give back.
  await using pool = new ProverPool({
    ...readPoolConfig(process.env),
    proofsPerProcessMax: Number.POSITIVE_INFINITY,
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const circuits: ProverMeasurement['circuits'][number][] = [];
  for (const sample of samples) {
    const bareMs: number[] = [];
    const serviceMs: number[] = [];
    const verifyMs: number[] = [];
    for (let count = 0; count < WARM_UP; count += 1) {
      await bareProof(sample);
      await pool.prove(sample.circuit, sample.input, never);
    }
    for (let block = 0; block < BLOCKS; block += 1) {
      for (let count = 0; count < BLOCK; count += 1) bareMs.push(await bareProof(sample));
      delay.enable();
      for (let count = 0; count < BLOCK; count += 1) {
        const startMs = performance.now();
        const made = await pool.prove(sample.circuit, sample.input, never);
        serviceMs.push(performance.now() - startMs);
        verifyMs.push(made.verifyMs);
      }
      delay.disable();
    }
    const { name, size } = sample.circuit.manifest;
    circuits.push({ name, constraints: size.constraints, bareMs, serviceMs, verifyMs });
  }
  const childRssMiB: number[] = [];
  const [smallest] = [...samples].sort(
    (left, right) => left.circuit.manifest.size.constraints - right.circuit.manifest.size.constraints,
  );
  for (let count = 0; count < many && smallest !== undefined; count += 1)
    childRssMiB.push((await pool.prove(smallest.circuit, smallest.input, never)).rssMiB);
  return {
    circuits,
    frontDelayP99Ms: delay.percentile(99) / NS_PER_MS,
    childRssMiB,
  };
}

const measured = await measure([transfer(), scorecard()], Number(process.argv[2] ?? 1_000));
process.stdout.write(`${JSON.stringify(measured)}\n`);
bare.disconnect();
