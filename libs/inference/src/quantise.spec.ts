import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { seededRandom } from '#samples';
import { evaluateNetwork } from './evaluate.js';
import { evaluateFloat, type FloatNetwork, indexOfLargest } from './float-network.js';
import { InferenceError } from './inference-error.js';
import { encodeNetwork, parseNetwork } from './network.js';
import { measureAccuracy, type QuantiseOptions, quantise } from './quantise.js';

const draw = seededRandom('inference/quantise');
const matrix = (units: number, width: number): number[][] =>
  Array.from({ length: units }, () => Array.from({ length: width }, () => 2 * draw.float() - 1));
const float: FloatNetwork = {
  layers: [
    { weights: matrix(16, 8), bias: matrix(1, 16)[0] ?? [], relu: true },
    { weights: matrix(4, 16), bias: matrix(1, 4)[0] ?? [], relu: false },
  ],
};
const rows = (count: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: 8 }, () => draw.integer(0, 255)));
const options: QuantiseOptions = {
  name: 'random-net',
  version: 1,
  inputs: { groups: [{ name: 'x', count: 8, min: 0, max: 255 }], scale: 1 / 255 },
  packing: 'dense',
  weightBits: 8,
  activationBits: 12,
  calibration: rows(100),
  output: { kind: 'argmax', values: ['a', 'b', 'c', 'd'] },
};

function refusal(network: FloatNetwork, change: Partial<QuantiseOptions>): string {
  try {
    quantise(network, { ...options, ...change });
  } catch (error) {
    if (error instanceof InferenceError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('quantisation', () => {
  it('refuses what integers of these widths cannot stand for, with the layer and the limit', () => {
    const [first, second] = float.layers as [FloatNetwork['layers'][0], FloatNetwork['layers'][0]];
    expect(refusal(float, { calibration: [] })).toBe(
      'QUANTISATION_FAILED calibration: expected at least one row of inputs',
    );
    const zero = { ...first, weights: first.weights.map((row) => row.map(() => 0)) };
    expect(refusal({ layers: [zero, second] }, {})).toContain(
      'QUANTISATION_FAILED layers[0]: expected a weight',
    );
    const biased = { ...first, bias: first.bias.map(() => 1e7) };
    expect(refusal({ layers: [biased, second] }, {})).toContain(
      'QUANTISATION_FAILED layers[0].bias: expected at most 32 bits',
    );
  });

  it('refuses a network whose sums could overflow, with the layer, the unit and the limit', () => {
    const deep = Array.from({ length: 4 }, () => ({
      weights: matrix(8, 8),
      bias: [0, 0, 0, 0, 0, 0, 0, 0],
      relu: true,
    }));
    const last = { weights: matrix(4, 8), bias: [0, 0, 0, 0], relu: false };
    expect(refusal({ layers: [...deep, last] }, { weightBits: 16, activationBits: 40 })).toMatch(
      /^NETWORK_OVERFLOW layers\[\d\] unit \d+ \(model-in-vkey\): its sum can reach about 2\^\d+, limit 2\^50; raise the shift/,
    );
  });

  it('gives a network file that nearly always decides as the floats do', () => {
    const network = quantise(float, options);
    expect(parseNetwork(utf8(encodeNetwork(network)))).toEqual(network);
    const samples = rows(1_000).map((inputs) => ({
      inputs,
      label: indexOfLargest(
        evaluateFloat(
          float,
          inputs.map((value) => value / 255),
        ),
      ),
    }));
    const accuracy = measureAccuracy(float, network, 1 / 255, samples);
    expect(accuracy).toMatchObject({ samples: 1_000, float: 1_000 });
    expect(accuracy.agreed).toBe(accuracy.quantised);
    expect(accuracy.quantised).toBeGreaterThan(980);
    // The measure can fail: other labels are wrong answers.
    const wrong = samples.map(({ inputs, label }) => ({ inputs, label: (label + 1) % 4 }));
    expect(measureAccuracy(float, network, 1 / 255, wrong)).toMatchObject({
      float: 0,
      agreed: accuracy.agreed,
    });
  });

  it('keeps activations that calibration met below their bits, and others whole', () => {
    const network = quantise(float, options);
    const hidden = { ...network, layers: network.layers.slice(0, 1) };
    const largest = options.calibration.map((inputs) =>
      Math.max(
        ...evaluateNetwork(
          {
            ...hidden,
            output: { kind: 'argmax', values: Array.from({ length: 16 }, (_, index) => `u${index}`) },
          },
          inputs,
        ).outputs,
      ),
    );
    expect(Math.max(...largest)).toBeLessThan(2 ** 12);
    expect(Math.max(...largest)).toBeGreaterThanOrEqual(2 ** 11);
  });
});
