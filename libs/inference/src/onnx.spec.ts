import { describe, expect, it } from 'vitest';
import { concatBytes, utf8 } from '#canonical';
import { evaluateFloat, type FloatNetwork } from './float-network.js';
import { InferenceError } from './inference-error.js';
import { parseOnnx } from './onnx.js';
import { writeOnnx } from './onnx-writer.js';

const network: FloatNetwork = {
  layers: [
    {
      weights: [
        [0.5, -1, 2],
        [1, 0, -0.25],
      ],
      bias: [0.125, -3],
      relu: true,
    },
    {
      weights: [
        [1, -1],
        [2, 0.5],
      ],
      bias: [0, 1],
      relu: false,
    },
  ],
};
const file = writeOnnx(network, 'small');

function field(number: number, bytes: Uint8Array): Uint8Array {
  const length = bytes.length;
  const head = length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)];
  return concatBytes(Uint8Array.of(number * 8 + 2, ...head), bytes);
}

function varint(number: number, value: number): Uint8Array {
  return Uint8Array.of(number * 8, value);
}

const text = (number: number, value: string): Uint8Array => field(number, utf8(value));

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  ...more: Uint8Array[]
): Uint8Array {
  const names = inputs.map((input) => text(1, input));
  return field(
    1,
    concatBytes(...names, text(2, output), text(3, `${operator}-1`), text(4, operator), ...more),
  );
}

function tensor(
  name: string,
  dims: readonly number[],
  values: readonly number[],
  ...more: Uint8Array[]
): Uint8Array {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return field(
    5,
    concatBytes(...dims.map((dim) => varint(1, dim)), varint(2, 1), text(8, name), field(9, raw), ...more),
  );
}

const io = [field(11, text(1, 'x')), field(12, text(1, 'y'))];
const model = (...graph: Uint8Array[]): Uint8Array => field(7, concatBytes(...graph));

function refusal(bytes: Uint8Array): string {
  try {
    parseOnnx(bytes);
  } catch (error) {
    if (error instanceof InferenceError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const w = tensor('w', [2, 2], [1, 2, 3, 4]);
const b = tensor('b', [2], [5, 6]);

describe('an ONNX file', () => {
  it.each([
    [
      'a convolution',
      model(node('Conv', ['x', 'w'], 'y'), w, ...io),
      'ONNX_UNSUPPORTED node 0 "Conv-1" (Conv): operator Conv is not supported; expected Gemm, MatMul, Add',
    ],
    [
      'a sigmoid after a layer',
      model(node('MatMul', ['x', 'w'], 'h'), node('Sigmoid', ['h'], 'y'), w, ...io),
      'ONNX_UNSUPPORTED node 1 "Sigmoid-1" (Sigmoid): operator Sigmoid is not supported',
    ],
    [
      'an operator of another domain',
      model(node('Gemm', ['x', 'w'], 'y', text(7, 'com.vendor')), w, ...io),
      'ONNX_UNSUPPORTED node 0 "Gemm-1" (Gemm): expected an operator of the domain ai.onnx',
    ],
    [
      'a transposed input',
      model(node('Gemm', ['x', 'w'], 'y', field(5, concatBytes(text(1, 'transA'), varint(3, 1)))), w, ...io),
      'ONNX_UNSUPPORTED node 0 "Gemm-1" (Gemm): expected transA = 0',
    ],
    [
      'a skip connection',
      model(node('MatMul', ['x', 'w'], 'h'), node('Relu', ['x'], 'y'), w, ...io),
      'ONNX_UNSUPPORTED node 1 "Relu-1" (Relu): expected an operator on "h": one chain',
    ],
    [
      'weights that are computed',
      model(node('MatMul', ['x', 'k'], 'y'), w, ...io),
      'ONNX_UNSUPPORTED node 0 "MatMul-1" (MatMul): expected an initializer for "k"',
    ],
    [
      'an Add of two activations',
      model(
        node('MatMul', ['x', 'w'], 'h'),
        node('Relu', ['h'], 'r'),
        node('Add', ['r', 'b'], 'y'),
        w,
        b,
        ...io,
      ),
      'ONNX_UNSUPPORTED node 2 "Add-1" (Add): expected an Add right after a MatMul',
    ],
    [
      'layers that do not fit',
      model(
        node('MatMul', ['x', 'w'], 'h'),
        node('MatMul', ['h', 'v'], 'y'),
        w,
        tensor('v', [3, 1], [1, 2, 3]),
        ...io,
      ),
      'ONNX_MALFORMED node 1 "MatMul-1" (MatMul): expected weights for 2 inputs, got 3',
    ],
    [
      'two inputs',
      model(node('MatMul', ['x', 'w'], 'y'), w, field(11, text(1, 'z')), ...io),
      'ONNX_UNSUPPORTED graph: expected exactly one input',
    ],
    [
      'integer weights',
      model(field(5, concatBytes(varint(1, 1), varint(2, 7), text(8, 'w')))),
      'ONNX_UNSUPPORTED initializer 0 "w": expected float32 values',
    ],
    [
      'weights in another file',
      model(tensor('w', [1], [1], varint(14, 1))),
      'ONNX_UNSUPPORTED initializer 0 "w": expected values inside of the file',
    ],
    [
      'fewer values than dimensions say',
      model(tensor('w', [2, 2], [1, 2, 3])),
      'ONNX_MALFORMED initializer 0 "w": expected 4 values, got 3',
    ],
    [
      'an infinite weight',
      model(tensor('w', [1], [Number.POSITIVE_INFINITY])),
      'ONNX_MALFORMED initializer 0 "w": expected finite values',
    ],
    [
      'no layer',
      model(node('Identity', ['x'], 'y'), ...io),
      'ONNX_UNSUPPORTED graph: expected at least one Gemm or MatMul',
    ],
    ['no graph', text(2, 'nobody'), 'ONNX_MALFORMED model: expected exactly one field 7'],
    ['a group', Uint8Array.of(0x3b, 0), 'ONNX_MALFORMED model: expected wire type 0, 1, 2 or 5'],
    [
      'a varint without an end',
      new Uint8Array(20).fill(0xff),
      'ONNX_MALFORMED model: expected a varint of at most 10 bytes',
    ],
    [
      'a field that is longer than the file',
      Uint8Array.of(0x3a, 0x7f, 1),
      'ONNX_MALFORMED model: expected a field that ends inside of the message',
    ],
  ])('with %s is refused with its place', (_, bytes, reason) => {
    expect(refusal(bytes)).toContain(reason);
  });

  it('cut anywhere is refused or another graph, and never another error', () => {
    for (let length = 0; length < file.length; length += 1) {
      expect(refusal(file.subarray(0, length))).toMatch(/^(ONNX_(MALFORMED|UNSUPPORTED) |accepted$)/);
    }
  });

  it('with any byte changed is refused or read, and never another error', () => {
    for (let at = 0; at < file.length; at += 1) {
      for (const flip of [1, 0x80, 0xff]) {
        const changed = Uint8Array.from(file);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(refusal(changed)).toMatch(/^(ONNX_(MALFORMED|UNSUPPORTED) |accepted$)/);
      }
    }
  });

  it('reads back as the network that was written', () => {
    expect(parseOnnx(file)).toEqual(network);
  });

  it('may say Gemm with or without transposition, or MatMul and Add, and end in Softmax and mean the same', () => {
    const gemm = node('Gemm', ['x', 'w', 'b'], 'y');
    const plain = parseOnnx(model(gemm, w, b, ...io));
    const split = parseOnnx(
      model(
        node('MatMul', ['x', 'w'], 'h'),
        node('Add', ['b', 'h'], 's'),
        node('Softmax', ['s'], 'y'),
        w,
        b,
        ...io,
      ),
    );
    const transB = field(5, concatBytes(text(1, 'transB'), varint(3, 1)));
    const turned = parseOnnx(
      model(node('Gemm', ['x', 'w', 'b'], 'y', transB), tensor('w', [2, 2], [1, 3, 2, 4]), b, ...io),
    );
    expect(split).toEqual(plain);
    expect(turned).toEqual(plain);
    expect(evaluateFloat(plain, [10, 100])).toEqual([10 + 300 + 5, 20 + 400 + 6]);
  });
});
