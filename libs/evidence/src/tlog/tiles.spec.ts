import { describe, expect, it } from 'vitest';
import {
  consistencyPath,
  inclusionPath,
  leafHash,
  merkleRoot,
  toHex,
  utf8,
  verifyConsistency,
  verifyInclusion,
} from '#canonical';
import { encodeEntries, parseEntries } from './entries.js';
import { growTree } from './grow-tree.js';
import { entriesPath, parseTilePath, type TileName, tilePath } from './tile-path.js';
import { type ReadTile, TreeReader } from './tree-reader.js';

const leaves = Array.from({ length: 70_000 }, (_, index) => leafHash(utf8(`entry ${index}`)));
const refusal = (code: string) => expect.objectContaining({ name: 'EvidenceError', code });

/** A store of tiles that counts what is read. */
class Tiles {
  readonly stored = new Map<string, Uint8Array>();
  reads = 0;
  size = 0;

  readonly read: ReadTile = async ({ level, index, width }) => {
    this.reads += 1;
    const tile = this.stored.get(`${level} ${index}`);
    if (tile === undefined) throw new Error(`no tile ${level}/${index}`);
    return tile.subarray(0, width * 32);
  };

  async grow(count: number): Promise<Uint8Array> {
    const grown = await growTree(this.size, leaves.slice(this.size, this.size + count), this.read);
    for (const { level, index, hashes } of grown.tiles) this.stored.set(`${level} ${index}`, hashes);
    this.size = grown.size;
    return grown.root;
  }
}

async function tilesOf(size: number): Promise<Tiles> {
  const tiles = new Tiles();
  await tiles.grow(size);
  return tiles;
}

describe('the name of a tile', () => {
  const names: [TileName, string][] = [
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1, width: 17 }, 'tile/0/001.p/17'],
    [{ level: 3, index: 999, width: 256 }, 'tile/3/999'],
    [{ level: 63, index: 1000, width: 255 }, 'tile/63/x001/000.p/255'],
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  ];

  it.each(names)('%j is the path %s', (name, path) => {
    expect(tilePath(name)).toBe(path);
    expect(parseTilePath(path)).toEqual(name);
  });

  it('of entries is a path of its own', () => {
    expect(entriesPath({ index: 1_234_067, width: 8 })).toBe('tile/entries/x001/x234/067.p/8');
    expect(parseTilePath('tile/entries/000')).toEqual({ level: 'entries', index: 0, width: 256 });
  });

  it.each([
    '',
    'tile/0',
    'tile/64/000',
    'tile/00/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/001',
    'tile/0/x001/x002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000/',
    'tile/0/../000',
    'tile/-1/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    `tile/0/${'x001/'.repeat(1000)}001`,
  ])('"%s" is none', (path) => {
    expect(() => parseTilePath(path)).toThrow(refusal('TILE_PATH_MALFORMED'));
  });
});

describe('a tree in tiles', () => {
  it.each([1, 2, 3, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])(
    'of %i leaves has the root of RFC 6962',
    async (size) => {
      const tiles = new Tiles();
      expect(toHex(await tiles.grow(size))).toBe(toHex(merkleRoot(leaves.slice(0, size))));
    },
  );

  it('comes out the same however it grew', async () => {
    const tiles = new Tiles();
    for (const batch of [1, 1, 254, 1, 3, 700, 65_000, 11]) {
      const root = await tiles.grow(batch);
      expect(toHex(root)).toBe(toHex(merkleRoot(leaves.slice(0, tiles.size))));
    }
    const whole = await tilesOf(tiles.size);
    const texts = ({ stored }: Tiles) => [...stored].map(([path, bytes]) => `${path} ${toHex(bytes)}`).sort();
    expect(texts(tiles)).toEqual(texts(whole));
  });

  it('has the root of the empty tree before its first leaf', async () => {
    const reader = new TreeReader(0, new Tiles().read);
    expect(toHex(await reader.rootAt())).toBe(toHex(merkleRoot([])));
  });

  it('proves every leaf, at every size it ever had', async () => {
    const tiles = await tilesOf(600);
    for (const size of [1, 2, 255, 256, 257, 511, 600]) {
      const reader = new TreeReader(size, tiles.read);
      const root = merkleRoot(leaves.slice(0, size));
      for (const index of [0, 1, 127, 254, 255, 256, 510, 599].filter((each) => each < size)) {
        const path = await reader.inclusionPath(index);
        expect(path.map(toHex)).toEqual(inclusionPath(leaves.slice(0, size), index).map(toHex));
        const hash = leaves[index] ?? new Uint8Array(0);
        expect(verifyInclusion({ leafHash: hash, index, size, path, root })).toBe(true);
      }
    }
  });

  it('proves that it only grew, between any two sizes', async () => {
    const tiles = await tilesOf(600);
    const reader = new TreeReader(600, tiles.read);
    for (const [oldSize, newSize] of [
      [1, 2],
      [1, 600],
      [255, 256],
      [256, 257],
      [300, 600],
      [512, 513],
      [599, 600],
    ] as const) {
      const path = await reader.consistencyPath(oldSize, newSize);
      expect(path.map(toHex)).toEqual(consistencyPath(leaves.slice(0, newSize), oldSize).map(toHex));
      const oldRoot = merkleRoot(leaves.slice(0, oldSize));
      const newRoot = merkleRoot(leaves.slice(0, newSize));
      expect(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, path })).toBe(true);
    }
    expect(await reader.consistencyPath(0)).toEqual([]);
    expect(await reader.consistencyPath(600)).toEqual([]);
  });

  it('grows and proves by few reads, however large it is', async () => {
    const tiles = await tilesOf(69_000);
    tiles.reads = 0;
    await tiles.grow(1000);
    expect(tiles.reads).toBeLessThanOrEqual(6);
    tiles.reads = 0;
    await new TreeReader(70_000, tiles.read).inclusionPath(31_337);
    expect(tiles.reads).toBeLessThanOrEqual(6);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a leaf behind its end', async () => new TreeReader(3, (await tilesOf(3)).read).inclusionPath(3)],
    ['a leaf before its beginning', async () => new TreeReader(3, (await tilesOf(3)).read).inclusionPath(-1)],
    ['a size that it does not have', async () => new TreeReader(3, (await tilesOf(3)).read).rootAt(4)],
    ['half a leaf', async () => new TreeReader(3, (await tilesOf(3)).read).inclusionPath(0.5)],
    ['a size that no number holds', async () => new TreeReader(2 ** 53, (await tilesOf(3)).read)],
  ])('refuses %s', async (_what, work) => {
    await expect(work()).rejects.toThrow(refusal('TREE_OUT_OF_RANGE'));
  });

  it('refuses a tile of another length than its width', async () => {
    const reader = new TreeReader(3, async () => new Uint8Array(95));
    await expect(reader.rootAt()).rejects.toThrow(refusal('TILE_MALFORMED'));
  });
});

describe('a bundle of entries', () => {
  const entries = [utf8('one'), new Uint8Array(0), utf8('three')];

  it('is read back as it was written', () => {
    expect(parseEntries(encodeEntries(entries), 3)).toEqual(entries);
  });

  it.each<[string, Uint8Array, number]>([
    ['one entry less than expected', encodeEntries(entries), 4],
    ['one entry more than expected', encodeEntries(entries), 2],
    ['a length that breaks off', encodeEntries(entries).subarray(0, -6), 3],
    ['an entry that breaks off', encodeEntries(entries).subarray(0, -1), 3],
    ['more entries than a tile has', encodeEntries(Array.from({ length: 257 }, () => utf8('x'))), 257],
  ])('with %s is refused', (_what, bytes, width) => {
    expect(() => parseEntries(bytes, width)).toThrow(refusal('ENTRIES_MALFORMED'));
  });

  it('holds no entry that its length cannot name', () => {
    expect(() => encodeEntries([new Uint8Array(65_536)])).toThrow(refusal('ENTRIES_MALFORMED'));
  });
});
