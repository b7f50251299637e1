import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concatBytes, digestOf, u32be } from '#canonical';
import { CiphertextError, canonicalCiphertext, ledgerParameters, pageParameters } from '#ciphertext';
import { packCiphertext, unpackCiphertext } from '#worker';
import {
  boastingFrame,
  drawnCiphertext,
  mutations,
  nestedBomb,
  outerBomb,
  zstdBomb,
} from './hostile-ciphertexts.js';

const ciphertext = drawnCiphertext('honest');
const packed = packCiphertext(ciphertext, pageParameters);
const older = drawnCiphertext('older', ledgerParameters);
const frame = (bytes: Uint8Array): Uint8Array => new Uint8Array(zstdCompressSync(bytes));
const changed = (place: number, value: number): Uint8Array =>
  ciphertext.slice().fill(value, place, place + 1);
const high = new Uint8Array(113 + 32_768);
const low = new Uint8Array(7 * 32_768);
const once = new Uint8Array(1);
const transparent = ciphertext.slice().fill(0, 113 + (ciphertext.length - 113) / 2);

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'accepted';
  } catch (error) {
    if (error instanceof CiphertextError) return error.code;
    throw error;
  }
}

/** Packs as the product does, but whatever it is given: headers and every eighth byte, then the seven others. */
function packedAnyhow(bytes: Uint8Array): Uint8Array {
  const coefficients = bytes.subarray(113);
  const high = coefficients.filter((_byte, index) => index % 8 === 7);
  const low = coefficients.filter((_byte, index) => index % 8 !== 7);
  return framed(frame(concatBytes(bytes.subarray(0, 113), high)), frame(low));
}

function framed(first: Uint8Array, second: Uint8Array): Uint8Array {
  return concatBytes(u32be(first.length), first, second);
}

const plainly = (bytes: Uint8Array): string => codeOf(() => canonicalCiphertext(bytes, pageParameters));
const unpacking = (bytes: Uint8Array): string => codeOf(() => unpackCiphertext(bytes, pageParameters));

describe('hostile ciphertexts', () => {
  it('stand beside honest ones, which pass plain and packed, and pack to the length of their primes', () => {
    for (const [bytes, parameters] of [
      [ciphertext, pageParameters],
      [older, ledgerParameters],
    ] as const) {
      const frames = packCiphertext(bytes, parameters);
      expect(digestOf(unpackCiphertext(frames, parameters))).toBe(digestOf(bytes));
      const bits = Math.max(...parameters.coeffModulus.map((prime) => prime.toString(2).length));
      expect(frames.length / bytes.length).toBeLessThan(bits / 64 + 0.01);
    }
    expect(digestOf(unpackCiphertext(packedAnyhow(ciphertext), pageParameters))).toBe(digestOf(ciphertext));
  });

  it.each<[string, string, Uint8Array]>([
    ['the bomb of 8 KB', 'CIPHERTEXT_COMPRESSED', outerBomb(2048)],
    ['the bomb of 32 KB', 'CIPHERTEXT_COMPRESSED', outerBomb(8192)],
    ['the nested bomb', 'CIPHERTEXT_COMPRESSED', nestedBomb(2048)],
    ['a transparent ciphertext', 'CIPHERTEXT_TRANSPARENT', transparent],
    ['one of other parameters', 'CIPHERTEXT_PARAMETERS', older],
    ['one whose parms_id differs by a bit', 'CIPHERTEXT_PARAMETERS', changed(30, 0)],
    ['a trailing byte', 'CIPHERTEXT_TRAILING_BYTES', concatBytes(ciphertext, new Uint8Array(1))],
    ['a missing byte', 'CIPHERTEXT_TRUNCATED', ciphertext.slice(0, -1)],
    ['nothing', 'CIPHERTEXT_TRUNCATED', new Uint8Array(0)],
    ['another magic', 'CIPHERTEXT_MAGIC', changed(0, 0)],
    ['another major version', 'CIPHERTEXT_VERSION', changed(3, 5)],
    ['another header size', 'CIPHERTEXT_HEADER', changed(2, 17)],
    ['a size that is not its own', 'CIPHERTEXT_SIZE_MISMATCH', changed(8, 0)],
    ['the NTT form', 'CIPHERTEXT_FORM', changed(48, 1)],
    ['three polynomials', 'CIPHERTEXT_SHAPE', changed(49, 3)],
    ['another scale', 'CIPHERTEXT_SCALE', changed(79, 0)],
  ])('%s: %s, and packed as well', (_name, code, bytes) => {
    expect(plainly(bytes)).toBe(code);
    const { length } = bytes;
    // What has not its length does not come out of its frames.
    const expected = length > ciphertext.length ? /^TRANSPORT_TOO_LARGE$/ : /^TRANSPORT_TRUNCATED$/;
    expect(unpacking(packedAnyhow(bytes))).toMatch(length === ciphertext.length ? code : expected);
  });

  it.each<[string, string, Uint8Array]>([
    ['a first frame that unpacks to 256 MiB', 'TRANSPORT_TOO_LARGE', framed(zstdBomb(2048), frame(low))],
    ['a second frame that unpacks to 1 GiB', 'TRANSPORT_TOO_LARGE', framed(frame(high), zstdBomb(8192))],
    ['a frame that asks for all memory', 'TRANSPORT_TOO_LARGE', framed(boastingFrame(), frame(low))],
    ['more bytes than a ciphertext has', 'TRANSPORT_TOO_LARGE', new Uint8Array(300_000)],
    ['a byte after the frames', 'TRANSPORT_TRAILING_BYTES', concatBytes(packed, new Uint8Array(1))],
    [
      'a byte between the frames',
      'TRANSPORT_TRAILING_BYTES',
      framed(concatBytes(frame(high), once), frame(low)),
    ],
    ['a frame more', 'TRANSPORT_TOO_LARGE', concatBytes(packed, frame(once))],
    ['a frame less', 'TRANSPORT_TRUNCATED', framed(frame(high), new Uint8Array(0))],
    ['frames in the other order', 'TRANSPORT_TOO_LARGE', framed(frame(low), frame(high))],
    ['a frame that is too short', 'TRANSPORT_TRUNCATED', framed(frame(once), frame(low))],
    ['a frame in a frame', 'TRANSPORT_TRUNCATED', framed(frame(frame(high)), frame(low))],
    ['half of it', 'TRANSPORT_TRUNCATED', packed.slice(0, packed.length / 2)],
    ['no bytes', 'TRANSPORT_TRUNCATED', new Uint8Array(0)],
    ['a length beyond the end', 'TRANSPORT_TRUNCATED', new Uint8Array(8).fill(0x7f)],
    ['no frames', 'TRANSPORT_MALFORMED', framed(ciphertext.slice(0, 5000), frame(low))],
  ])('%s: %s', (_name, code, bytes) => {
    expect(unpacking(bytes)).toBe(code);
  });

  it('take no memory: bombs of 256 MiB and 1 GiB leave the process as large as it was', () => {
    const bombs = [outerBomb(2048), outerBomb(8192), nestedBomb(2048), nestedBomb(8192)];
    const frames = [framed(zstdBomb(2048), frame(low)), framed(frame(high), zstdBomb(8192))];
    const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;
    const beforeMiB = peakMiB();
    for (let round = 0; round < 20; round += 1) {
      for (const bomb of bombs) plainly(bomb);
      for (const bomb of frames) unpacking(bomb);
    }
    expect(peakMiB() - beforeMiB).toBeLessThan(64);
  });

  it('of 10,000 mutations none passes as the ciphertext it was', () => {
    const honest = digestOf(ciphertext);
    const verdicts = new Map<string, number>();
    for (const mutation of mutations(ciphertext, 'mutations', 10_000)) {
      const code = plainly(mutation);
      const told = code === 'accepted' && passesAs(mutation, honest) ? 'the honest one' : code;
      verdicts.set(told, (verdicts.get(told) ?? 0) + 1);
    }
    expect(verdicts.get('the honest one') ?? 0).toBe(0);
    // Only what changed no header may pass the reader; it is refused by its digest.
    expect([...verdicts.keys()].filter((code) => code !== 'accepted').length).toBeGreaterThanOrEqual(10);
  });

  it('packed and mutated 500 times are refused by a reason of their own, or are a ciphertext to be held to its digest', () => {
    const verdicts = new Set([...mutations(packed, 'packed', 500)].map(unpacking));
    for (const code of verdicts) expect(code).toMatch(/^(accepted|(TRANSPORT|CIPHERTEXT)_[A-Z_]+)$/);
    expect(verdicts.size).toBeGreaterThanOrEqual(4);
  });

  /** The two version minors are no part of the ciphertext: other values of them are the same one. */
  function passesAs(mutation: Uint8Array, honest: string): boolean {
    const minors = mutation[4] !== ciphertext[4] || mutation[93] !== ciphertext[93];
    return !minors && digestOf(canonicalCiphertext(mutation, pageParameters)) === honest;
  }
});
