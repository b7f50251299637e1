/**
 * RFC 6962 Merkle trees and the proofs of RFC 9162 sections 2.1.3 and 2.1.4.
 *
 * The log's operator and the author of a proof are not trusted. Sizes, indexes and paths are theirs, so the two
 * verifiers answer false to anything malformed and never throw. Sizes are safe integers; they exceed 32 bits,
 * hence arithmetic where the RFC shifts bits.
 */
import { CanonicalError } from './canonical-error.js';
import { type Bytes, equalBytes } from './encoding.js';
import { sha256 } from './primitives.js';

const HASH_BYTES = 32;
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export const emptyRoot: Uint8Array = sha256();

export function leafHash(data: Uint8Array): Bytes {
  return sha256(LEAF_PREFIX, data);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(NODE_PREFIX, left, right);
}

export function merkleRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  return leafHashes.length === 0 ? emptyRoot : subtreeRoot(leafHashes, 0, leafHashes.length);
}

/** @throws CanonicalError `MERKLE_INVALID` when no leaf has this index. */
export function inclusionPath(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!isSize(index) || index >= leafHashes.length) {
    throw new CanonicalError('MERKLE_INVALID', `no leaf ${index} in a tree of ${leafHashes.length}`);
  }
  const path: Uint8Array[] = [];
  let begin = 0;
  let end = leafHashes.length;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      path.unshift(subtreeRoot(leafHashes, middle, end));
      end = middle;
    } else {
      path.unshift(subtreeRoot(leafHashes, begin, middle));
      begin = middle;
    }
  }
  return path;
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(proof: {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  const { index, size, path, root } = proof;
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (![proof.leafHash, root, ...path].every(isHash)) return false;
  let node = index;
  let last = size - 1;
  let hash = proof.leafHash;
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(hash, root);
}

/** RFC 9162 section 2.1.4.1. Empty from size 0 and between equal sizes. @throws CanonicalError `MERKLE_INVALID` */
export function consistencyPath(leafHashes: readonly Uint8Array[], oldSize: number): Uint8Array[] {
  if (!isSize(oldSize) || oldSize > leafHashes.length) {
    throw new CanonicalError('MERKLE_INVALID', `size ${oldSize} is not before size ${leafHashes.length}`);
  }
  if (oldSize === 0 || oldSize === leafHashes.length) return [];
  const path: Uint8Array[] = [];
  let begin = 0;
  let end = leafHashes.length;
  const oldEnd = oldSize;
  // `whole` of the RFC: the old tree is one complete left subtree, whose root the verifier already has.
  let whole = true;
  while (oldEnd !== end) {
    const middle = begin + splitPoint(end - begin);
    if (oldEnd <= middle) {
      path.unshift(subtreeRoot(leafHashes, middle, end));
      end = middle;
    } else {
      path.unshift(subtreeRoot(leafHashes, begin, middle));
      begin = middle;
      whole = false;
    }
  }
  if (!whole) path.unshift(subtreeRoot(leafHashes, begin, end));
  return path;
}

/**
 * RFC 9162 section 2.1.4.2. From an empty tree there is nothing to prove, so old size 0 is false unless the new
 * size is 0 too; then both roots must be SHA-256(""), a case that the RFC leaves out.
 */
export function verifyConsistency(proof: {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}): boolean {
  const { oldSize, newSize, oldRoot, newRoot, path } = proof;
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  if (![oldRoot, newRoot, ...path].every(isHash)) return false;
  if (oldSize === 0 && (newSize > 0 || !equalBytes(oldRoot, emptyRoot))) return false;
  if (oldSize === newSize) return path.length === 0 && equalBytes(oldRoot, newRoot);
  // Step 2: the old root itself is left out of the path when the old tree is complete.
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path;
  if (first === undefined || rest.length === 0) return false;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot);
}

function subtreeRoot(leafHashes: readonly Uint8Array[], begin: number, end: number): Uint8Array {
  if (end - begin === 1) {
    const leaf = leafHashes[begin];
    if (leaf === undefined || !isHash(leaf)) {
      throw new CanonicalError('MERKLE_INVALID', `leaf hash ${begin} has not ${HASH_BYTES} bytes`);
    }
    return leaf;
  }
  const middle = begin + splitPoint(end - begin);
  return nodeHash(subtreeRoot(leafHashes, begin, middle), subtreeRoot(leafHashes, middle, end));
}

/** Largest power of two below `size`, for sizes of 2 and more. */
function splitPoint(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(value: Uint8Array): boolean {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest > 1 && !isOdd(rest)) rest = half(rest);
  return rest === 1;
}
