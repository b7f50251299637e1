import { emptyRoot, nodeHash } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { TILE_WIDTH, type TileName } from './tile-path.js';

/*
 * Proofs from tiles (RFC 6962 section 2.1, C2SP tlog-tiles). Whoever serves tiles is not trusted: what is computed from
 * them is compared with a signed checkpoint by the caller. Each proof reads O(log n) tiles.
 */

export const HASH_BYTES = 32;
const TILE_HEIGHT = 8;
/** What a JavaScript number holds exactly. */
const SIZE_MAX = Number.MAX_SAFE_INTEGER;

/** Gives the hashes of a tile, `width` times 32 bytes. It may reject; what it gives is checked for length. */
export type ReadTile = (tile: TileName) => Promise<Uint8Array>;

/** Reads one tree of a fixed size. */
export class TreeReader {
  readonly #tiles = new Map<string, Promise<Uint8Array>>();

  constructor(
    readonly size: number,
    private readonly readTile: ReadTile,
  ) {
    if (!Number.isInteger(size) || size < 0 || size > SIZE_MAX) {
      throw new EvidenceError('TREE_OUT_OF_RANGE', `tree of ${size} leaves: expected 0 to 2^53 - 1`);
    }
  }

  /** Root over the first `size` leaves. */
  async rootAt(size = this.size): Promise<Uint8Array> {
    this.#within(size, this.size);
    return size === 0 ? emptyRoot : this.#range(0, size);
  }

  /** Path of a leaf to the root over the first `size` leaves. */
  async inclusionPath(index: number, size = this.size): Promise<Uint8Array[]> {
    this.#within(size, this.size);
    this.#within(index, size - 1);
    const path: Uint8Array[] = [];
    let [from, count, target] = [0, size, index];
    while (count > 1) {
      const left = splitOf(count);
      if (target < left) {
        path.push(await this.#range(from + left, count - left));
        count = left;
      } else {
        path.push(await this.#range(from, left));
        [from, count, target] = [from + left, count - left, target - left];
      }
    }
    return path.reverse();
  }

  /** Shows that the first `oldSize` leaves are those of the older tree. Empty for an empty or equal tree. */
  async consistencyPath(oldSize: number, newSize = this.size): Promise<Uint8Array[]> {
    this.#within(newSize, this.size);
    this.#within(oldSize, newSize);
    if (oldSize === 0 || oldSize === newSize) return [];
    const path: Uint8Array[] = [];
    let [from, count, old, whole] = [0, newSize, oldSize, true];
    while (old !== count) {
      const left = splitOf(count);
      if (old <= left) {
        path.push(await this.#range(from + left, count - left));
        count = left;
      } else {
        path.push(await this.#range(from, left));
        [from, count, old, whole] = [from + left, count - left, old - left, false];
      }
    }
    if (!whole) path.push(await this.#range(from, count));
    return path.reverse();
  }

  /** Hashes of one tile of this tree, each leaf or the root of a full subtree. */
  tile(level: number, index: number): Promise<Uint8Array> {
    const key = `${level} ${index}`;
    const known = this.#tiles.get(key) ?? this.#read(level, index);
    this.#tiles.set(key, known);
    return known;
  }

  async #read(level: number, index: number): Promise<Uint8Array> {
    const width = tileWidth(this.size, level, index);
    const bytes = await this.readTile({ level, index, width });
    if (bytes.length === width * HASH_BYTES) return bytes;
    throw new EvidenceError(
      'TILE_MALFORMED',
      `tile ${level}/${index}: expected ${width * HASH_BYTES} bytes, got ${bytes.length}`,
    );
  }

  /** Hash over `count` leaves from `from`, where `from` is a multiple of the power of two that holds `count`. */
  async #range(from: number, count: number): Promise<Uint8Array> {
    if (isPowerOfTwo(count)) return this.#node(Math.round(Math.log2(count)), from / count);
    const left = splitOf(count);
    return nodeHash(await this.#range(from, left), await this.#range(from + left, count - left));
  }

  /** Root of the full subtree of 2^height leaves at position `index`. */
  async #node(height: number, index: number): Promise<Uint8Array> {
    const level = Math.floor(height / TILE_HEIGHT);
    const span = 2 ** (height % TILE_HEIGHT);
    const first = index * span;
    const tile = await this.tile(level, Math.floor(first / TILE_WIDTH));
    const at = (first % TILE_WIDTH) * HASH_BYTES;
    return foldHashes(tile.subarray(at, at + span * HASH_BYTES));
  }

  #within(value: number, max: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= max) return;
    throw new EvidenceError(
      'TREE_OUT_OF_RANGE',
      `${value}: expected 0 to ${max} in a tree of ${this.size} leaves`,
    );
  }
}

/** How many hashes of a tile belong to a tree of this size. */
export function tileWidth(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Root over 2^n hashes that lie side by side. */
export function foldHashes(hashes: Uint8Array): Uint8Array {
  if (hashes.length <= HASH_BYTES) return hashes.slice();
  const half = hashes.length / 2;
  return nodeHash(foldHashes(hashes.subarray(0, half)), foldHashes(hashes.subarray(half)));
}

/** The largest power of two below a count of at least 2. */
function splitOf(count: number): number {
  const power = 2 ** Math.floor(Math.log2(count));
  return power === count ? power / 2 : power;
}

function isPowerOfTwo(count: number): boolean {
  return 2 ** Math.round(Math.log2(count)) === count;
}
