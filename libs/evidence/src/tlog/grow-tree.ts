import { concatBytes } from '#canonical';
import { TILE_WIDTH, type TileName } from './tile-path.js';
import { foldHashes, HASH_BYTES, type ReadTile, TreeReader, tileWidth } from './tree-reader.js';

/** A tile as it is after a tree has grown. */
export interface GrownTile extends TileName {
  readonly hashes: Uint8Array;
}

export interface GrownTree {
  readonly size: number;
  readonly root: Uint8Array;
  /** Tiles that are new or wider than before; all others stay as they are. */
  readonly tiles: readonly GrownTile[];
}

/**
 * Appends leaves to a tree that is kept in tiles. It reads the tile at the right edge of each level and nothing else,
 * so that a batch costs what it adds, whatever the tree holds.
 */
export async function growTree(
  size: number,
  leafHashes: readonly Uint8Array[],
  readTile: ReadTile,
): Promise<GrownTree> {
  const tiles: GrownTile[] = [];
  let added = leafHashes;
  for (let level = 0, before = size; added.length > 0; level += 1) {
    const first = Math.floor(before / TILE_WIDTH);
    const kept = tileWidth(size, level, first);
    const edge = kept === 0 ? new Uint8Array(0) : await readTile({ level, index: first, width: kept });
    const hashes = concatBytes(edge.subarray(0, kept * HASH_BYTES), ...added);
    const above: Uint8Array[] = [];
    for (let offset = 0; offset < hashes.length; offset += TILE_WIDTH * HASH_BYTES) {
      const content = hashes.slice(offset, offset + TILE_WIDTH * HASH_BYTES);
      const width = content.length / HASH_BYTES;
      tiles.push({ level, index: first + offset / (TILE_WIDTH * HASH_BYTES), width, hashes: content });
      if (width === TILE_WIDTH) above.push(foldHashes(content));
    }
    before = Math.floor(before / TILE_WIDTH);
    added = above;
  }
  const grown = new Map(tiles.map((tile) => [`${tile.level} ${tile.index}`, tile.hashes]));
  const newSize = size + leafHashes.length;
  const reader = new TreeReader(newSize, async (tile) => {
    return grown.get(`${tile.level} ${tile.index}`) ?? readTile(tile);
  });
  return { size: newSize, root: await reader.rootAt(), tiles };
}
