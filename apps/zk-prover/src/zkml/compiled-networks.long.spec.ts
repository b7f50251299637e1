// SPDX-License-Identifier: GPL-3.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  canonicalBytes,
  commitmentField,
  commitPoseidon,
  digestOf,
  failedChecks,
  FIELD_MODULUS as r,
  toJson,
} from '#canonical';
import { evaluateNetwork, inputFields, type NetworkMode, networkCommitment } from '#inference';
import { verifyGroth16 } from '#proofs';
import { seededRandom } from '#samples';
import { type Circuit, circuitsFolder, loadCircuit } from '../circuit/circuit.js';
import type { CircuitInput } from '../pool/messages.js';
import { ProverPool } from '../pool/prover-pool.js';
import { buildNetwork, type NetworkSource, networkSource } from './build-network.js';
import { networkWitness } from './network-witness.js';
import { tinyArgmax, tinyThresholds } from './tiny-networks.fixture.js';

const cases = [
  ['argmax, model-in-vkey', tinyArgmax, 'model-in-vkey'],
  ['argmax, model-committed', tinyArgmax, 'model-committed'],
  ['thresholds, model-in-vkey', tinyThresholds, 'model-in-vkey'],
  ['thresholds, model-committed', tinyThresholds, 'model-committed'],
] as const;

const secrets = { inputSalt: 11n, modelSalt: 22n };
const context = (1n << 248n) - 1n;
const home = mkdtempSync(join(tmpdir(), 'sealflow-networks-'));
const pool = new ProverPool({ processes: 1 });

beforeAll(() => {
  // The witness program prints template lines for every refusal below.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterAll(async () => {
  await pool.close();
  rmSync(home, { recursive: true, force: true });
});

async function publicSignals(folder: string, input: CircuitInput): Promise<readonly bigint[]> {
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  const wasm = new Uint8Array(readFileSync(join(folder, 'circuit.wasm')));
  await snarkjs.wtns.calculate(input, wasm, out, { memorySize: 1 });
  return await snarkjs.wtns.exportJson(out);
}

describe.each(cases)('the compiled network (%s)', (name, bytes, mode: NetworkMode) => {
  const folder = join(home, name.replaceAll(/\W+/g, '-'));
  let source: NetworkSource;
  let circuit: Circuit;

  beforeAll(async () => {
    source = networkSource(bytes, mode, circuitsFolder());
    await buildNetwork(source, folder);
    circuit = loadCircuit(folder);
  });

  function expected(inputs: readonly number[]): readonly bigint[] {
    const { network } = source;
    return [
      commitmentField(commitPoseidon(inputFields(network, inputs), secrets.inputSalt)),
      ...(mode === 'model-committed'
        ? [commitmentField(networkCommitment(network.layers, secrets.modelSalt))]
        : []),
      BigInt(evaluateNetwork(network, inputs).index),
      context,
    ];
  }

  it('gives the public signals of the evaluator, at random inputs and at the ends of their range', async () => {
    const draw = seededRandom(`networks/${name}`);
    const drawn = Array.from({ length: 60 }, () => Array.from({ length: 3 }, () => draw.integer(-8, 100)));
    const corners = [-8, 100].flatMap((a) => [-8, 100].flatMap((b) => [-8, 100].map((c) => [a, b, c])));
    const seen = new Set<string>();
    for (const inputs of [...drawn, ...corners, [0, 0, 0]]) {
      const wires = await publicSignals(
        folder,
        networkWitness(source.network, mode, inputs, secrets, context),
      );
      const wanted = expected(inputs);
      expect(wires.slice(1, 1 + wanted.length)).toEqual(wanted);
      seen.add(evaluateNetwork(source.network, inputs).label);
    }
    // All words but the last of an argmax, which ties with the first: the lower index is the circuit's answer too.
    const { output } = source.network;
    expect([...seen].sort()).toEqual(
      (output.kind === 'argmax' ? output.values.slice(0, -1) : [...output.values]).sort(),
    );
  });

  it('has no witness for an input outside of its range', async () => {
    const honest = networkWitness(source.network, mode, [1, 2, 3], secrets, context);
    for (const value of [101n, r - 9n, 1n << 200n]) {
      await expect(publicSignals(folder, { ...honest, inputs: [1n, value, 3n] })).rejects.toThrow();
    }
  });

  it('is proved, and the strict verifier accepts the proof for these edges and this context alone', async () => {
    const inputs = [3, -5, 77];
    const { label } = evaluateNetwork(source.network, inputs);
    const input = networkWitness(source.network, mode, inputs, secrets, context);
    const made = await pool.prove(circuit, input, new AbortController().signal);
    expect(made.publicSignals.map(BigInt)).toEqual(expected(inputs));
    const expectation = {
      context,
      inputs: { features: commitPoseidon(inputFields(source.network, inputs), secrets.inputSalt) },
      outputs: { decision: digestOf(canonicalBytes(label)) },
      public: {
        decision: label,
        modelCommitment: networkCommitment(source.network.layers, secrets.modelSalt),
      },
    };
    const verify = (change: Partial<typeof expectation>, allowDev = true): readonly (string | null)[] =>
      failedChecks(
        verifyGroth16(
          {
            manifest: circuit.manifestBytes,
            vkey: circuit.vkeyBytes,
            proof: toJson(JSON.parse(made.proof)),
            publicSignals: [...made.publicSignals],
          },
          { ...expectation, ...change },
          { manifests: [circuit.manifestDigest], allowDev },
        ),
      ).map(({ reason }) => reason);
    expect(verify({})).toEqual([]);
    expect(verify({}, false)).toEqual(['KEY_STATE_DEV']);
    expect(verify({ context: 1n })).toEqual(['CONTEXT_MISMATCH']);
    expect(verify({ inputs: { features: commitPoseidon([1n], 1n) } })).toEqual(['EDGE_COMMITMENT_MISMATCH']);
    expect(verify({ outputs: { decision: digestOf(canonicalBytes('other')) } })).toEqual([
      'PUBLIC_VALUE_MISMATCH',
    ]);
  });

  if (mode === 'model-committed') {
    it('has no witness for a weight wider than its bits', async () => {
      const honest = networkWitness(source.network, mode, [1, 2, 3], secrets, context);
      const weights = honest['weights0'];
      if (!Array.isArray(weights)) throw new Error('no weights in the witness');
      await expect(
        publicSignals(folder, { ...honest, weights0: [16n, ...weights.slice(1)] }),
      ).rejects.toThrow();
    });
  }
});
