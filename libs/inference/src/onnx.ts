/**
 * Reads feed-forward networks from ONNX: a chain of Gemm, or MatMul and Add, with Relu between them, whose weights are
 * float32 initializers. Identity and Flatten are passed over; one Softmax or ArgMax at the end changes no decision. Everything else is refused with the name of the node: what a reader skipped silently would
 * make a network that decides otherwise than the file.
 */
import { fromUtf8 } from '#canonical';
import type { FloatLayer, FloatNetwork } from './float-network.js';
import { InferenceError } from './inference-error.js';
import { INPUTS_MAX, LAYERS_MAX, UNITS_MAX, WEIGHTS_MAX } from './limits.js';
import { type ProtobufField, protobufFields, protobufNumbers } from './protobuf.js';

export const ONNX_BYTES_MAX = 16 * 2 ** 20;
const NODES_MAX = 256;
const TENSORS_MAX = 256;
const FIELDS_MAX = 4_096;
const FLOAT = 1n;

/** Field numbers of onnx.proto3. */
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, integer: 3 };
const TENSOR = { dims: 1, type: 2, floats: 4, name: 8, raw: 9, external: 13, location: 14 };

export const ONNX_OPERATORS = [
  'Gemm',
  'MatMul',
  'Add',
  'Relu',
  'Identity',
  'Flatten',
  'Softmax',
  'ArgMax',
] as const;

interface Node {
  /** Position and names, for errors. */
  readonly place: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, number>;
}

interface Tensor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

interface Matrix {
  /** One row a unit. */
  weights: number[][];
  bias: number[] | null;
  relu: boolean;
}

/** @throws InferenceError ONNX_MALFORMED, ONNX_UNSUPPORTED, both with the place */
export function parseOnnx(bytes: Uint8Array): FloatNetwork {
  if (bytes.length > ONNX_BYTES_MAX) {
    throw malformed('file', `at most ${ONNX_BYTES_MAX} bytes, got ${bytes.length}`);
  }
  const graph = protobufFields(
    message(protobufFields(bytes, 'model', FIELDS_MAX), MODEL_GRAPH, 'model'),
    'graph',
    FIELDS_MAX,
  );
  const tensors = readTensors(graph);
  const nodes = readNodes(graph);
  const [input, ...moreInputs] = names(graph, GRAPH.input).filter((name) => !tensors.has(name));
  const [output, ...moreOutputs] = names(graph, GRAPH.output);
  if (input === undefined || moreInputs.length > 0) throw unsupported('graph', 'exactly one input');
  if (output === undefined || moreOutputs.length > 0) throw unsupported('graph', 'exactly one output');
  return { layers: followChain(nodes, tensors, input, output) };
}

/** Walks the one chain from input to output. */
function followChain(
  nodes: readonly Node[],
  tensors: ReadonlyMap<string, Tensor>,
  input: string,
  output: string,
): readonly FloatLayer[] {
  const layers: Matrix[] = [];
  let value = input;
  let decided = false;
  for (const node of nodes) {
    checkOperator(node);
    if (!node.inputs.includes(value)) {
      throw unsupported(node.place, `an operator on "${value}": one chain from input to output`);
    }
    if (decided) throw unsupported(node.place, 'nothing after Softmax or ArgMax');
    decided = applyNode(node, value, tensors, layers);
    value = node.outputs[0] ?? '';
    if (layers.length > LAYERS_MAX) throw unsupported(node.place, `at most ${LAYERS_MAX} layers`);
  }
  if (value !== output) throw unsupported('graph', `the output "${output}" at the end of the chain`);
  if (layers.length === 0) throw unsupported('graph', 'at least one Gemm or MatMul');
  return layers.map(({ weights, bias, relu }) => ({ weights, bias: bias ?? weights.map(() => 0), relu }));
}

/** @returns whether the decision is made. */
function applyNode(
  node: Node,
  value: string,
  tensors: ReadonlyMap<string, Tensor>,
  layers: Matrix[],
): boolean {
  const { operator, place } = node;
  const last = layers.at(-1);
  switch (operator) {
    case 'Gemm':
    case 'MatMul': {
      if (node.inputs[0] !== value) throw unsupported(place, 'the running value as first factor');
      layers.push(factor(node, tensors, last?.weights.length));
      return false;
    }
    case 'Add': {
      const constant = node.inputs.find((name) => name !== value) ?? '';
      if (last === undefined || last.bias !== null || last.relu) {
        throw unsupported(place, 'an Add right after a MatMul');
      }
      last.bias = vector(constant, tensors, last.weights.length, place);
      return false;
    }
    case 'Relu': {
      if (last === undefined) throw unsupported(place, 'a Gemm or MatMul before it');
      last.relu = true;
      return false;
    }
    case 'Softmax':
    case 'ArgMax':
      return true;
    case 'Flatten': {
      if ((node.attributes.get('axis') ?? 1) !== 1) throw unsupported(place, 'axis 1');
      return false;
    }
    default:
      return false;
  }
}

function factor(node: Node, tensors: ReadonlyMap<string, Tensor>, width: number | undefined): Matrix {
  const { place, operator, inputs, attributes } = node;
  for (const [name, wanted] of [
    ['alpha', 1],
    ['beta', 1],
    ['transA', 0],
  ] as const) {
    if ((attributes.get(name) ?? wanted) !== wanted) throw unsupported(place, `${name} = ${wanted}`);
  }
  const transposed = operator === 'Gemm' && attributes.get('transB') === 1;
  const tensor = initializer(inputs[1] ?? '', tensors, place);
  const [rows = 0, columns = 0] = tensor.dims;
  if (tensor.dims.length !== 2)
    throw unsupported(place, `weights of two dimensions, got ${tensor.dims.length}`);
  const [from, units] = transposed ? [columns, rows] : [rows, columns];
  if (from > INPUTS_MAX || units > UNITS_MAX || from * units > WEIGHTS_MAX) {
    throw unsupported(place, `at most ${INPUTS_MAX} inputs, ${UNITS_MAX} units and ${WEIGHTS_MAX} weights`);
  }
  if (width !== undefined && from !== width)
    throw malformed(place, `weights for ${width} inputs, got ${from}`);
  const weights = Array.from({ length: units }, (_, unit) =>
    Array.from(
      { length: from },
      (_, input) => tensor.values[transposed ? unit * from + input : input * units + unit] ?? 0,
    ),
  );
  const bias =
    operator === 'Gemm' && inputs[2] !== undefined ? vector(inputs[2], tensors, units, place) : null;
  return { weights, bias, relu: false };
}

function vector(name: string, tensors: ReadonlyMap<string, Tensor>, length: number, place: string): number[] {
  const { values } = initializer(name, tensors, place);
  if (values.length !== length)
    throw unsupported(place, `${length} values in "${name}", got ${values.length}`);
  return [...values];
}

function initializer(name: string, tensors: ReadonlyMap<string, Tensor>, place: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw unsupported(place, `an initializer for "${shown(name)}"`);
  return tensor;
}

function checkOperator({ operator, place }: Node): void {
  if (ONNX_OPERATORS.some((known) => known === operator)) return;
  throw new InferenceError(
    'ONNX_UNSUPPORTED',
    `${place}: operator ${shown(operator)} is not supported; expected ${ONNX_OPERATORS.join(', ')}`,
  );
}

function readNodes(graph: readonly ProtobufField[]): readonly Node[] {
  const messages = graph.filter(({ number }) => number === GRAPH.node);
  if (messages.length > NODES_MAX)
    throw malformed('graph', `at most ${NODES_MAX} nodes, got ${messages.length}`);
  return messages.map(({ value }, index) => {
    const fields = protobufFields(asBytes(value, `node ${index}`), `node ${index}`, FIELDS_MAX);
    const operator = texts(fields, NODE.operator)[0] ?? '';
    const name = texts(fields, NODE.name)[0] ?? '';
    const place = `node ${index} "${shown(name)}" (${shown(operator)})`;
    const domain = texts(fields, NODE.domain)[0] ?? '';
    if (domain !== '' && domain !== 'ai.onnx') throw unsupported(place, 'an operator of the domain ai.onnx');
    return {
      place,
      operator,
      inputs: texts(fields, NODE.input),
      outputs: texts(fields, NODE.output),
      attributes: new Map(
        fields
          .filter(({ number }) => number === NODE.attribute)
          .map((field) => readAttribute(asBytes(field.value, place), place)),
      ),
    };
  });
}

function readAttribute(bytes: Uint8Array, place: string): readonly [string, number] {
  const fields = protobufFields(bytes, place, FIELDS_MAX);
  const name = texts(fields, ATTRIBUTE.name)[0] ?? '';
  const float = fields.find(({ number }) => number === ATTRIBUTE.float)?.value;
  if (float instanceof Uint8Array && float.length === 4) return [name, viewOf(float).getFloat32(0, true)];
  const integer = fields.find(({ number }) => number === ATTRIBUTE.integer)?.value;
  return [name, typeof integer === 'bigint' ? Number(BigInt.asIntN(64, integer)) : 0];
}

function readTensors(graph: readonly ProtobufField[]): ReadonlyMap<string, Tensor> {
  const messages = graph.filter(({ number }) => number === GRAPH.initializer);
  if (messages.length > TENSORS_MAX) {
    throw malformed('graph', `at most ${TENSORS_MAX} initializers, got ${messages.length}`);
  }
  return new Map(
    messages.map(({ value }, index) => {
      const place = `initializer ${index}`;
      const fields = protobufFields(asBytes(value, place), place, 2 * WEIGHTS_MAX);
      const name = texts(fields, TENSOR.name)[0] ?? '';
      return [name, readTensor(fields, `${place} "${shown(name)}"`)] as const;
    }),
  );
}

function readTensor(fields: readonly ProtobufField[], place: string): Tensor {
  const type = fields.find(({ number }) => number === TENSOR.type)?.value;
  if (type !== FLOAT) throw unsupported(place, 'float32 values');
  if (fields.some(({ number }) => number === TENSOR.external || number === TENSOR.location)) {
    throw unsupported(place, 'values inside of the file');
  }
  const dims = protobufNumbers(fields, TENSOR.dims, place, 8).map((dim) => {
    if (dim < 1n || dim > BigInt(WEIGHTS_MAX)) throw malformed(place, `dimensions from 1 to ${WEIGHTS_MAX}`);
    return Number(dim);
  });
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count > WEIGHTS_MAX) throw malformed(place, `at most ${WEIGHTS_MAX} values, got ${count}`);
  const parts = fields.filter(({ number }) => number === TENSOR.raw || number === TENSOR.floats);
  const values = new Float32Array(count);
  let filled = 0;
  for (const { value } of parts) {
    const bytes = asBytes(value, place);
    if (bytes.length % 4 !== 0 || filled + bytes.length / 4 > count)
      throw malformed(place, `${count} values of 4 bytes`);
    const view = viewOf(bytes);
    for (let at = 0; at < bytes.length; at += 4, filled += 1) values[filled] = view.getFloat32(at, true);
  }
  if (filled !== count) throw malformed(place, `${count} values, got ${filled}`);
  if (values.some((value) => !Number.isFinite(value))) throw malformed(place, 'finite values');
  return { dims, values };
}

function names(graph: readonly ProtobufField[], number: number): readonly string[] {
  return graph
    .filter((field) => field.number === number)
    .map(
      ({ value }) =>
        texts(protobufFields(asBytes(value, 'value info'), 'value info', FIELDS_MAX), 1)[0] ?? '',
    );
}

function message(fields: readonly ProtobufField[], number: number, where: string): Uint8Array {
  const found = fields.filter((field) => field.number === number);
  const [only] = found;
  if (only === undefined || found.length !== 1) throw malformed(where, `exactly one field ${number}`);
  return asBytes(only.value, where);
}

function texts(fields: readonly ProtobufField[], number: number): readonly string[] {
  return fields
    .filter((field) => field.number === number)
    .map(({ value }) => {
      const bytes = asBytes(value, 'name');
      if (bytes.length > 256) throw malformed('name', 'at most 256 bytes');
      try {
        return fromUtf8(bytes);
      } catch {
        throw malformed('name', 'UTF-8');
      }
    });
}

function asBytes(value: bigint | Uint8Array, where: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw malformed(where, 'bytes, got a number');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Names come from a file of somebody else and go into a log. */
function shown(name: string): string {
  return name.slice(0, 64).replaceAll(/[^\w./:-]/g, '?');
}

function malformed(where: string, expected: string): InferenceError {
  return new InferenceError('ONNX_MALFORMED', `${where}: expected ${expected}`);
}

function unsupported(where: string, expected: string): InferenceError {
  return new InferenceError('ONNX_UNSUPPORTED', `${where}: expected ${expected}`);
}
