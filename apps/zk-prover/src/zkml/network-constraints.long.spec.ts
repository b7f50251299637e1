// SPDX-License-Identifier: GPL-3.0
import * as snarkjs from 'snarkjs';
import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS as r } from '#canonical';
import { seededRandom } from '#samples';
import { circuitsFolder } from '../circuit/circuit.js';
import type { CircuitInput } from '../pool/messages.js';
import { brokenConstraints, looseWires, unusedPublicWires } from '../r1cs/check-witness.js';
import { undeterminedWires } from '../r1cs/determinacy.js';
import { readR1cs } from '../r1cs/read-r1cs.js';
import { networkSource } from './build-network.js';
import { compileCircom } from './circom.js';
import { batchWitness, networkWitness } from './network-witness.js';
import { tinyArgmax, tinyThresholds } from './tiny-networks.fixture.js';

const random = seededRandom('networks/constraints');

function draw(): bigint {
  return Array.from({ length: 9 }, () => BigInt(random.integer(0, 2 ** 31 - 1))).reduce(
    (value, next) => ((value << 31n) + next) % r,
    0n,
  );
}

async function witnessOf(wasm: Uint8Array, input: CircuitInput): Promise<readonly bigint[]> {
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  await snarkjs.wtns.calculate(input, wasm, out, { memorySize: 1 });
  return await snarkjs.wtns.exportJson(out);
}

const secrets = { inputSalt: 11n, modelSalt: 22n };

describe.each([
  ['argmax of a committed model', tinyArgmax, 'model-committed'],
  ['thresholds of constant weights', tinyThresholds, 'model-in-vkey'],
] as const)('the constraints of a compiled network (%s)', (_, bytes, mode) => {
  const { network, circom, includes } = networkSource(bytes, mode, circuitsFolder());

  it('notice a change of any wire, use every public input and leave no choice', async () => {
    // The bits of a number are to be seen before they are substituted away.
    const { r1cs, wasm } = await compileCircom(circom, includes, ['--O1']);
    const system = readR1cs(r1cs);
    const witness = await witnessOf(wasm, networkWitness(network, mode, [3, -5, 77], secrets, 9n));
    expect(brokenConstraints(system, witness)).toEqual([]);
    expect(looseWires(system, witness, draw)).toEqual([]);
    expect(unusedPublicWires(system)).toEqual([]);
    expect(undeterminedWires(system)).toEqual([]);
  });
});

describe('the constraints of a batch', () => {
  const { network, circom, includes } = networkSource(tinyArgmax, 'model-committed', circuitsFolder(), 2);

  it('notice a change of any wire and use every public input', async () => {
    const { r1cs, wasm } = await compileCircom(circom, includes);
    const system = readR1cs(r1cs);
    const items = [
      [3, -5, 77],
      [100, 0, -8],
    ];
    const witness = await witnessOf(
      wasm,
      batchWitness(network, items, { inputSalts: [5n, 6n], modelSalt: 22n }, 9n),
    );
    expect(brokenConstraints(system, witness)).toEqual([]);
    expect(looseWires(system, witness, draw)).toEqual([]);
    expect(unusedPublicWires(system)).toEqual([]);
  });
});
