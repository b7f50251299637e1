/** A network file as an object, for tests that change one thing of it. */
export const smallNetwork = {
  v: 'sealflow/network/v1',
  name: 'small-net',
  version: 1,
  inputs: [
    { name: 'x', count: 2, min: -8, max: 100 },
    { name: 'flag', count: 1, min: 0, max: 1 },
  ],
  packing: 'dense',
  layers: [
    {
      weights: [
        [1, -2, 3],
        [-4, 5, -6],
      ],
      bias: [1, -20],
      weightBits: 4,
      biasBits: 8,
      relu: true,
      shift: 2,
    },
    {
      weights: [
        [1, 2],
        [-1, 1],
        [1, 2],
      ],
      bias: [5, -5, 5],
      weightBits: 4,
      biasBits: 8,
      relu: false,
      shift: 0,
    },
  ],
  output: { kind: 'argmax', values: ['first', 'second', 'third'] },
};
