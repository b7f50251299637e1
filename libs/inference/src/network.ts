/**
 * A quantised feed-forward network: integers only.
 *
 * An enclave, a circuit and a test have to compute the same label from it, so nothing in it is left to a platform:
 * no floating point, no rounding mode, no saturation. What could overflow is refused when the file is read.
 */
import { type Digest, digestOf, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { networkBounds } from './bounds.js';
import { InferenceError } from './inference-error.js';
import {
  BIAS_BITS_MAX,
  INPUTS_MAX,
  LAYERS_MAX,
  NETWORK_BYTES_MAX,
  SHIFT_MAX,
  UNITS_MAX,
  WEIGHT_BITS_MAX,
  WEIGHTS_MAX,
} from './limits.js';

export interface Network {
  readonly name: string;
  readonly version: number;
  /** Runs of inputs with one range each, in order. */
  readonly inputs: readonly InputGroup[];
  /** How inputs become field elements of a commitment: one each, or as many as fit 248 bits. */
  readonly packing: 'single' | 'dense';
  readonly layers: readonly DenseLayer[];
  readonly output: NetworkOutput;
}

export interface InputGroup {
  readonly name: string;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** `y = W x + b`; then, with ReLU, `y > 0 ? floor(y / 2^shift) : 0`. */
export interface DenseLayer {
  /** One row a unit. */
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
  /** Two's complement widths that hold every weight and bias: what a committed model is held to. */
  readonly weightBits: number;
  readonly biasBits: number;
  readonly relu: boolean;
  readonly shift: number;
}

/** argmax: the first of the largest values. thresholds: how many of them the only value reaches. */
export type NetworkOutput =
  | { readonly kind: 'argmax'; readonly values: readonly string[] }
  | {
      readonly kind: 'thresholds';
      readonly thresholds: readonly number[];
      readonly values: readonly string[];
    };

export const NETWORK_VERSION = 'sealflow/network/v1';

/**
 * Reads a network file.
 *
 * @throws InferenceError NETWORK_MALFORMED, NETWORK_OVERFLOW
 */
export function parseNetwork(bytes: Uint8Array): Network {
  const file = members(parseJson(bytes), 'network', [
    'v',
    'name',
    'version',
    'inputs',
    'packing',
    'layers',
    'output',
  ]);
  if (file['v'] !== NETWORK_VERSION) throw malformed('v', NETWORK_VERSION);
  const network: Network = {
    name: text(file['name'], /^[a-z][a-z0-9-]{0,63}$/, 'name', 'a lower-case name'),
    version: integer(file['version'], 1, 1_000_000, 'version'),
    inputs: array(file['inputs'], 1, 256, 'inputs').map((entry, index) =>
      parseGroup(entry, `inputs[${index}]`),
    ),
    packing: oneOf(file['packing'], ['single', 'dense'], 'packing'),
    layers: array(file['layers'], 1, LAYERS_MAX, 'layers').map((entry, index) =>
      parseLayer(entry, `layers[${index}]`),
    ),
    output: parseOutput(file['output']),
  };
  return checkNetwork(network);
}

/** The file of a network: what `parseNetwork` reads. A row of weights is a line, so that a change can be read. */
export function encodeNetwork(network: Network): string {
  const { name, version, inputs, packing, layers, output } = network;
  const line = (value: unknown): string => JSON.stringify(value);
  const lines = layers.map(
    ({ weights, ...layer }) =>
      `    ${line(layer).slice(0, -1)},"weights":[\n${weights.map((row) => `      ${line(row)}`).join(',\n')}\n    ]}`,
  );
  return [
    '{',
    `  "v": ${line(NETWORK_VERSION)},`,
    `  "name": ${line(name)},`,
    `  "version": ${version},`,
    `  "inputs": [\n${inputs.map((group) => `    ${line(group)}`).join(',\n')}\n  ],`,
    `  "packing": ${line(packing)},`,
    `  "layers": [\n${lines.join(',\n')}\n  ],`,
    `  "output": ${line(output)}`,
    '}\n',
  ].join('\n');
}

/** Names a network file in statements and manifests. */
export function networkDigest(bytes: Uint8Array): Digest {
  return digestOf(bytes);
}

export function inputCount(network: Pick<Network, 'inputs'>): number {
  return network.inputs.reduce((sum, { count }) => sum + count, 0);
}

export function weightCount(network: Pick<Network, 'layers'>): number {
  return network.layers.reduce(
    (sum, { weights, bias }) => sum + bias.length + weights.reduce((total, row) => total + row.length, 0),
    0,
  );
}

/**
 * Shapes that fit each other and integers that cannot overflow. For networks from a file and from a quantiser alike.
 *
 * @throws InferenceError NETWORK_MALFORMED, NETWORK_OVERFLOW
 */
export function checkNetwork(network: Network): Network {
  const inputs = inputCount(network);
  // Names become signals of a circuit.
  if (new Set(network.inputs.map(({ name }) => name)).size !== network.inputs.length)
    throw malformed('inputs', 'distinct names');
  if (inputs > INPUTS_MAX) throw malformed('inputs', `at most ${INPUTS_MAX} inputs, got ${inputs}`);
  if (weightCount(network) > WEIGHTS_MAX) {
    throw malformed('layers', `at most ${WEIGHTS_MAX} weights in all, got ${weightCount(network)}`);
  }
  let width = inputs;
  network.layers.forEach((layer, index) => {
    checkLayer(layer, width, `layers[${index}]`);
    width = layer.bias.length;
  });
  const { output, layers } = network;
  if (layers.at(-1)?.relu === true) {
    throw malformed(`layers[${layers.length - 1}].relu`, 'false: the last layer feeds the decision');
  }
  const wanted = output.kind === 'argmax' ? output.values.length : 1;
  if (width !== wanted) throw malformed('output', `${wanted} units in the last layer, got ${width}`);
  networkBounds(network, 'model-in-vkey');
  return network;
}

function checkLayer(layer: DenseLayer, width: number, at: string): void {
  const { weights, bias, relu, shift } = layer;
  if (weights.length !== bias.length) {
    throw malformed(`${at}.weights`, `${bias.length} rows, one for each bias, got ${weights.length}`);
  }
  if (!relu && shift !== 0) throw malformed(`${at}.shift`, '0 where there is no ReLU');
  weights.forEach((row, unit) => {
    if (row.length !== width) {
      throw malformed(`${at}.weights[${unit}]`, `${width} weights, one for each input, got ${row.length}`);
    }
    row.forEach((weight, input) => {
      signed(weight, layer.weightBits, `${at}.weights[${unit}][${input}]`);
    });
  });
  bias.forEach((value, unit) => {
    signed(value, layer.biasBits, `${at}.bias[${unit}]`);
  });
}

function parseGroup(value: Json, at: string): InputGroup {
  const group = members(value, at, ['name', 'count', 'min', 'max']);
  const min = integer(group['min'], -(2 ** 31), 2 ** 31, `${at}.min`);
  return {
    name: text(group['name'], /^[a-z][A-Za-z0-9]{0,63}$/, `${at}.name`, 'a camelCase name'),
    count: integer(group['count'], 1, INPUTS_MAX, `${at}.count`),
    min,
    max: integer(group['max'], min + 1, 2 ** 32, `${at}.max`),
  };
}

function parseLayer(value: Json, at: string): DenseLayer {
  const names = ['weights', 'bias', 'weightBits', 'biasBits', 'relu', 'shift'];
  const layer = members(value, at, names);
  const row = (entry: Json, where: string, lengthMax: number): number[] =>
    array(entry, 1, lengthMax, where).map((item, index) =>
      integer(item, -(2 ** 40), 2 ** 40, `${where}[${index}]`),
    );
  if (typeof layer['relu'] !== 'boolean') throw malformed(`${at}.relu`, 'true or false');
  return {
    weights: array(layer['weights'], 1, UNITS_MAX, `${at}.weights`).map((entry, unit) =>
      row(entry, `${at}.weights[${unit}]`, INPUTS_MAX),
    ),
    bias: row(layer['bias'] ?? null, `${at}.bias`, UNITS_MAX),
    weightBits: integer(layer['weightBits'], 2, WEIGHT_BITS_MAX, `${at}.weightBits`),
    biasBits: integer(layer['biasBits'], 2, BIAS_BITS_MAX, `${at}.biasBits`),
    relu: layer['relu'],
    shift: integer(layer['shift'], 0, SHIFT_MAX, `${at}.shift`),
  };
}

function parseOutput(value: Json | undefined): NetworkOutput {
  const kind = oneOf(isJsonObject(value) ? value['kind'] : null, ['argmax', 'thresholds'], 'output.kind');
  const known = kind === 'argmax' ? ['kind', 'values'] : ['kind', 'thresholds', 'values'];
  const object = members(value, 'output', known);
  const values = array(object['values'], 2, 256, 'output.values').map((word, index) =>
    text(word, /^[a-z][a-z0-9_-]{0,63}$/, `output.values[${index}]`, 'a lower-case word'),
  );
  if (new Set(values).size !== values.length) throw malformed('output.values', 'distinct words');
  if (kind === 'argmax') return { kind, values };
  const thresholds = array(
    object['thresholds'],
    values.length - 1,
    values.length - 1,
    'output.thresholds',
  ).map((entry, index) => integer(entry, -(2 ** 40), 2 ** 40, `output.thresholds[${index}]`));
  if (thresholds.some((threshold, index) => index > 0 && threshold <= (thresholds[index - 1] ?? threshold))) {
    throw malformed('output.thresholds', 'rising values');
  }
  return { kind, thresholds, values };
}

function parseJson(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: NETWORK_BYTES_MAX, depthMax: 6, valuesMax: 2 * WEIGHTS_MAX });
  } catch {
    throw malformed('file', `strict JSON of integers, at most ${NETWORK_BYTES_MAX} bytes`);
  }
}

function members(value: Json | undefined, at: string, names: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw malformed(at, 'an object');
  const missing = names.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw malformed(`${at}.${missing}`, 'a value');
  if (Object.keys(value).some((name) => !names.includes(name)))
    throw malformed(at, `no other members than ${names.join(', ')}`);
  return value;
}

function array(value: Json | undefined, min: number, max: number, at: string): readonly Json[] {
  if (Array.isArray(value) && value.length >= min && value.length <= max) return value;
  throw malformed(at, `an array of ${min === max ? min : `${min} to ${max}`}`);
}

function integer(value: Json | undefined, min: number, max: number, at: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw malformed(at, `an integer from ${min} to ${max}`);
}

function signed(value: number, bits: number, at: string): void {
  const half = 2 ** (bits - 1);
  if (!Number.isSafeInteger(value) || value < -half || value >= half) {
    throw malformed(at, `an integer from ${-half} to ${half - 1} (${bits} bits)`);
  }
}

function text(value: Json | undefined, pattern: RegExp, at: string, expected: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw malformed(at, expected);
}

function oneOf<T extends string>(value: Json | undefined, options: readonly T[], at: string): T {
  const found = options.find((option) => option === value);
  if (found === undefined) throw malformed(at, options.join(' or '));
  return found;
}

function malformed(at: string, expected: string): InferenceError {
  return new InferenceError('NETWORK_MALFORMED', `${at}: expected ${expected}`);
}
