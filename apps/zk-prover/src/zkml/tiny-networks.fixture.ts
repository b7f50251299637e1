// SPDX-License-Identifier: GPL-3.0
import { utf8 } from '#canonical';

/** Networks small enough to compile in a test. Their inputs go below zero, their sums to both sides of it. */
const argmax = {
  v: 'sealflow/network/v1',
  name: 'tiny-argmax',
  version: 1,
  inputs: [{ name: 'x', count: 3, min: -8, max: 100 }],
  packing: 'dense',
  layers: [
    {
      weights: [
        [1, -2, 3],
        [-4, 5, -6],
        [7, 0, -1],
      ],
      bias: [1, -20, 3],
      weightBits: 4,
      biasBits: 8,
      relu: true,
      shift: 2,
    },
    {
      weights: [
        [1, 2, -3],
        [-1, 1, 1],
        [1, 2, -3],
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

const thresholds = {
  ...argmax,
  name: 'tiny-thresholds',
  packing: 'single',
  layers: [argmax.layers[0], { ...argmax.layers[1], weights: [[1, -2, 1]], bias: [0] }],
  output: { kind: 'thresholds', thresholds: [-30, 0, 40], values: ['none', 'low', 'middle', 'high'] },
};

export const tinyArgmax = utf8(JSON.stringify(argmax));
export const tinyThresholds = utf8(JSON.stringify(thresholds));
