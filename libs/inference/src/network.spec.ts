import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { networkBounds } from './bounds.js';
import { InferenceError } from './inference-error.js';
import { encodeNetwork, parseNetwork } from './network.js';
import { smallNetwork } from './small-network.fixture.js';

const [hidden, last] = smallNetwork.layers as [
  (typeof smallNetwork.layers)[number],
  (typeof smallNetwork.layers)[number],
];

function refusal(change: object): string {
  try {
    parseNetwork(utf8(JSON.stringify({ ...smallNetwork, ...change })));
  } catch (error) {
    if (error instanceof InferenceError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a network file', () => {
  it.each([
    ['another version', { v: 'sealflow/network/v2' }, 'NETWORK_MALFORMED v: expected sealflow/network/v1'],
    ['a member nobody reads', { note: 'x' }, 'NETWORK_MALFORMED network: expected no other members than'],
    ['no layers', { layers: [] }, 'NETWORK_MALFORMED layers: expected an array of 1 to 16'],
    [
      'a row that is too short',
      {
        layers: [
          {
            ...hidden,
            weights: [
              [1, 2],
              [1, 2, 3],
            ],
          },
          last,
        ],
      },
      'NETWORK_MALFORMED layers[0].weights[0]: expected 3 weights, one for each input, got 2',
    ],
    [
      'a weight wider than its bits',
      {
        layers: [
          {
            ...hidden,
            weights: [
              [1, 2, 8],
              [0, 0, 0],
            ],
          },
          last,
        ],
      },
      'NETWORK_MALFORMED layers[0].weights[0][2]: expected an integer from -8 to 7 (4 bits)',
    ],
    [
      'a fraction',
      { layers: [{ ...hidden, bias: [1, 0.5] }, last] },
      'NETWORK_MALFORMED file: expected strict JSON of integers',
    ],
    [
      'a shift without ReLU',
      { layers: [{ ...hidden, relu: false }, last] },
      'NETWORK_MALFORMED layers[0].shift: expected 0 where there is no ReLU',
    ],
    [
      'a ReLU before the decision',
      { layers: [hidden, { ...last, relu: true }] },
      'NETWORK_MALFORMED layers[1].relu: expected false',
    ],
    [
      'fewer words than units',
      { output: { kind: 'argmax', values: ['a', 'b'] } },
      'NETWORK_MALFORMED output: expected 2 units in the last layer, got 3',
    ],
    [
      'an empty range',
      { inputs: [{ name: 'x', count: 3, min: 5, max: 5 }] },
      'NETWORK_MALFORMED inputs[0].max: expected an integer from 6',
    ],
    [
      'two inputs of one name',
      { inputs: [1, 2].map((count) => ({ name: 'x', count, min: 0, max: 5 })) },
      'NETWORK_MALFORMED inputs: expected distinct names',
    ],
    [
      'thresholds that do not rise',
      { output: { kind: 'thresholds', thresholds: [3, 3], values: ['a', 'b', 'c'] } },
      'NETWORK_MALFORMED output.thresholds: expected rising values',
    ],
    [
      'an unknown output',
      { output: { kind: 'softmax', values: ['a', 'b', 'c'] } },
      'NETWORK_MALFORMED output.kind: expected argmax or thresholds',
    ],
  ])('with %s is refused with its place', (_, change, reason) => {
    expect(refusal(change)).toContain(reason);
  });

  it('whose sums can leave the exact integers is refused with layer, unit and limit', () => {
    const wide = { weights: [[32_767]], bias: [0], weightBits: 16, biasBits: 8, relu: true, shift: 0 };
    const layers = [...Array.from({ length: 2 }, () => wide), { ...wide, relu: false }];
    const inputs = [{ name: 'x', count: 1, min: 0, max: 2 ** 20 }];
    const output = { kind: 'thresholds', thresholds: [1], values: ['a', 'b'] };
    expect(refusal({ inputs, layers, output })).toMatch(
      /^NETWORK_OVERFLOW layers\[2\] unit 0 \(model-in-vkey\): its sum can reach about 2\^65, limit 2\^50; raise the shift/,
    );
    expect(refusal({ inputs, layers: layers.slice(1), output })).toBe('accepted');
  });

  it('reads back as it was written', () => {
    const network = parseNetwork(utf8(JSON.stringify(smallNetwork)));
    expect(parseNetwork(utf8(encodeNetwork(network)))).toEqual(network);
  });
});

describe('bounds', () => {
  const network = parseNetwork(utf8(JSON.stringify(smallNetwork)));

  it('are those of the weights where these are fixed, and reached', () => {
    const [first] = networkBounds(network, 'model-in-vkey');
    // x0 - 2 x1 + 3 flag + 1 over x in -8..100 and flag in 0..1.
    expect(first?.accumulators[0]).toEqual({ min: -8 - 200 + 1, max: 100 + 16 + 3 + 1 });
    expect(first?.outputs[0]).toEqual({ min: 0, max: 30 });
  });

  it('are those of all weights of the width where these are a witness', () => {
    const [first] = networkBounds(network, 'model-committed');
    const reach = 128 + 8 * (100 + 100 + 1);
    expect(first?.accumulators).toEqual([
      { min: -reach, max: reach },
      { min: -reach, max: reach },
    ]);
  });
});
