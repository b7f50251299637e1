import { describe, expect, it } from 'vitest';
import { equalBytes } from '#canonical';
import { CiphertextError } from './ciphertext-error.js';
import { type FheParameters, ledgerParameters, pageParameters } from './parameters.js';
import {
  canonicalCiphertext,
  checkCiphertext,
  checkPublicKey,
  ciphertextBytes,
  publicKeyBytes,
  withVersionMinor,
} from './pre-parser.js';

const length = 524_401;

/** Headers as SEAL 4.1 writes them, over coefficients that are all one. */
function wellFormed(): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length).fill(1, 113);
  const view = new DataView(bytes.buffer);
  header(view, 0, length);
  bytes.set(Buffer.from(ledgerParameters.paramsId, 'hex'), 16);
  view.setBigUint64(49, 2n, true);
  view.setBigUint64(57, 8192n, true);
  view.setBigUint64(65, 4n, true);
  view.setFloat64(73, 1, true);
  view.setBigUint64(81, 1n, true);
  header(view, 89, length - 89);
  view.setBigUint64(105, 65_536n, true);
  return { bytes, view };
}

function header(view: DataView, start: number, size: number): void {
  view.setUint16(start, 0xa15e, true);
  view.setUint8(start + 2, 16);
  view.setUint8(start + 3, 4);
  view.setUint8(start + 4, 1);
  view.setBigUint64(start + 8, BigInt(size), true);
}

function codeOf(bytes: Uint8Array): string {
  try {
    checkCiphertext(bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof CiphertextError) return error.code;
    throw error;
  }
}

function changed(change: (view: DataView, bytes: Uint8Array) => void): string {
  const { bytes, view } = wellFormed();
  change(view, bytes);
  return codeOf(bytes);
}

/** The first bytes of a ciphertext whose body is a few KB of zstd that unpack to gigabytes. */
function bomb(bytesTotal: number, compressedHeaderAt: 0 | 89): Uint8Array {
  const { bytes } = wellFormed();
  const cut = bytes.slice(0, bytesTotal);
  const view = new DataView(cut.buffer);
  header(view, 0, bytesTotal);
  header(view, 89, bytesTotal - 89);
  view.setUint8(compressedHeaderAt + 5, 2);
  return cut;
}

describe('pre-parser', () => {
  it('accepts the exact layout of an uncompressed ciphertext', () => {
    expect(ciphertextBytes()).toBe(length);
    expect(codeOf(wellFormed().bytes)).toBe('accepted');
  });

  it.each([
    ['a bomb of 8 KB', bomb(8227, 0)],
    ['a bomb of 32 KB', bomb(32_803, 0)],
    ['a bomb whose outer header says uncompressed', bomb(8316, 89)],
    ['a bomb of the right length', bomb(length, 89)],
  ])('refuses %s as compressed', (_name, bytes) => {
    expect(codeOf(bytes)).toBe('CIPHERTEXT_COMPRESSED');
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['half a header', wellFormed().bytes.slice(0, 60)],
    ['the last byte missing', wellFormed().bytes.slice(0, -1)],
  ])('refuses %s as truncated', (_name, bytes) => {
    expect(codeOf(bytes)).toBe('CIPHERTEXT_TRUNCATED');
  });

  it('refuses a trailing byte', () => {
    const bytes = new Uint8Array(length + 1);
    bytes.set(wellFormed().bytes);
    expect(codeOf(bytes)).toBe('CIPHERTEXT_TRAILING_BYTES');
  });

  it.each([
    ['outer magic', 'CIPHERTEXT_MAGIC', 0],
    ['outer header size', 'CIPHERTEXT_HEADER', 2],
    ['outer major version', 'CIPHERTEXT_VERSION', 3],
    ['outer compression', 'CIPHERTEXT_COMPRESSED', 5],
    ['outer reserved', 'CIPHERTEXT_HEADER', 7],
    ['outer size', 'CIPHERTEXT_SIZE_MISMATCH', 15],
    ['parms_id', 'CIPHERTEXT_PARAMETERS', 47],
    ['ntt flag', 'CIPHERTEXT_FORM', 48],
    ['polynomial count', 'CIPHERTEXT_SHAPE', 49],
    ['degree', 'CIPHERTEXT_SHAPE', 64],
    ['modulus count', 'CIPHERTEXT_SHAPE', 65],
    ['scale', 'CIPHERTEXT_SCALE', 73],
    ['correction factor', 'CIPHERTEXT_SCALE', 88],
    ['inner magic', 'CIPHERTEXT_MAGIC', 89],
    ['inner header size', 'CIPHERTEXT_HEADER', 91],
    ['inner major version', 'CIPHERTEXT_VERSION', 92],
    ['inner compression', 'CIPHERTEXT_COMPRESSED', 94],
    ['inner reserved', 'CIPHERTEXT_HEADER', 95],
    ['inner size', 'CIPHERTEXT_SIZE_MISMATCH', 104],
    ['element count', 'CIPHERTEXT_SHAPE', 112],
  ])('names a flipped %s', (_name, code, offset) => {
    expect(
      changed((_view, bytes) => {
        bytes[offset] = (bytes[offset] ?? 0) ^ 0x80;
      }),
    ).toBe(code);
  });

  it('leaves no header byte unchecked but the two version minors', () => {
    const ignored = Array.from({ length: 113 }, (_, offset) => offset).filter(
      (offset) =>
        changed((_view, bytes) => {
          bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
        }) === 'accepted',
    );
    expect(ignored).toEqual([4, 93]);
  });

  it('refuses a scale that is not a number', () => {
    expect(changed((view) => view.setFloat64(73, Number.NaN, true))).toBe('CIPHERTEXT_SCALE');
  });

  it('refuses a ciphertext whose second polynomial is zero', () => {
    expect(changed((_view, bytes) => bytes.fill(0, 113 + 262_144))).toBe('CIPHERTEXT_TRANSPARENT');
  });

  it('reads bytes that start inside a larger buffer', () => {
    const frame = new Uint8Array(length + 7);
    frame.set(wellFormed().bytes, 7);
    expect(codeOf(frame.subarray(7))).toBe('accepted');
  });

  it('copies a Buffer instead of writing into it', () => {
    const buffer = Buffer.from(wellFormed().bytes);
    expect(canonicalCiphertext(buffer)[4]).toBe(0);
    expect(buffer[4]).toBe(1);
  });

  it('gives the bytes of different SEAL releases one canonical form', () => {
    const { bytes } = wellFormed();
    const canonical = canonicalCiphertext(bytes);
    expect([canonical[4], canonical[93]]).toEqual([0, 0]);
    // Compared by hand: a matcher walks half a million elements for two seconds.
    expect(equalBytes(canonicalCiphertext(withVersionMinor(bytes, 4)), canonical)).toBe(true);
    expect(canonicalCiphertext(canonical)).toBe(canonical);
    expect(bytes[4]).toBe(1);
  });
});

interface Kind {
  readonly name: string;
  readonly bytes: number;
  readonly paramsId: string;
  readonly nttForm: number;
  readonly moduli: number;
  readonly check: (bytes: Uint8Array) => void;
}

/** Sizes written out by hand: 113 + 8 * 2 * 8192 * moduli. */
const kinds: readonly Kind[] = [
  ...[
    { parameters: ledgerParameters, moduli: 4, bytes: 524_401, keyBytes: 655_473 },
    { parameters: pageParameters, moduli: 2, bytes: 262_257, keyBytes: 393_329 },
  ].flatMap(({ parameters, moduli, bytes, keyBytes }): Kind[] => [
    {
      name: `a ciphertext of ${parameters.name}`,
      bytes,
      paramsId: parameters.paramsId,
      nttForm: 0,
      moduli,
      check: (given) => checkCiphertext(given, parameters),
    },
    {
      name: `a public key of ${parameters.name}`,
      bytes: keyBytes,
      paramsId: parameters.keyParamsId,
      nttForm: 1,
      moduli: moduli + 1,
      check: (given) => checkPublicKey(given, parameters),
    },
  ]),
];

/** Headers of a kind over coefficients that are all one. */
function wellFormedOf({ bytes: size, paramsId, nttForm, moduli }: Kind): Uint8Array {
  const bytes = new Uint8Array(size).fill(1, 113);
  const view = new DataView(bytes.buffer);
  header(view, 0, size);
  bytes.set(Buffer.from(paramsId, 'hex'), 16);
  view.setUint8(48, nttForm);
  view.setBigUint64(49, 2n, true);
  view.setBigUint64(57, 8192n, true);
  view.setBigUint64(65, BigInt(moduli), true);
  view.setFloat64(73, 1, true);
  view.setBigUint64(81, 1n, true);
  header(view, 89, size - 89);
  view.setBigUint64(105, BigInt(2 * 8192 * moduli), true);
  return bytes;
}

describe('the table of parameter sets', () => {
  const refusal = ({ check }: Kind, bytes: Uint8Array): string => {
    try {
      check(bytes);
      return 'accepted';
    } catch (error) {
      if (error instanceof CiphertextError) return error.code;
      throw error;
    }
  };

  it('holds what the page codec relies on: as many slots and the same t in both sets', () => {
    const shared = ({ polyModulusDegree, plainModulus }: FheParameters) => [polyModulusDegree, plainModulus];
    expect(shared(pageParameters)).toEqual(shared(ledgerParameters));
    expect([ciphertextBytes(pageParameters), publicKeyBytes(pageParameters)]).toEqual([262_257, 393_329]);
  });

  it('accepts each kind in its own place and nowhere else, and says that the parameters are others', () => {
    const verdicts = kinds.map((given) => kinds.map((place) => refusal(place, wellFormedOf(given))));
    expect(verdicts).toEqual(
      kinds.map((given) => kinds.map((place) => (given === place ? 'accepted' : 'CIPHERTEXT_PARAMETERS'))),
    );
  });

  it.each(kinds)('leaves no header byte of $name unchecked but the two version minors', (kind) => {
    const bytes = wellFormedOf(kind);
    const ignored = Array.from({ length: 113 }, (_, offset) => offset).filter((offset) => {
      const was = bytes[offset] ?? 0;
      bytes[offset] = was ^ 0xff;
      const verdict = refusal(kind, bytes);
      bytes[offset] = was;
      return verdict === 'accepted';
    });
    expect(ignored).toEqual([4, 93]);
  });

  it.each(kinds)('refuses $name that is cut, longer, or shows its message', (kind) => {
    const bytes = wellFormedOf(kind);
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(refusal(kind, bytes.subarray(0, -1))).toBe('CIPHERTEXT_TRUNCATED');
    expect(refusal(kind, longer)).toBe('CIPHERTEXT_TRAILING_BYTES');
    expect(refusal(kind, bytes.fill(0, 113 + (bytes.length - 113) / 2))).toBe('CIPHERTEXT_TRANSPARENT');
  });
});
