import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from './encoding.js';
import {
  consistencyPath,
  emptyRoot,
  inclusionPath,
  leafHash,
  merkleRoot,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from './merkle.js';

const refusal = expect.objectContaining({ name: 'CanonicalError', code: 'MERKLE_INVALID' });
const SIZE_MAX = 33;
const leaves = Array.from({ length: SIZE_MAX }, (_, index) => leafHash(Uint8Array.of(index)));
const flip = (hash: Uint8Array) => hash.map((byte, at) => (at === 0 ? byte ^ 1 : byte));

describe('inclusion', () => {
  const tree = leaves.slice(0, 7);
  const valid = {
    leafHash: leafHash(Uint8Array.of(4)),
    index: 4,
    size: 7,
    path: inclusionPath(tree, 4),
    root: merkleRoot(tree),
  };

  it('is refused for sizes and indexes that are no sizes', () => {
    for (const index of [-1, 7, 1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(verifyInclusion({ ...valid, index })).toBe(false);
    }
    for (const size of [-1, 0, 4, 1.5, Number.NaN, 2 ** 53]) {
      expect(verifyInclusion({ ...valid, size })).toBe(false);
    }
  });

  it('is refused for hashes that are no hashes', () => {
    expect(verifyInclusion({ ...valid, root: valid.root.subarray(1) })).toBe(false);
    expect(verifyInclusion({ ...valid, leafHash: new Uint8Array() })).toBe(false);
    expect(verifyInclusion({ ...valid, path: valid.path.map((hash) => hash.subarray(0, 31)) })).toBe(false);
  });

  it('is refused for a path that is cut, longer or in another order', () => {
    expect(verifyInclusion({ ...valid, path: valid.path.slice(1) })).toBe(false);
    expect(verifyInclusion({ ...valid, path: valid.path.slice(0, -1) })).toBe(false);
    expect(verifyInclusion({ ...valid, path: [...valid.path, valid.root] })).toBe(false);
    expect(verifyInclusion({ ...valid, path: valid.path.toReversed() })).toBe(false);
  });

  it('holds for every leaf of every tree, and for no other leaf', () => {
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      const hashes = leaves.slice(0, size);
      const root = merkleRoot(hashes);
      for (const [index, hash] of hashes.entries()) {
        const path = inclusionPath(hashes, index);
        expect(verifyInclusion({ leafHash: hash, index, size, path, root })).toBe(true);
        expect(verifyInclusion({ leafHash: flip(hash), index, size, path, root })).toBe(false);
        if (size > 1) {
          expect(verifyInclusion({ leafHash: hash, index: (index + 1) % size, size, path, root })).toBe(
            false,
          );
        }
      }
    }
  });

  it('works above 32 bits', () => {
    const path = Array.from({ length: 40 }, (_, level) => leafHash(Uint8Array.of(level)));
    const root = path.reduce((hash, sibling) => nodeHash(hash, sibling), valid.leafHash);
    const proof = { leafHash: valid.leafHash, index: 0, size: 2 ** 40, path, root };
    expect(verifyInclusion(proof)).toBe(true);
    expect(verifyInclusion({ ...proof, index: 2 ** 32 })).toBe(false);
    expect(verifyInclusion({ ...proof, size: 2 ** 40 + 1 })).toBe(false);
  });

  it('has no path for a leaf that is not there', () => {
    expect(() => inclusionPath(tree, 7)).toThrow(refusal);
    expect(() => inclusionPath([], 0)).toThrow(refusal);
    expect(() => inclusionPath(tree, -1)).toThrow(refusal);
  });
});

describe('consistency', () => {
  const prove = (oldSize: number, newSize: number) => {
    const hashes = leaves.slice(0, newSize);
    return {
      oldSize,
      newSize,
      oldRoot: merkleRoot(hashes.slice(0, oldSize)),
      newRoot: merkleRoot(hashes),
      path: consistencyPath(hashes, oldSize),
    };
  };

  it('is refused for sizes that shrink or are no sizes', () => {
    expect(verifyConsistency({ ...prove(3, 7), oldSize: 7, newSize: 3 })).toBe(false);
    for (const size of [-1, 1.5, Number.NaN, 2 ** 53]) {
      expect(verifyConsistency({ ...prove(3, 7), oldSize: size })).toBe(false);
      expect(verifyConsistency({ ...prove(3, 7), newSize: size })).toBe(false);
    }
  });

  it('is refused from the empty tree, except to itself with the root of nothing', () => {
    expect(verifyConsistency(prove(0, 0))).toBe(true);
    expect(verifyConsistency(prove(0, 3))).toBe(false);
    const other = leafHash(Uint8Array.of(1));
    expect(verifyConsistency({ ...prove(0, 0), oldRoot: other, newRoot: other })).toBe(false);
  });

  it('is refused for paths that are cut, longer, empty or in another order', () => {
    for (const proof of [prove(3, 7), prove(4, 7), prove(6, 33)]) {
      expect(verifyConsistency({ ...proof, path: [] })).toBe(false);
      expect(verifyConsistency({ ...proof, path: proof.path.slice(1) })).toBe(false);
      expect(verifyConsistency({ ...proof, path: proof.path.slice(0, -1) })).toBe(false);
      expect(verifyConsistency({ ...proof, path: [...proof.path, proof.newRoot] })).toBe(false);
      expect(verifyConsistency({ ...proof, oldRoot: proof.newRoot })).toBe(false);
      expect(verifyConsistency({ ...proof, newRoot: flip(proof.newRoot) })).toBe(false);
    }
  });

  it('holds between every two trees of one log, and not after a rewrite', () => {
    for (let newSize = 1; newSize <= SIZE_MAX; newSize += 1) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const proof = prove(oldSize, newSize);
        expect(verifyConsistency(proof)).toBe(true);
        expect(verifyConsistency({ ...proof, oldRoot: flip(proof.oldRoot) })).toBe(false);
      }
    }
  });

  it('has no path from a larger tree', () => {
    expect(() => consistencyPath(leaves, SIZE_MAX + 1)).toThrow(refusal);
  });
});

describe('roots', () => {
  it('are those of RFC 6962', () => {
    expect(toHex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(leafHash(new Uint8Array()))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
    // The eight leaves of the test tree of the first Certificate Transparency implementation.
    const data = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    expect(toHex(merkleRoot(data.map((leaf) => leafHash(fromHex(leaf)))))).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    );
  });

  it('refuse leaf hashes of another length', () => {
    expect(() => merkleRoot([new Uint8Array(31)])).toThrow(refusal);
  });
});
