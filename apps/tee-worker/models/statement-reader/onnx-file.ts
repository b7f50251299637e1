import { bytesField, messageField, textField, varintField } from './protobuf.js';

/** Field numbers, element types and attribute types of onnx.proto3 (ONNX 1.12, IR version 8, opset 17). */
const IR_VERSION = 8;
const OPSET = 17;
export const FLOAT = 1;
export const INT64 = 7;
const ATTRIBUTE_INT = 2;

export const onnxOpset = OPSET;

/** A file around the parts of a graph. */
export function modelFile(...graph: Uint8Array[]): Uint8Array {
  return Uint8Array.from(
    Buffer.concat([
      varintField(1, IR_VERSION),
      textField(2, 'sealflow'),
      messageField(7, ...graph),
      messageField(8, textField(1, ''), varintField(2, OPSET)),
    ]),
  );
}

export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  ...attributes: Uint8Array[]
): Uint8Array {
  return messageField(
    1,
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(3, `${operator}:${output}`),
    textField(4, operator),
    ...attributes,
  );
}

export function intAttribute(name: string, value: number): Uint8Array {
  return messageField(5, textField(1, name), varintField(3, value), varintField(20, ATTRIBUTE_INT));
}

export function tensor(name: string, dims: readonly number[], values: Float32Array): Uint8Array {
  const expected = dims.reduce((product, dim) => product * dim, 1);
  if (values.length !== expected)
    throw new RangeError(`${name} has ${values.length} values, not ${expected}`);
  // raw_data is little-endian whatever the machine, hence no view on the array's own bytes.
  const raw = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    raw.writeFloatLE(value, index * 4);
  });
  const sizes = dims.map((dim) => varintField(1, dim));
  return messageField(5, ...sizes, varintField(2, FLOAT), textField(8, name), bytesField(9, raw));
}

/** An axis, which some operators take as an input. */
export function integerTensor(name: string, value: number): Uint8Array {
  return messageField(5, varintField(1, 1), varintField(2, INT64), varintField(7, value), textField(8, name));
}

/** A dimension given as text is named and free. */
export function valueInfo(name: string, elementType: number, dims: readonly (number | string)[]): Buffer {
  const shape = dims.map((dim) =>
    messageField(1, typeof dim === 'number' ? varintField(1, dim) : textField(2, dim)),
  );
  const tensorType = messageField(1, varintField(1, elementType), messageField(2, ...shape));
  return Buffer.concat([textField(1, name), messageField(2, tensorType)]);
}
