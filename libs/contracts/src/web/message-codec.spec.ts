import type { MessageTypeDefinition } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { enums, messages } from '../generated/wire-table.js';
import { loadContracts } from '../loader.js';
import { decodeMessage, encodeMessage } from './message-codec.js';
import { type WireField, wireFields } from './wire-fields.js';

type Loaded = MessageTypeDefinition<object, object>;

/** Those that lie in others come with them: proto-loader has no name for them. */
const names = Object.keys(messages).filter((name) => !/\.[A-Z]\w*\.[A-Z]/.test(name));

function loaded(name: string): Loaded {
  return loadContracts()[name] as unknown as Loaded;
}

/** Numbers that are the same at every run (Steele and Vigna, mulberry32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const texts = ['', 'a', 'tenants/demo/runs/01', 'Übergrößenträger', '\u0000', '𝄞', 'x'.repeat(300)];
const int64s = ['0', '1', '-1', '9223372036854775807', '-9223372036854775808', '1763900000'];
const int32s = [0, 1, -1, 2_147_483_647, -2_147_483_648, 300];

function drawn(type: WireField['type'], draw: (below: number) => number, depth: number): unknown {
  switch (type.kind) {
    case 'string':
      return texts[draw(texts.length)];
    case 'bytes':
      return Uint8Array.from({ length: draw(40) }, () => draw(256));
    case 'bool':
      return draw(2) === 1;
    case 'int32':
      return int32s[draw(int32s.length)];
    case 'int64':
      return int64s[draw(int64s.length)];
    case 'uint64':
      return ['0', '1', '18446744073709551615'][draw(3)];
    case 'enum': {
      const members = Object.keys(enums[type.name] ?? {});
      return members[draw(members.length)];
    }
    case 'message':
      return messageOf(type.name, draw, depth + 1);
  }
}

function messageOf(name: string, draw: (below: number) => number, depth = 0): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  const oneofs = new Set<string>();
  for (const { name: field, label, oneof, type } of wireFields(name)) {
    if (draw(4) === 0 || (type.kind === 'message' && depth > 3)) continue;
    if (oneof !== null && oneofs.has(oneof)) continue;
    if (oneof !== null) oneofs.add(oneof);
    const several = Array.from({ length: draw(4) }, () => drawn(type, draw, depth));
    if (label === 'map')
      message[field] = Object.fromEntries(several.map((value, at) => [`key-${at}`, value]));
    else message[field] = label === 'repeated' ? several : drawn(type, draw, depth);
  }
  return message;
}

/** proto-loader gives a Buffer where a browser has none. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, plain(of)]));
}

describe('messages without proto-loader', () => {
  it('are all that the contract has', () => {
    const ofLoader = Object.entries(loadContracts()).filter(
      ([, { format }]) => format === 'Protocol Buffer 3 DescriptorProto',
    );
    expect(names).toEqual(ofLoader.map(([name]) => name).sort());
  });

  it.each(names)('%s: read what proto-loader wrote, to the same object', (name) => {
    const draw = numbersFrom(7);
    for (let round = 0; round < 20; round += 1) {
      const bytes = loaded(name).serialize(messageOf(name, draw));
      expect(decodeMessage(name, bytes)).toEqual(plain(loaded(name).deserialize(bytes)));
    }
  });

  it.each(names)('%s: are read by proto-loader as what they were', (name) => {
    const draw = numbersFrom(11);
    for (let round = 0; round < 20; round += 1) {
      const message = messageOf(name, draw);
      const theirs = loaded(name).deserialize(loaded(name).serialize(message));
      expect(loaded(name).deserialize(Buffer.from(encodeMessage(name, message)))).toEqual(theirs);
    }
  });
});

describe('bytes that are no message', () => {
  const run = encodeMessage('sealflow.run.v1.GetRunRequest', { name: 'tenants/demo/runs/01' });

  it('are refused wherever they are cut', () => {
    for (let length = 1; length < run.length; length += 1) {
      expect(() => decodeMessage('sealflow.run.v1.GetRunRequest', run.subarray(0, length))).toThrow();
    }
  });

  it('are refused when a field claims more than is there', () => {
    const inner = Uint8Array.of(0x0a, 0x7f, 0x01);
    expect(() => decodeMessage('sealflow.run.v1.GetRunRequest', inner)).toThrow();
  });

  it('of a newer version lose what this one does not know, and nothing else', () => {
    const newer = Uint8Array.of(...run, 0xfa, 0x07, 0x02, 0x68, 0x69, 0xf8, 0x06, 0x05);
    expect(decodeMessage('sealflow.run.v1.GetRunRequest', newer)).toEqual({ name: 'tenants/demo/runs/01' });
  });

  it('cannot reach the prototype of the facts of an error', () => {
    const bytes = loaded('sealflow.error.v1.ErrorInfo').serialize(
      JSON.parse('{"reason":"X","metadata":{"__proto__":"polluted"}}') as object,
    );
    const { metadata } = decodeMessage('sealflow.error.v1.ErrorInfo', bytes) as { metadata: object };
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.hasOwn(metadata, '__proto__') || Object.keys(metadata).length === 0).toBe(true);
  });
});

describe('values that the contract does not have', () => {
  it.each([
    ['a name of no enumeration', 'sealflow.run.v1.Run', { state: 'RUN_STATE_LOST' }],
    ['text in the place of bytes', 'sealflow.workflow.v1.PlanWorkflowRequest', { definition: 'YWJj' }],
    ['an object in the place of text', 'sealflow.run.v1.GetRunRequest', { name: {} }],
  ])('are refused: %s', (_what, name, message) => {
    expect(() => encodeMessage(name, message)).toThrow(TypeError);
  });

  it('and names of no message', () => {
    expect(() => encodeMessage('sealflow.run.v1.Nothing', {})).toThrow(TypeError);
  });
});
