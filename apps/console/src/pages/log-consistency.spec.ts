import { describe, expect, it } from 'vitest';
import { consistencyPath, leafHash, merkleRoot, toBase64, utf8 } from '#canonical';
import { isConsistent } from './log-consistency.js';

const leaves = Array.from({ length: 9 }, (_, index) => leafHash(utf8(`entry ${index}`)));
const rootAt = (size: number): string => toBase64(merkleRoot(leaves.slice(0, size)));
const proof = {
  path: consistencyPath(leaves, 5).map((hash) => toBase64(hash)),
  fromRoot: rootAt(5),
  toRoot: rootAt(9),
};

describe('a proof of consistency, as the page checks it', () => {
  it('does not hold for the root of another log, other sizes, a hash less, or what is no hash', () => {
    expect(isConsistent('5', '9', { ...proof, fromRoot: rootAt(4) })).toBe(false);
    expect(isConsistent('5', '9', { ...proof, toRoot: rootAt(8) })).toBe(false);
    expect(isConsistent('4', '9', proof)).toBe(false);
    expect(isConsistent('9', '5', proof)).toBe(false);
    expect(isConsistent('5', '9', { ...proof, path: proof.path.slice(1) })).toBe(false);
    expect(isConsistent('5', '9', { ...proof, path: ['no base64!'] })).toBe(false);
    expect(isConsistent('5', '9', {})).toBe(false);
  });

  it('holds for what was only added to', () => {
    expect(isConsistent('5', '9', proof)).toBe(true);
    expect(isConsistent('9', '9', { path: [], fromRoot: rootAt(9), toRoot: rootAt(9) })).toBe(true);
  });
});
