import { describe, expect, it } from 'vitest';
import { concatBytes, digestOf, u32be } from '#canonical';
import { CiphertextError, ledgerParameters } from '#ciphertext';
import {
  contentKey,
  openAtRest,
  openBlob,
  sealAtRest,
  sealBlob,
} from '../../apps/orchestrator/src/blobs/blob-seal.js';
import { unpackedForm } from '../../apps/orchestrator/src/blobs/packed-ciphertexts.js';
import { TAG_BYTES } from '../../apps/orchestrator/src/keys/aead.js';
import { boastingFrame, drawnCiphertext, zstdBomb } from './hostile-ciphertexts.js';

const ciphertext = Buffer.from(drawnCiphertext('at rest'));
const { length: size } = ciphertext;
const digest = digestOf(ciphertext);
const key = contentKey(ciphertext);

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'accepted';
  } catch (error) {
    if (error instanceof CiphertextError) return error.code;
    throw error;
  }
}

describe('a blob at rest', () => {
  it.each([0, 11, 12, 200_000])('does not open with byte %i changed', (place) => {
    const sealed = sealAtRest(key, digest, ciphertext);
    sealed[place] = (sealed[place] ?? 0) ^ 1;
    expect(() => openAtRest(key, digest, sealed, size)).toThrow(digest);
  });

  it('does not open as another blob, cut, or for what was never packed', () => {
    const sealed = sealAtRest(key, digest, ciphertext);
    const other = digestOf(Buffer.from('other'));
    expect(() => openAtRest(key, other, sealed, size)).toThrow(other);
    expect(() => openAtRest(key, digest, sealed.subarray(0, -1), size)).toThrow(digest);
    expect(() => openAtRest(key, digest, sealBlob(key, digest, ciphertext).subarray(0, -1), size)).toThrow();
    expect(() => openBlob(key, digest, sealed)).toThrow(digest);
  });

  it('is unpacked under the cap of one ciphertext, whoever put it there', () => {
    for (const bomb of [boastingFrame(), zstdBomb(2048)]) {
      const packed = concatBytes(u32be(bomb.length), bomb);
      expect(codeOf(() => unpackedForm(packed))).toBe('TRANSPORT_TOO_LARGE');
    }
  });

  it('of a ledger of pages lies packed, and comes out as it went in', () => {
    const sealed = sealAtRest(key, digest, ciphertext);
    expect(sealed.length).toBeLessThan(0.95 * size);
    expect(openAtRest(key, digest, sealed, size).equals(ciphertext)).toBe(true);
  });

  it('opens as it was sealed before anything was packed', () => {
    const sealed = sealBlob(key, digest, ciphertext);
    expect(openAtRest(key, digest, sealed, size).equals(ciphertext)).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('a text')],
    ['as many bytes as a ciphertext has', Buffer.alloc(size, 7)],
    ['a ciphertext of another ledger', Buffer.from(drawnCiphertext('older', ledgerParameters))],
    ['a ciphertext that names its SEAL', withMinor(ciphertext)],
  ])('of %s lies as it is', (_what, bytes) => {
    const sealed = sealAtRest(contentKey(bytes), digestOf(bytes), bytes);
    expect(sealed.length).toBe(bytes.length + TAG_BYTES);
    const opened = openAtRest(contentKey(bytes), digestOf(bytes), sealed, bytes.length);
    expect(opened.equals(bytes)).toBe(true);
  });
});

/** The digest of these bytes is not that of the canonical ones, so that they must come back as they are. */
function withMinor(bytes: Buffer): Buffer {
  const named = Buffer.from(bytes);
  named[4] = 1;
  return named;
}
