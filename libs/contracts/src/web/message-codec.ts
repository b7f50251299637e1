/**
 * Messages of the contract as bytes, where proto-loader cannot work: it makes functions of text, which the content
 * security policy of a careful page forbids. What comes out has the form of the types in `generated/`, as
 * `loaderOptions` makes it: 64-bit numbers are text, enumerations names, absent messages null, and bytes a plain
 * Uint8Array. The encoding itself is a library's (https://protobuf.dev/programming-guides/encoding/).
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { enums } from '../generated/wire-table.js';
import { type WireField, wireFields } from './wire-fields.js';

type Message = Record<string, unknown>;
type Type = WireField['type'];

/** How deep messages may lie in messages; those of the contract end far before. */
const DEPTH_MAX = 32;
const KEY = 1;
const VALUE = 2;

/** @throws TypeError for a message or a value that the contract does not have */
export function encodeMessage(name: string, message: object): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeFields(writer, name, message as Message);
  return new Uint8Array(writer.finish());
}

/** @throws Error for bytes that are no message of the name */
export function decodeMessage(name: string, bytes: Uint8Array): object {
  return readFields(new BinaryReader(bytes), bytes.length, name, 0);
}

function writeFields(writer: BinaryWriter, name: string, message: Message): void {
  for (const field of wireFields(name)) {
    const value = message[field.name];
    if (value === undefined || value === null) continue;
    if (field.label === 'repeated') {
      writeRepeated(writer, field, value as readonly unknown[]);
    } else if (field.label === 'map') {
      for (const [key, entry] of Object.entries(value)) {
        writer.tag(field.number, WireType.LengthDelimited).fork();
        writeValue(writer.tag(KEY, WireType.LengthDelimited), { kind: 'string' }, key);
        writeValue(writer.tag(VALUE, wireTypeOf(field.type)), field.type, entry);
        writer.join();
      }
    } else {
      writeValue(writer.tag(field.number, wireTypeOf(field.type)), field.type, value);
    }
  }
}

function writeRepeated(writer: BinaryWriter, { number, type }: WireField, values: readonly unknown[]): void {
  if (wireTypeOf(type) === WireType.LengthDelimited) {
    for (const value of values) writeValue(writer.tag(number, WireType.LengthDelimited), type, value);
  } else if (values.length > 0) {
    writer.tag(number, WireType.LengthDelimited).fork();
    for (const value of values) writeValue(writer, type, value);
    writer.join();
  }
}

function writeValue(writer: BinaryWriter, type: Type, value: unknown): void {
  switch (type.kind) {
    case 'string':
      writer.string(text(value));
      break;
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw new TypeError(`expected bytes, got a ${typeof value}`);
      writer.bytes(value);
      break;
    case 'bool':
      writer.bool(value === true);
      break;
    case 'int32':
      writer.int32(Number(value));
      break;
    case 'int64':
      writer.int64(text(value));
      break;
    case 'uint64':
      writer.uint64(text(value));
      break;
    case 'enum':
      writer.int32(numberIn(type.name, value));
      break;
    case 'message':
      writeFields(writer.fork(), type.name, value as Message);
      writer.join();
      break;
  }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new TypeError(`expected text or a number, got a ${typeof value}`);
}

function numberIn(name: string, value: unknown): number {
  const number = typeof value === 'number' ? value : enums[name]?.[String(value)];
  if (number === undefined) throw new TypeError(`${name}: expected one of its names, got ${String(value)}`);
  return number;
}

function wireTypeOf({ kind }: Type): WireType {
  return kind === 'string' || kind === 'bytes' || kind === 'message'
    ? WireType.LengthDelimited
    : WireType.Varint;
}

function readFields(reader: BinaryReader, end: number, name: string, depth: number): Message {
  if (depth > DEPTH_MAX) throw new RangeError(`${name}: deeper than ${DEPTH_MAX} messages`);
  const fields = wireFields(name);
  const message: Message = {};
  for (const { name: field, label, oneof, type } of fields) {
    if (oneof === null) message[field] = emptyOf(label, type);
  }
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = fields.find((each) => each.number === number);
    if (field === undefined) {
      // Of a newer version: what it added says nothing to this one.
      reader.skip(wireType, number);
      continue;
    }
    readField(reader, field, { wireType, message, depth });
  }
  if (reader.pos !== end) throw new RangeError(`${name}: a field goes beyond the end`);
  return message;
}

interface Place {
  readonly wireType: WireType;
  readonly message: Message;
  readonly depth: number;
}

function readField(reader: BinaryReader, field: WireField, { wireType, message, depth }: Place): void {
  const { name, label, oneof, type } = field;
  if (label === 'map') {
    const [key, value] = readEntry(reader, type, depth);
    Object.defineProperty(message[name], key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return;
  }
  if (label === 'repeated') {
    const list = message[name] as unknown[];
    const isPacked = wireType === WireType.LengthDelimited && wireTypeOf(type) === WireType.Varint;
    if (!isPacked) list.push(readValue(reader, type, depth));
    else
      for (const end = reader.uint32() + reader.pos; reader.pos < end; )
        list.push(readValue(reader, type, depth));
    return;
  }
  if (oneof !== null) {
    const other = message[oneof];
    // The last member of a oneof counts, as elsewhere.
    if (typeof other === 'string' && other !== name) delete message[other];
    message[oneof] = name;
  }
  message[name] = readValue(reader, type, depth);
}

function readEntry(reader: BinaryReader, type: Type, depth: number): readonly [string, unknown] {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: unknown = emptyOf('single', type);
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    if (number === KEY) key = reader.string();
    else if (number === VALUE) value = readValue(reader, type, depth);
    else reader.skip(wireType, number);
  }
  return [key, value];
}

function readValue(reader: BinaryReader, type: Type, depth: number): unknown {
  switch (type.kind) {
    case 'string':
      return reader.string();
    case 'bytes':
      // A copy: the bytes of a whole answer must not live as long as one field of it.
      return new Uint8Array(reader.bytes());
    case 'bool':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return String(reader.int64());
    case 'uint64':
      return String(reader.uint64());
    case 'enum':
      return nameIn(type.name, reader.int32());
    case 'message': {
      const length = reader.uint32();
      return readFields(reader, reader.pos + length, type.name, depth + 1);
    }
  }
}

/** A number that this version has no name for stays a number. */
function nameIn(name: string, number: number): string | number {
  const found = Object.entries(enums[name] ?? {}).find(([, value]) => value === number);
  return found?.[0] ?? number;
}

function emptyOf(label: WireField['label'], type: Type): unknown {
  if (label === 'repeated') return [];
  if (label === 'map') return {};
  switch (type.kind) {
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array();
    case 'bool':
      return false;
    case 'int32':
      return 0;
    case 'int64':
    case 'uint64':
      return '0';
    case 'enum':
      return nameIn(type.name, 0);
    case 'message':
      return null;
  }
}
