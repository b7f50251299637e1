/** The published vectors that lie beside the repository. Absent, each set says so and is skipped. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8, toHex, utf8 } from './encoding.js';
import { canonicalBytes } from './jcs.js';
import type { Json } from './json.js';
import { verifyConsistency, verifyInclusion } from './merkle.js';
import { ed25519Verify } from './primitives.js';

const ROOT = resolve(import.meta.dirname, '../../../../shared/vectors/evidence');

function describeWithVectors(set: string, define: (folder: string) => void): void {
  const folder = join(ROOT, set);
  if (existsSync(folder)) {
    describe(`vectors of ${set}`, () => define(folder));
    return;
  }
  console.log(`vectors absent: ${set} skipped`);
  describe.skip(`vectors of ${set}`, () => it('absent', () => undefined));
}

function readJson<T>(file: string): T {
  return JSON.parse(fromUtf8(readFileSync(file))) as T;
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}

describeWithVectors('jcs', (folder) => {
  it.each(['arrays', 'french', 'unicode', 'values'])('%s has the published canonical form', (name) => {
    const bytes = canonicalBytes(readJson<Json>(join(folder, 'input', `${name}.json`)));
    expect(Buffer.from(bytes).equals(readFileSync(join(folder, 'output', `${name}.json`)))).toBe(true);
    const hex = fromUtf8(readFileSync(join(folder, 'outhex', `${name}.txt`))).replaceAll(/\s/g, '');
    expect(toHex(bytes)).toBe(hex);
  });
});

describeWithVectors('merkle', (folder) => {
  const hashes = (path: readonly string[] | null) => (path ?? []).map(fromBase64);

  it('accepts and refuses inclusion proofs as published', () => {
    interface Inclusion {
      readonly leafIdx: number;
      readonly treeSize: number;
      readonly root: string;
      readonly leafHash: string;
      readonly proof: readonly string[] | null;
      readonly wantErr: boolean;
    }
    const files = jsonFiles(join(folder, 'inclusion'));
    for (const file of files) {
      const vector = readJson<Inclusion>(file);
      const accepted = verifyInclusion({
        leafHash: fromBase64(vector.leafHash),
        index: vector.leafIdx,
        size: vector.treeSize,
        path: hashes(vector.proof),
        root: fromBase64(vector.root),
      });
      expect(accepted, file).toBe(!vector.wantErr);
    }
    expect(files.length).toBeGreaterThan(50);
  });

  it('accepts and refuses consistency proofs as published', () => {
    interface Consistency {
      readonly size1: number;
      readonly size2: number;
      readonly root1: string;
      readonly root2: string;
      readonly proof: readonly string[] | null;
      readonly wantErr: boolean;
    }
    const files = jsonFiles(join(folder, 'consistency'));
    for (const file of files) {
      const vector = readJson<Consistency>(file);
      const accepted = verifyConsistency({
        oldSize: vector.size1,
        newSize: vector.size2,
        oldRoot: fromBase64(vector.root1),
        newRoot: fromBase64(vector.root2),
        path: hashes(vector.proof),
      });
      expect(accepted, file).toBe(!vector.wantErr);
    }
    expect(files.length).toBeGreaterThan(50);
  });
});

describeWithVectors('ed25519', (folder) => {
  it('follows one rule on small-order and non-canonical points', () => {
    interface EdgeCase {
      readonly number: number;
      readonly key: string;
      readonly sig: string;
      readonly msg: string;
      readonly flags: readonly string[] | null;
    }
    const refusedFlags = [
      'low_order_A',
      'low_order_R',
      'non_canonical_A',
      'non_canonical_R',
      'low_order_residue',
    ];
    const vectors = readJson<readonly EdgeCase[]>(join(folder, 'ed25519vectors.json'));
    for (const { number, key, sig, msg, flags } of vectors) {
      const expected = !refusedFlags.some((flag) => flags?.includes(flag));
      expect(ed25519Verify(fromHex(key), utf8(msg), fromHex(sig)), `vector ${number}`).toBe(expected);
    }
    expect(vectors.length).toBeGreaterThan(100);
  });
});

describeWithVectors('wycheproof', (folder) => {
  it('accepts and refuses Ed25519 signatures as published', () => {
    interface Group {
      readonly publicKey: { readonly pk: string };
      readonly tests: readonly {
        readonly tcId: number;
        readonly msg: string;
        readonly sig: string;
        readonly result: string;
      }[];
    }
    const { testGroups } = readJson<{ testGroups: readonly Group[] }>(join(folder, 'ed25519_test.json'));
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const accepted = ed25519Verify(fromHex(publicKey.pk), fromHex(msg), fromHex(sig));
        expect(accepted, `case ${tcId}`).toBe(result === 'valid');
      }
    }
    expect(testGroups.length).toBeGreaterThan(0);
  });
});
