import { InferenceError } from './inference-error.js';

/** One field of a message: a number, or the bytes of a text, a message or packed numbers. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
}

const VARINT_BYTES_MAX = 10;

/**
 * Reads the fields of a protobuf message, without a schema.
 *
 * @param where names the message in errors.
 * @throws InferenceError ONNX_MALFORMED on a truncated field, more than `fieldsMax` fields, or a group
 */
export function protobufFields(
  bytes: Uint8Array,
  where: string,
  fieldsMax: number,
): readonly ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (fields.length >= fieldsMax) throw malformed(where, `at most ${fieldsMax} fields`);
    const key = varint(bytes, at, where);
    at = key.next;
    const number = Number(key.value >> 3n);
    const wire = Number(key.value & 7n);
    if (number < 1 || number > 536_870_911) throw malformed(where, 'a field number from 1 to 536870911');
    if (wire === 0) {
      const { value, next } = varint(bytes, at, where);
      fields.push({ number, value, wire });
      at = next;
      continue;
    }
    let length = wire === 1 ? 8 : 4;
    if (wire === 2) {
      const { value, next } = varint(bytes, at, where);
      if (value > BigInt(bytes.length)) throw malformed(where, 'a field that ends inside of the message');
      length = Number(value);
      at = next;
    } else if (wire !== 1 && wire !== 5) {
      throw malformed(where, `wire type 0, 1, 2 or 5 for field ${number}, got ${wire}`);
    }
    if (at + length > bytes.length) throw malformed(where, 'a field that ends inside of the message');
    fields.push({ number, value: bytes.subarray(at, at + length), wire });
    at += length;
  }
  return fields;
}

/** All numbers of a repeated field, packed or not. */
export function protobufNumbers(
  fields: readonly ProtobufField[],
  number: number,
  where: string,
  countMax: number,
): readonly bigint[] {
  const found: bigint[] = [];
  for (const { value } of fields.filter((field) => field.number === number)) {
    if (typeof value === 'bigint') found.push(value);
    else {
      for (let at = 0; at < value.length; ) {
        const one = varint(value, at, where);
        found.push(one.value);
        at = one.next;
        if (found.length > countMax) throw malformed(where, `at most ${countMax} numbers in field ${number}`);
      }
    }
    if (found.length > countMax) throw malformed(where, `at most ${countMax} numbers in field ${number}`);
  }
  return found;
}

function varint(
  bytes: Uint8Array,
  from: number,
  where: string,
): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) break;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, next: from + index + 1 };
  }
  throw malformed(where, `a varint of at most ${VARINT_BYTES_MAX} bytes inside of the message`);
}

function malformed(where: string, expected: string): InferenceError {
  return new InferenceError('ONNX_MALFORMED', `${where}: expected ${expected}`);
}
