import { describe, expect, it } from 'vitest';
import { utf8 } from './encoding.js';
import { parseJsonStrict } from './json-parse.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const refusal = (code: string) => expect.objectContaining({ name: 'CanonicalError', code });

describe('strict JSON refuses', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['an empty document', '', 'JSON_SYNTAX'],
    ['white space alone', ' \n', 'JSON_SYNTAX'],
    ['two documents', '{} {}', 'JSON_SYNTAX'],
    ['a trailing comma in an object', '{"a":1,}', 'JSON_SYNTAX'],
    ['a trailing comma in an array', '[1,]', 'JSON_SYNTAX'],
    ['a leading comma', '[,1]', 'JSON_SYNTAX'],
    ['a missing comma', '[1 2]', 'JSON_SYNTAX'],
    ['a missing colon', '{"a" 1}', 'JSON_SYNTAX'],
    ['a missing value', '{"a":}', 'JSON_SYNTAX'],
    ['an unquoted key', '{a:1}', 'JSON_SYNTAX'],
    ['single quotes', "{'a':1}", 'JSON_SYNTAX'],
    ['a comment', '/* a */1', 'JSON_SYNTAX'],
    ['an unclosed object', '{"a":1', 'JSON_SYNTAX'],
    ['an unclosed array', '[1', 'JSON_SYNTAX'],
    ['an unclosed string', '"a', 'JSON_SYNTAX'],
    ['a string that ends in a backslash', '"a\\', 'JSON_SYNTAX'],
    ['mismatched brackets', '[1}', 'JSON_SYNTAX'],
    ['a raw newline in a string', '"a\nb"', 'JSON_SYNTAX'],
    ['a raw NUL in a string', '"a\u0000b"', 'JSON_SYNTAX'],
    ['an unknown escape', '"\\x41"', 'JSON_SYNTAX'],
    ['a short \\u escape', '"\\u12"', 'JSON_SYNTAX'],
    ['a \\u escape with a sign', '"\\u+123"', 'JSON_SYNTAX'],
    ['a lone high surrogate', '"\\ud800"', 'JSON_SYNTAX'],
    ['a lone low surrogate', '"\\udc00a"', 'JSON_SYNTAX'],
    ['surrogates in the wrong order', '"\\udc00\\ud800"', 'JSON_SYNTAX'],
    ['a lone surrogate in a key', '{"\\ud800":1}', 'JSON_SYNTAX'],
    ['a capitalised word', 'True', 'JSON_SYNTAX'],
    ['a cut word', 'nul', 'JSON_SYNTAX'],
    ['a longer word', 'nullx', 'JSON_SYNTAX'],
    ['NaN', 'NaN', 'JSON_SYNTAX'],
    ['Infinity', '-Infinity', 'JSON_SYNTAX'],
    ['undefined', 'undefined', 'JSON_SYNTAX'],
    ['a plus sign', '+1', 'JSON_SYNTAX'],
    ['a leading zero', '01', 'JSON_SYNTAX'],
    ['a leading zero after a sign', '-01', 'JSON_SYNTAX'],
    ['hexadecimal', '0x10', 'JSON_SYNTAX'],
    ['a bare minus', '-', 'JSON_SYNTAX'],
    ['a point without digits', '1.', 'JSON_SYNTAX'],
    ['a no-break space between tokens', '[1,\u00a02]', 'JSON_SYNTAX'],
    ['a fraction', '1.5', 'JSON_FLOAT'],
    ['a fraction of zero', '1.0', 'JSON_FLOAT'],
    ['an exponent', '1e2', 'JSON_FLOAT'],
    ['minus zero', '[-0]', 'JSON_FLOAT'],
    ['2^53', '9007199254740992', 'JSON_INTEGER_RANGE'],
    ['-2^53', '-9007199254740992', 'JSON_INTEGER_RANGE'],
    ['a thousand digits', '9'.repeat(1000), 'JSON_INTEGER_RANGE'],
    ['a duplicate key', '{"a":1,"a":1}', 'JSON_DUPLICATE_KEY'],
    ['a duplicate key in another spelling', '{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
    ['a duplicate __proto__', '{"__proto__":1,"__proto__":2}', 'JSON_DUPLICATE_KEY'],
    ['a duplicate key deep inside', '[{"x":{"b":0,"c":0,"b":0}}]', 'JSON_DUPLICATE_KEY'],
    ['33 levels of arrays', '['.repeat(33) + ']'.repeat(33), 'JSON_DEPTH'],
    ['a million open brackets', '['.repeat(1_000_000), 'JSON_DEPTH'],
    ['a million open objects', '{"a":'.repeat(1_000_000), 'JSON_DEPTH'],
    ['a byte order mark', '\ufeff{}', 'JSON_BOM'],
  ];

  it.each(table)('%s', (_name, text, code) => {
    expect(() => parseJsonStrict(bytes(text))).toThrow(refusal(code));
  });

  const notUtf8: readonly (readonly [string, readonly number[]])[] = [
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ];

  it.each(notUtf8)('%s', (_name, raw) => {
    expect(() => parseJsonStrict(Uint8Array.from(raw))).toThrow(refusal('JSON_NOT_UTF8'));
  });

  it('a document, a string and a nesting above the limits that the caller sets', () => {
    expect(() => parseJsonStrict(bytes('[1,2,3]'), { bytesMax: 6 })).toThrow(refusal('JSON_TOO_LARGE'));
    expect(() => parseJsonStrict(bytes('"abcd"'), { stringBytesMax: 3 })).toThrow(
      refusal('JSON_STRING_TOO_LONG'),
    );
    expect(() => parseJsonStrict(bytes('{"abcd":1}'), { stringBytesMax: 3 })).toThrow(
      refusal('JSON_STRING_TOO_LONG'),
    );
    expect(() => parseJsonStrict(bytes('"€€"'), { stringBytesMax: 5 })).toThrow(
      refusal('JSON_STRING_TOO_LONG'),
    );
    expect(() => parseJsonStrict(bytes('[[1]]'), { depthMax: 1 })).toThrow(refusal('JSON_DEPTH'));
  });

  it('more values than the limit, wherever they are', () => {
    const limits = { valuesMax: 4 };
    for (const text of ['[0,0,0,0]', '[[[[{}]]]]', '{"a":[1,2,3]}', '{"a":{"b":{"c":{"d":0}}}}']) {
      expect(() => parseJsonStrict(bytes(text), limits)).toThrow(refusal('JSON_TOO_MANY_VALUES'));
    }
    expect(() => parseJsonStrict(bytes(`[${'{},'.repeat(2 ** 17 - 1)}{}]`))).toThrow(
      refusal('JSON_TOO_MANY_VALUES'),
    );
  });

  it('without repeating any of the content, which may be a secret', () => {
    for (const text of [
      '{"salary":1.5}',
      '{"salary":1,"salary":2}',
      '["salary',
      '"\\ud800salary"',
      'salary',
    ]) {
      expect(() => parseJsonStrict(bytes(text))).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('salary') }),
      );
    }
  });
});

describe('strict JSON accepts', () => {
  it('every kind of value', () => {
    const text =
      ' {"a":[null,true,false,0,-1,9007199254740991,-9007199254740991,"x",{},[]],"":{"b":"c"}}\r\n\t';
    expect(parseJsonStrict(bytes(text))).toEqual(JSON.parse(text));
  });

  it('every escape, surrogate pairs included', () => {
    const text = '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u20aC\\ud83d\\ude00 \u007f 😀"';
    expect(parseJsonStrict(bytes(text))).toBe(JSON.parse(text));
  });

  it('sizes exactly at the limits', () => {
    expect(parseJsonStrict(bytes('"€"'), { bytesMax: 5, stringBytesMax: 3, depthMax: 0 })).toBe('€');
    const deep = '['.repeat(32) + ']'.repeat(32);
    expect(JSON.stringify(parseJsonStrict(bytes(deep)))).toBe(deep);
  });

  it('exactly as many values as the limit', () => {
    expect(parseJsonStrict(bytes('[0,{"a":1}]'), { valuesMax: 4 })).toEqual([0, { a: 1 }]);
  });

  it('siblings without counting them as depth', () => {
    expect(parseJsonStrict(bytes('[[],[],[]]'), { depthMax: 2 })).toEqual([[], [], []]);
  });

  it('__proto__ as an ordinary key, and answers no inherited name', () => {
    const value = parseJsonStrict(bytes('{"__proto__":{"admin":true}}')) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value['admin']).toBeUndefined();
    expect(value['constructor']).toBeUndefined();
  });

  it('a BOM inside a string', () => {
    expect(parseJsonStrict(utf8('"\ufeff"'))).toBe('\ufeff');
  });
});
