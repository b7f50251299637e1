import { expect } from 'vitest';
import { leafHash, merkleRoot, toHex, verifyConsistency } from '#canonical';
import { growTree, parseCheckpoint, parseNote, TreeReader } from '#evidence';
import type { TestStack } from './test-stack.js';

/** Everything that the log stores says the same: places without a gap, tiles, and each checkpoint of its successor. */
export async function expectLogWhole(
  stack: TestStack,
  leaves: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const entries = await stack.query<{ index: number; subject: string; entry: Buffer; leaf_hash: Buffer }>(
    'select * from sealflow.log_entries order by index',
  );
  expect(entries.map(({ index }) => index)).toEqual(entries.map((_, position) => position));
  const known = new Map(entries.map(({ subject, entry }) => [subject, entry.toString('hex')]));
  expect(known.size).toBe(entries.length);
  const lost = [...leaves].filter(([subject, entry]) => known.get(subject) !== toHex(entry));
  expect(lost).toEqual([]);
  const hashes = entries.map(({ entry }) => leafHash(entry));
  expect(entries.map(({ leaf_hash }) => leaf_hash.toString('hex'))).toEqual(hashes.map(toHex));

  const stored = await stack.query<{ level: number; index: number; hashes: Buffer }>(
    'select * from sealflow.log_tiles order by level, index',
  );
  const tiles = new Map(stored.map(({ level, index, hashes: held }) => [`${level}/${index}`, held]));
  const grown = await growTree(0, hashes, async () => new Uint8Array(0));
  expect([...tiles].map(([name, held]) => [name, held.toString('hex')]).sort()).toEqual(
    grown.tiles.map((tile) => [`${tile.level}/${tile.index}`, toHex(tile.hashes)]).sort(),
  );

  const rows = await stack.query<{ size: number; note: string }>(
    'select size, note from sealflow.log_checkpoints order by size',
  );
  const trees = rows.map(({ size, note }) => ({ row: size, ...parseCheckpoint(parseNote(note).text) }));
  expect(trees.at(-1)?.size).toBe(entries.length);
  const reader = new TreeReader(entries.length, async ({ level, index, width }) => {
    return tiles.get(`${level}/${index}`)?.subarray(0, width * 32) ?? new Uint8Array(0);
  });
  for (const [position, { row, size, root }] of trees.entries()) {
    expect(row).toBe(size);
    expect(toHex(root)).toBe(toHex(merkleRoot(hashes.slice(0, size))));
    const next = trees[position + 1];
    if (next === undefined) continue;
    const path = await reader.consistencyPath(size, next.size);
    expect(
      verifyConsistency({ oldSize: size, newSize: next.size, oldRoot: root, newRoot: next.root, path }),
    ).toBe(true);
  }
}
