import { describe, expect, it } from 'vitest';
import { canonicalBytes, canonicalize } from './jcs.js';
import { type Json, toJson } from './json.js';
import { parseJsonStrict } from './json-parse.js';

const refusal = (code: string) => expect.objectContaining({ name: 'CanonicalError', code });

describe('canonicalize', () => {
  const impossible: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in an array', new Array(1)],
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['bytes', new Uint8Array(2)],
    ['a date', { at: new Date(0) }],
    ['a map', new Map()],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udfff': 1 }],
  ];

  it.each(impossible)('refuses %s', (_name, value) => {
    expect(() => canonicalize(value as Json)).toThrow(refusal('JSON_SYNTAX'));
  });

  it('refuses a value that contains itself', () => {
    const loop: Json[] = [];
    loop.push(loop);
    expect(() => canonicalize(loop)).toThrow(refusal('JSON_DEPTH'));
  });

  it('orders keys by UTF-16 code units, as the example of RFC 8785 section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = Object.values(JSON.parse(canonicalize(value)) as Record<string, string>);
    // JSON.parse moves "1" to the front, so the order of the rest is what the text shows.
    expect(order).toHaveLength(7);
    expect(canonicalize(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",' +
        '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('writes numbers as RFC 8785 appendix B does', () => {
    const samples: readonly (readonly [number, string])[] = [
      [0, '0'],
      [-0, '0'],
      [5e-324, '5e-324'],
      [-1.7976931348623157e308, '-1.7976931348623157e+308'],
      [9007199254740992, '9007199254740992'],
      [295147905179352830000, '295147905179352830000'],
      [1e21, '1e+21'],
      [9.999999999999997e22, '9.999999999999997e+22'],
      [0.000001, '0.000001'],
      [1e-7, '1e-7'],
      [333333333.3333333, '333333333.3333333'],
    ];
    for (const [value, text] of samples) expect(canonicalize(value)).toBe(text);
  });

  it('escapes only what it must', () => {
    expect(canonicalize('\u0000\b\t\n\f\r\u001f"\\/\u007f\u2028')).toBe(
      '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\u007f\u2028"',
    );
  });

  it('gives one text for one value, whatever the order it was built in', () => {
    expect(canonicalize({ b: [1, { d: 0, c: null }], a: true })).toBe('{"a":true,"b":[1,{"c":null,"d":0}]}');
    const parsed = parseJsonStrict(canonicalBytes({ b: 1, a: { z: '€', y: [] } }));
    expect(canonicalize(parsed)).toBe('{"a":{"y":[],"z":"€"},"b":1}');
  });
});

describe('toJson', () => {
  it('passes a typed value through and refuses what has no JSON form', () => {
    const policy = { name: 'x', rules: ['a'], limit: 3 };
    expect(toJson(policy)).toBe(policy);
    expect(() => toJson({ name: 'x', note: undefined })).toThrow(refusal('JSON_SYNTAX'));
    expect(() => toJson({ key: new Uint8Array(1) })).toThrow(refusal('JSON_SYNTAX'));
    expect(() => toJson([Number.NaN])).toThrow(refusal('JSON_SYNTAX'));
  });
});
