// SPDX-License-Identifier: GPL-3.0
/**
 * From an ONNX file to a circuit: read, quantised, measured on samples that nobody trained on, compiled, keyed for
 * development. The file is somebody else's: what the subset, the widths or the limits do not cover is refused before
 * anything is compiled, with the node, the layer or the line.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { utf8 } from '#canonical';
import {
  type Accuracy,
  encodeNetwork,
  type FloatNetwork,
  type InputGroup,
  indexOfLargest,
  inputCount,
  measureAccuracy,
  type Network,
  type NetworkMode,
  type NetworkOutput,
  networkBounds,
  parseOnnx,
  quantise,
  weightCount,
} from '#inference';
import type { CircuitManifest } from '#proofs';
import { circuitsFolder } from '../circuit/circuit.js';
import { buildNetwork, networkSource } from './build-network.js';
import { parseSamples, SAMPLES_BYTES_MAX, type SampleRow } from './sample-rows.js';
import { ZkmlError } from './zkml-error.js';

export interface OnnxRequest {
  readonly onnx: string;
  /** Folder of the circuit; made where it is not there. */
  readonly out: string;
  readonly name: string;
  readonly version: number;
  readonly mode: NetworkMode;
  /** Inputs that one proof decides; null: one. */
  readonly batch: number | null;
  readonly inputs: readonly InputGroup[];
  /** What the integer 1 was in training, e.g. 1/255. */
  readonly scale: number;
  readonly packing: Network['packing'];
  readonly weightBits: number;
  readonly activationBits: number;
  /** The words that the circuit answers with: one for each output, or one more than there are thresholds. */
  readonly labels: readonly string[];
  /** Of a network with one output, as it was trained, rising; none: the largest output decides. */
  readonly thresholds: readonly number[];
  readonly calibration: string;
  readonly heldOut: string | null;
}

export interface OnnxNetwork {
  readonly network: Network;
  /** Null where no samples were held out. */
  readonly accuracy: Accuracy | null;
}

const ONNX_FILE_MAX = 16 * 2 ** 20;

/** The network of a request, without a circuit. @throws InferenceError, ZkmlError, each with place and limit */
export function readOnnxNetwork(request: OnnxRequest): OnnxNetwork {
  const { inputs, labels, thresholds, scale, mode } = request;
  if (!(scale > 0) || !Number.isFinite(scale)) throw malformed('scale', 'a number above 0');
  if (inputs.length === 0) throw malformed('inputs', 'at least one group of inputs');
  const float = parseOnnx(bytesOf(request.onnx, ONNX_FILE_MAX));
  checkShapes(float, request);
  const sampled = { inputs, labels };
  const calibration = samplesOf(request.calibration, { ...sampled, labelled: false });
  const heldOut =
    request.heldOut === null ? null : samplesOf(request.heldOut, { ...sampled, labelled: true });
  const network = quantise(float, {
    name: request.name,
    version: request.version,
    inputs: { groups: inputs, scale },
    packing: request.packing,
    weightBits: request.weightBits,
    activationBits: request.activationBits,
    calibration: calibration.map((row) => row.inputs),
    output: (outputScale) => outputOf(labels, thresholds, outputScale),
  });
  networkBounds(network, mode);
  const decide = thresholds.length === 0 ? indexOfLargest : reached(thresholds);
  const labelled = heldOut?.flatMap((row) => (row.label === null ? [] : [{ ...row, label: row.label }]));
  return {
    network,
    accuracy: labelled === undefined ? null : measureAccuracy(float, network, scale, labelled, decide),
  };
}

/** Writes the circuit, with the network and its card beside it. @throws InferenceError, ZkmlError */
export async function circuitFromOnnx(
  request: OnnxRequest,
): Promise<OnnxNetwork & { readonly manifest: CircuitManifest }> {
  const made = readOnnxNetwork(request);
  const { network, accuracy } = made;
  const source = networkSource(utf8(encodeNetwork(network)), request.mode, circuitsFolder(), request.batch);
  mkdirSync(request.out, { recursive: true });
  const manifest = await buildNetwork(source, request.out);
  const card = {
    v: 'sealflow/network-card/v1',
    name: network.name,
    mode: request.mode,
    weights: weightCount(network),
    weightBits: request.weightBits,
    activationBits: request.activationBits,
    heldOut: accuracy,
  };
  writeFileSync(join(request.out, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  return { ...made, manifest };
}

/** Before samples are read: a file that does not fit says so by its own shapes. */
function checkShapes({ layers }: FloatNetwork, { inputs, labels, thresholds }: OnnxRequest): void {
  const width = layers[0]?.weights[0]?.length ?? 0;
  const given = inputCount({ inputs });
  if (width !== given)
    throw mismatch('inputs', `${width}, as the first layer of the file takes, got ${given}`);
  const units = layers.at(-1)?.bias.length ?? 0;
  if (thresholds.length === 0) {
    if (units !== labels.length)
      throw mismatch(
        'labels',
        `${units}, one for each output of the file, got ${labels.length}; a network with one output needs thresholds`,
      );
    return;
  }
  if (units !== 1) throw mismatch('thresholds', `none, since the file has ${units} outputs`);
  if (labels.length !== thresholds.length + 1)
    throw mismatch('labels', `${thresholds.length + 1}, one more than thresholds, got ${labels.length}`);
  if (
    thresholds.some(
      (value, index) => !Number.isFinite(value) || value <= (thresholds[index - 1] ?? -Infinity),
    )
  )
    throw malformed('thresholds', 'rising numbers');
}

function outputOf(labels: readonly string[], thresholds: readonly number[], scale: number): NetworkOutput {
  if (thresholds.length === 0) return { kind: 'argmax', values: labels };
  // The first integer whose value reaches the threshold.
  const whole = thresholds.map((value) => Math.ceil(value / scale) + 0);
  return { kind: 'thresholds', thresholds: whole, values: labels };
}

function reached(thresholds: readonly number[]): (values: readonly number[]) => number {
  return ([value = 0]) => thresholds.filter((threshold) => value >= threshold).length;
}

function samplesOf(
  path: string,
  shape: {
    readonly inputs: readonly InputGroup[];
    readonly labels: readonly string[];
    readonly labelled: boolean;
  },
): readonly SampleRow[] {
  const text = Buffer.from(bytesOf(path, SAMPLES_BYTES_MAX)).toString('utf8');
  return parseSamples(text, { file: basename(path), ...shape });
}

/** Bounded before it is read. */
function bytesOf(path: string, bytesMax: number): Uint8Array {
  const { size } = statSync(path);
  if (size > bytesMax) throw malformed(basename(path), `at most ${bytesMax} bytes, got ${size}`);
  return new Uint8Array(readFileSync(path));
}

function mismatch(at: string, expected: string): ZkmlError {
  return new ZkmlError('SHAPE_MISMATCH', `${at}: expected ${expected}`);
}

function malformed(at: string, expected: string): ZkmlError {
  return new ZkmlError('REQUEST_MALFORMED', `${at}: expected ${expected}`);
}
