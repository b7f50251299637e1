// SPDX-License-Identifier: GPL-3.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluateNetwork, InferenceError, writeOnnx } from '#inference';
import { type OnnxRequest, readOnnxNetwork } from './onnx-circuit.js';
import { ZkmlError } from './zkml-error.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Which of two numbers is larger, and by how much the first one is. */
const larger = writeOnnx(
  {
    layers: [
      {
        weights: [
          [1, -1],
          [-1, 1],
        ],
        bias: [0, 0],
        relu: true,
      },
      {
        weights: [
          [1, 0],
          [0, 1],
        ],
        bias: [0, 0.001],
        relu: false,
      },
    ],
  },
  'larger',
);
const difference = writeOnnx({ layers: [{ weights: [[1, -1]], bias: [0], relu: false }] }, 'difference');

const request: OnnxRequest = {
  onnx: file('larger.onnx', larger),
  out: join(folder, 'out'),
  name: 'larger',
  version: 1,
  mode: 'model-in-vkey',
  batch: null,
  inputs: [{ name: 'x', count: 2, min: 0, max: 1000 }],
  scale: 1 / 1000,
  packing: 'dense',
  weightBits: 8,
  activationBits: 12,
  labels: ['first', 'second'],
  thresholds: [],
  calibration: file('calibration.csv', '1000,0\n0,1000\n500,400\n'),
  heldOut: file('held-out.csv', '700,20,first\n3,800,second\n999,1000,second\n900,100,second\n'),
};

function refusal(change: Partial<OnnxRequest>): string {
  try {
    readOnnxNetwork({ ...request, ...change });
  } catch (error) {
    if (error instanceof InferenceError || error instanceof ZkmlError)
      return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain(from);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

describe('an ONNX file is refused before anything is compiled', () => {
  it.each<[string, Partial<OnnxRequest>, string]>([
    [
      'with an operator outside the subset, by its node',
      { onnx: file('tanh.onnx', replaced(larger, 'Relu', 'Tanh')) },
      'ONNX_UNSUPPORTED node 1',
    ],
    ['that is none', { onnx: file('none.onnx', 'no model') }, 'ONNX_MALFORMED'],
    [
      'for more inputs than it takes',
      { inputs: [{ name: 'x', count: 3, min: 0, max: 1000 }] },
      'SHAPE_MISMATCH inputs: expected 2, as the first layer of the file takes, got 3',
    ],
    [
      'with fewer words than outputs',
      { labels: ['first'] },
      'SHAPE_MISMATCH labels: expected 2, one for each output of the file, got 1',
    ],
    [
      'with thresholds over two outputs',
      { thresholds: [0.5], labels: ['no', 'yes'] },
      'SHAPE_MISMATCH thresholds: expected none, since the file has 2 outputs',
    ],
    [
      'with one output and no thresholds',
      { onnx: file('one.onnx', difference), labels: ['no', 'yes'] },
      'SHAPE_MISMATCH labels: expected 1',
    ],
    [
      'with thresholds that fall',
      { onnx: file('two.onnx', difference), labels: ['a', 'b', 'c'], thresholds: [0.5, 0.1] },
      'REQUEST_MALFORMED thresholds: expected rising numbers',
    ],
    [
      'whose sums could overflow, with layer, unit and limit',
      {
        weightBits: 16,
        activationBits: 24,
        inputs: [{ name: 'x', count: 2, min: 0, max: 2 ** 32 }],
        calibration: file('narrow.csv', '1,0\n'),
        heldOut: null,
      },
      'NETWORK_OVERFLOW layers[1] unit 0',
    ],
    ['at a scale of nothing', { scale: 0 }, 'REQUEST_MALFORMED scale: expected a number above 0'],
    [
      'with a sample out of range, which is not repeated',
      { calibration: file('range.csv', '1,2\n\n1001,2\n') },
      'SAMPLES_MALFORMED range.csv line 3, value 1 (x): expected an integer from 0 to 1000',
    ],
    [
      'with a sample of another length',
      { calibration: file('length.csv', '1\n') },
      'SAMPLES_MALFORMED length.csv line 1: expected 2 integers, got 1 values',
    ],
    [
      'with a held-out sample without its word',
      { heldOut: file('wordless.csv', '1,2\n') },
      'SAMPLES_MALFORMED wordless.csv line 1: expected 2 integers and a word, got 2 values',
    ],
    [
      'with a held-out sample of an unknown word',
      { heldOut: file('word.csv', '1,2,third\n') },
      'SAMPLES_MALFORMED word.csv line 1, last value: expected one of first, second',
    ],
    [
      'without samples',
      { calibration: file('empty.csv', '\n') },
      'SAMPLES_MALFORMED empty.csv: expected at least one',
    ],
  ])('%s', (_, change, said) => {
    expect(refusal(change)).toContain(said);
  });
});

describe('an ONNX file becomes a network', () => {
  it('that decides as the file does, measured on samples that it did not see', () => {
    const { network, accuracy } = readOnnxNetwork(request);
    expect(evaluateNetwork(network, [900, 100]).label).toBe('first');
    expect(evaluateNetwork(network, [100, 900]).label).toBe('second');
    // The last sample is labelled wrong on purpose: the file and its integers agree that it is.
    expect(accuracy).toEqual({ samples: 4, float: 3, quantised: 3, agreed: 4 });
  });

  it('whose thresholds are integers of its own scale', () => {
    const { network, accuracy } = readOnnxNetwork({
      ...request,
      onnx: file('three.onnx', difference),
      labels: ['less', 'alike', 'more'],
      thresholds: [-0.25, 0.25],
      heldOut: file('three.csv', '0,900,less\n500,500,alike\n900,0,more\n600,500,alike\n'),
    });
    expect(accuracy).toEqual({ samples: 4, float: 4, quantised: 4, agreed: 4 });
    expect(network.output).toMatchObject({ kind: 'thresholds', values: ['less', 'alike', 'more'] });
  });

  it('without a measurement where nothing was held out', () => {
    expect(readOnnxNetwork({ ...request, heldOut: null }).accuracy).toBeNull();
  });
});
