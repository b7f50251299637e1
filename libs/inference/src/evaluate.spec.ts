import { describe, expect, it } from 'vitest';
import { commitmentField, commitPoseidon, FIELD_MODULUS, poseidon, utf8 } from '#canonical';
import { seededRandom } from '#samples';
import { inputFields, networkCommitment, parseInputFields, slotsOf } from './commitment.js';
import { evaluateNetwork } from './evaluate.js';
import { InferenceError } from './inference-error.js';
import { type DenseLayer, type Network, parseNetwork } from './network.js';
import { smallNetwork } from './small-network.fixture.js';

const network = parseNetwork(utf8(JSON.stringify(smallNetwork)));

/** The definition once more, in integers that cannot round. */
function reference({ layers }: Network, inputs: readonly number[]): readonly bigint[] {
  return layers.reduce<readonly bigint[]>((values, layer: DenseLayer) => {
    const sums = layer.bias.map((bias, unit) =>
      (layer.weights[unit] ?? []).reduce(
        (sum, weight, index) => sum + BigInt(weight) * (values[index] ?? 0n),
        BigInt(bias),
      ),
    );
    if (!layer.relu) return sums;
    return sums.map((sum) => (sum > 0n ? sum >> BigInt(layer.shift) : 0n));
  }, inputs.map(BigInt));
}

function layer(weights: number[][], bias: number[], relu: boolean, shift: number): DenseLayer {
  return { weights, bias, weightBits: 16, biasBits: 32, relu, shift };
}

describe('the evaluator', () => {
  it('refuses inputs of another number or outside of their range, and names the place and no value', () => {
    const refused = (inputs: readonly number[]): string => {
      try {
        evaluateNetwork(network, inputs);
        return 'accepted';
      } catch (error) {
        return error instanceof InferenceError ? `${error.code} ${error.message}` : 'another error';
      }
    };
    expect(refused([1, 101, 0])).toBe('INPUT_OUT_OF_RANGE input x[1]: expected an integer from -8 to 100');
    expect(refused([1, 2, 2])).toBe('INPUT_OUT_OF_RANGE input flag: expected an integer from 0 to 1');
    expect(refused([1, 2])).toBe('INPUT_OUT_OF_RANGE input flag: expected an integer from 0 to 1');
    expect(refused([1, 2, 0, 0])).toBe('INPUT_OUT_OF_RANGE inputs: expected 3 values, got 4');
    expect(refused([1.5, 2, 0])).toContain('INPUT_OUT_OF_RANGE');
    expect(refused([Number.NaN, 2, 0])).toContain('INPUT_OUT_OF_RANGE');
  });

  it('agrees with arbitrary-precision integers at every step', () => {
    const draw = seededRandom('inference/evaluate');
    for (let round = 0; round < 300; round += 1) {
      const weights = (units: number, width: number): number[][] =>
        Array.from({ length: units }, () =>
          Array.from({ length: width }, () => draw.integer(-32_768, 32_767)),
        );
      const bias = (units: number): number[] =>
        Array.from({ length: units }, () => draw.integer(-(2 ** 31), 2 ** 31 - 1));
      const drawn: Network = {
        ...network,
        layers: [
          layer(weights(4, 3), bias(4), true, draw.integer(8, 20)),
          layer(weights(3, 4), bias(3), false, 0),
        ],
      };
      const inputs = [draw.integer(-8, 100), draw.integer(-8, 100), draw.integer(0, 1)];
      const { outputs, index } = evaluateNetwork(drawn, inputs);
      const wanted = reference(drawn, inputs);
      expect(outputs.map(BigInt)).toEqual(wanted);
      expect(wanted.findIndex((value) => wanted.every((other) => value >= other))).toBe(index);
    }
  });

  it('shifts towards zero only what is above it', () => {
    const one: Network = {
      ...network,
      inputs: [{ name: 'x', count: 1, min: -8, max: 100 }],
      layers: [layer([[1]], [0], true, 2), layer([[1]], [0], false, 0)],
      output: { kind: 'thresholds', thresholds: [1, 2], values: ['zero', 'one', 'more'] },
    };
    const labels = [-8, -1, 0, 3, 4, 7, 8].map((x) => evaluateNetwork(one, [x]).label);
    expect(labels).toEqual(['zero', 'zero', 'zero', 'zero', 'one', 'one', 'more']);
  });

  it('gives a tie to the lower index', () => {
    const tied = {
      ...network,
      layers: [
        layer(
          [
            [0, 0, 0],
            [1, 0, 0],
            [1, 0, 0],
          ],
          [0, 0, 0],
          false,
          0,
        ),
      ],
    };
    expect(evaluateNetwork(tied, [5, 0, 0]).index).toBe(1);
    expect(evaluateNetwork(tied, [0, 0, 0]).index).toBe(0);
    expect(evaluateNetwork(tied, [-1, 0, 0]).index).toBe(0);
  });
});

describe('commitments', () => {
  it('to inputs open to exactly these inputs', () => {
    const draw = seededRandom('inference/fields');
    for (let round = 0; round < 100; round += 1) {
      const inputs = [draw.integer(-8, 100), draw.integer(-8, 100), draw.integer(0, 1)];
      for (const packing of ['single', 'dense'] as const) {
        const fields = inputFields({ ...network, packing }, inputs).map(String);
        expect(fields).toHaveLength(packing === 'single' ? 3 : 1);
        expect(parseInputFields({ ...network, packing }, fields)).toEqual(inputs);
      }
    }
  });

  it('to inputs refuse bits beside the inputs and values above their range', () => {
    for (const fields of [[`${1n << 100n}`], [`${109n}`], ['01'], [`${FIELD_MODULUS}`], ['1', '0'], []]) {
      expect(() => parseInputFields(network, fields)).toThrow(InferenceError);
    }
  });

  it('to a model change with every weight, bias and with the salt', () => {
    const base = networkCommitment(network.layers, 7n);
    const [first, second] = network.layers as [DenseLayer, DenseLayer];
    const changed = [
      ...first.weights.flatMap((row, unit) =>
        row.map((weight, index) => ({
          ...first,
          weights: first.weights.with(unit, row.with(index, weight === 7 ? 6 : weight + 1)),
        })),
      ),
      ...first.bias.map((bias, unit) => ({ ...first, bias: first.bias.with(unit, bias + 1) })),
    ].map((layerChanged) => networkCommitment([layerChanged, second], 7n));
    expect(new Set([base, networkCommitment(network.layers, 8n), ...changed]).size).toBe(2 + changed.length);
  });

  it('to a model are a chain of hashes over packed values', () => {
    const single = [layer([[1, 2]], [3], false, 0)];
    const word = BigInt(1 + 32_768) + (BigInt(2 + 32_768) << 16n) + (BigInt(3 + 2 ** 31) << 32n);
    expect(commitmentField(networkCommitment(single, 9n))).toBe(poseidon([9n, word]));
    expect(networkCommitment(single, 9n)).not.toBe(commitPoseidon([word], 9n));
  });

  it('pack no value over the end of a field element', () => {
    expect(slotsOf([200, 48, 1, 247, 1])).toEqual([
      { field: 0, at: 0 },
      { field: 0, at: 200 },
      { field: 1, at: 0 },
      { field: 1, at: 1 },
      { field: 2, at: 0 },
    ]);
  });
});
