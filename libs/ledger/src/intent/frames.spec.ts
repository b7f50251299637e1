import { describe, expect, it } from 'vitest';
import { concatBytes, digestOf, u32be, utf8 } from '#canonical';
import { encodeFrames, envelopeFormat, intentsFormat, parseFrames } from './frames.js';
import { encodeMemo, type Memo, memoBytes, parseMemo } from './memo.js';
import { intentReasons } from './reasons.js';

const first = utf8(intentsFormat.firstLine);
const frames = [utf8('one'), new Uint8Array(0), utf8('three')];
const honest = encodeFrames(intentsFormat, frames);

describe('frames', () => {
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['another first line', encodeFrames(envelopeFormat, frames)],
    ['no count', first],
    ['a count that is cut off', concatBytes(first, Uint8Array.of(0, 0))],
    ['more frames than there are', concatBytes(first, u32be(2), u32be(0))],
    ['more frames than there may be', concatBytes(first, u32be(2 ** 32 - 1))],
    ['a frame that is cut off', honest.subarray(0, -1)],
    ['a frame longer than it may be', concatBytes(first, u32be(1), u32be(2 ** 31))],
    ['bytes after the end', concatBytes(honest, Uint8Array.of(0))],
    ['too many bytes', new Uint8Array(intentsFormat.bytesMax + 1)],
  ])('are refused with %s', (_, bytes) => {
    expect(() => parseFrames(intentsFormat, bytes)).toThrow(
      expect.objectContaining({ code: 'INTENTS_MALFORMED' }),
    );
  });

  it('are not made beyond their bounds', () => {
    const many = Array.from({ length: envelopeFormat.countMax + 1 }, () => new Uint8Array(0));
    const large = [new Uint8Array(envelopeFormat.frameBytesMax + 1)];
    for (const parts of [many, large])
      expect(() => encodeFrames(envelopeFormat, parts)).toThrow(
        expect.objectContaining({ code: 'INTENTS_MALFORMED' }),
      );
  });

  it('come back as they were', () => {
    expect(parseFrames(intentsFormat, honest)).toEqual(frames);
    expect(parseFrames(intentsFormat, encodeFrames(intentsFormat, []))).toEqual([]);
  });
});

describe('a memo', () => {
  const memo: Memo = {
    ...{ status: 'applied', reason: null, repeated: false, silent: false, version: 9 },
    ...{ requested: 5n, transferred: 5n, intentId: digestOf(utf8('intent')) },
  };
  const flipped = (at: number, byte: number) =>
    encodeMemo(memo).map((old, index) => (index === at ? byte : old));

  it.each<[string, Uint8Array]>([
    ['another size', encodeMemo(memo).subarray(1)],
    ['another format', flipped(0, 2)],
    ['no status', flipped(1, 0)],
    ['a reason for what was applied', flipped(3, 1)],
    ['a reason that nobody knows', flipped(2, 0xff)],
    ['flags that nobody knows', flipped(5, 0xff)],
    ['something at its end', flipped(memoBytes - 1, 1)],
  ])('is refused with %s', (_, bytes) => {
    expect(() => parseMemo(bytes)).toThrow(expect.objectContaining({ code: 'MEMO_MALFORMED' }));
  });

  it('has one size and comes back as it was, for every reason', () => {
    const refusals = intentReasons.map(
      (reason): Memo => ({ ...memo, status: 'refused', reason, transferred: 0n, intentId: null }),
    );
    for (const each of [memo, { ...memo, repeated: true, silent: true }, ...refusals]) {
      expect(encodeMemo(each)).toHaveLength(memoBytes);
      expect(parseMemo(encodeMemo(each))).toEqual(each);
    }
  });
});
