import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  fromBase64,
  isJsonObject,
  type JsonObject,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { UsageError } from '../output/failure.js';
import { tamper } from './tamper.js';

const bundle = canonicalBytes({
  root: { payload: toBase64(new Uint8Array([1, 2, 3, 4])), payloadType: 'text/plain' },
  steps: [{ payload: toBase64(new Uint8Array([9])) }],
  counts: 3,
});

function parsed(bytes: Uint8Array): JsonObject {
  const value = parseJsonStrict(bytes);
  if (!isJsonObject(value)) throw new Error('not an object');
  return value;
}

describe('tamper', () => {
  it.each(['nothing', 'steps', 'steps.7.payload', 'counts', 'root', '', '__proto__.x'])(
    'refuses %j, which names no text of the bundle',
    (path) => {
      expect(() => tamper(bundle, path)).toThrow(UsageError);
    },
  );

  it('flips one bit behind the base64 of a payload and leaves everything else alone', () => {
    const { bytes, what } = tamper(bundle, 'root.payload');
    const changed = parsed(bytes);
    const root = changed['root'];
    expect(isJsonObject(root ?? null) && fromBase64(String((root as JsonObject)['payload']))).toEqual(
      new Uint8Array([1, 2, 2, 4]),
    );
    expect(changed['steps']).toEqual(parsed(bundle)['steps']);
    expect(what).toContain('byte 2 of 4');
  });

  it('flips a character of a text that is no base64', () => {
    const { bytes } = tamper(bundle, 'root.payloadType');
    const root = parsed(bytes)['root'] as JsonObject;
    expect(root['payloadType']).toBe('text/qlain');
  });
});
