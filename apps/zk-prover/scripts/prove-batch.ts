// SPDX-License-Identifier: GPL-3.0
/**
 * Proves one batch of pictures under the committed digit classifier by Freivalds' check, verifies the proof strictly,
 * and shows that it holds for no other order of the pictures. Prints size, times and memory.
 *
 *   npm run build && node dist/apps/zk-prover/scripts/prove-batch.js <folder> [--items 16]
 *
 * `folder` gets the circuit, about 190 MB, unless it has one. Not part of any test: keys and proof of a domain of 2^18
 * take minutes of two cores and more memory than a prover gives to one proof by default.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Commitment, canonicalBytes, commitPoseidon, digestOf, failedChecks, toJson } from '#canonical';
import { evaluateNetwork, inputFields, networkCommitment } from '#inference';
import { verifyGroth16 } from '#proofs';
import { takeDigits } from '../networks/digits/draw-digits.js';
import { circuitsFolder, loadCircuit, networksFolder } from '../src/circuit/circuit.js';
import { ProverPool } from '../src/pool/prover-pool.js';
import { buildNetwork, networkSource } from '../src/zkml/build-network.js';
import { batchWitness } from '../src/zkml/network-witness.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { items: { type: 'string', default: '16' } },
});
const [folder = ''] = positionals;
const items = Number(values.items);
if (folder === '' || !Number.isInteger(items)) throw new Error('expected <folder> [--items 2..31]');

const seconds = (sinceMs: number): string => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
const bytes = new Uint8Array(readFileSync(join(networksFolder(), 'digits/network.json')));
const source = networkSource(bytes, 'model-committed', circuitsFolder(), items);
const { network } = source;
if (!existsSync(join(folder, 'manifest.json'))) {
  const startMs = performance.now();
  await buildNetwork(source, folder);
  console.log(`compiled, keys made: ${seconds(startMs)}`);
}
const circuit = loadCircuit(folder);
const { constraints, domainPower } = circuit.manifest.size;
console.log(`${circuit.manifest.name}: ${constraints} constraints, domain 2^${domainPower}`);

const pictures = takeDigits('digits/1/batch', items).map(({ inputs }) => inputs);
const labels = pictures.map((inputs) => evaluateNetwork(network, inputs).label);
const secrets = { inputSalts: pictures.map((_, index) => BigInt(index) + 5n), modelSalt: 22n };
const commitments = pictures.map((inputs, index) =>
  commitPoseidon(inputFields(network, inputs), secrets.inputSalts[index] ?? 0n),
);
const numbered = <T>(name: string, all: readonly T[]): Record<string, T> =>
  Object.fromEntries(all.map((value, index) => [`${name}${index + 1}`, value]));
const expectationOf = (inputs: readonly Commitment[]) => ({
  context: 99n,
  inputs: numbered('features', inputs),
  outputs: numbered(
    'decision',
    labels.map((label) => digestOf(canonicalBytes(label))),
  ),
  public: {
    ...numbered('decision', labels),
    modelCommitment: networkCommitment(network.layers, secrets.modelSalt),
  },
});

await using pool = new ProverPool({
  backend: { name: 'groth16-snarkjs', threads: 'each-core' },
  memoryMiBMax: 4_096,
  deadlineMs: 600_000,
});
const input = batchWitness(network, pictures, secrets, 99n);
const { signal } = new AbortController();
const startMs = performance.now();
const made = await pool.prove(circuit, input, signal, { expectation: expectationOf(commitments) });
console.log(
  `proved: ${seconds(startMs)} (witness ${made.witnessMs} ms, proof ${made.proveMs} ms, verification ${made.verifyMs} ms), ${made.rssMiB} MiB`,
);

const failures = (inputs: readonly Commitment[]): readonly (string | null)[] =>
  failedChecks(
    verifyGroth16(
      {
        manifest: circuit.manifestBytes,
        vkey: circuit.vkeyBytes,
        proof: toJson(JSON.parse(made.proof)),
        publicSignals: [...made.publicSignals],
      },
      expectationOf(inputs),
      { manifests: [circuit.manifestDigest], allowDev: true },
    ),
  ).map(({ reason }) => reason);
const honest = failures(commitments);
const swapped = failures([...commitments].reverse());
console.log(`verified: ${honest.length === 0 ? 'holds' : honest.join(', ')}`);
console.log(`of pictures in another order: ${[...new Set(swapped)].join(', ') || 'HOLDS'}`);
if (honest.length > 0 || swapped.length === 0) process.exitCode = 1;
