import { type Digest, inclusionPath, leafHash, merkleRoot, nodeHash, toHex } from '#canonical';

/**
 * An RFC 6962 tree whose leaves can change. Each level holds the hashes of pairs of the level below, an odd last one
 * as it is, which gives the root of RFC 6962 section 2.1. A change costs one path, not the whole tree.
 *
 * Immutable: `withLeaves` gives another tree and shares what did not change.
 */
export class HashTree {
  private constructor(private readonly levels: readonly (readonly Uint8Array[])[]) {}

  static of(leaves: readonly Uint8Array[]): HashTree {
    return new HashTree([leaves.map(leafHash)]).#rebuilt();
  }

  get size(): number {
    return this.levels[0]?.length ?? 0;
  }

  get root(): Digest {
    return `sha256:${toHex(this.levels.at(-1)?.[0] ?? merkleRoot([]))}`;
  }

  leafHashAt(index: number): Uint8Array | null {
    return this.levels[0]?.[index] ?? null;
  }

  /** @throws CanonicalError `MERKLE_INVALID` when no leaf has this index. */
  path(index: number): Uint8Array[] {
    return inclusionPath(this.levels[0] ?? [], index);
  }

  /** @param changes new data by index; indexes after the last leaf must follow it without a gap */
  withLeaves(changes: ReadonlyMap<number, Uint8Array>): HashTree {
    if (changes.size === 0) return this;
    const leaves = [...(this.levels[0] ?? [])];
    const { size } = this;
    for (const [index, data] of changes) leaves[index] = leafHash(data);
    const grown = leaves.length !== size;
    return grown ? new HashTree([leaves]).#rebuilt() : this.#updated(leaves, [...changes.keys()]);
  }

  #rebuilt(): HashTree {
    const levels = [this.levels[0] ?? []];
    for (let level = levels[0] ?? []; level.length > 1; ) {
      const below = level;
      level = Array.from({ length: Math.ceil(below.length / 2) }, (_, index) => parent(below, index));
      levels.push(level);
    }
    return new HashTree(levels);
  }

  #updated(leaves: readonly Uint8Array[], indexes: readonly number[]): HashTree {
    const levels = [leaves];
    let touched = new Set(indexes);
    let below = leaves;
    for (const old of this.levels.slice(1)) {
      touched = new Set([...touched].map((index) => index >> 1));
      const level = [...old];
      for (const index of touched) level[index] = parent(below, index);
      levels.push(level);
      below = level;
    }
    return new HashTree(levels);
  }
}

function parent(below: readonly Uint8Array[], index: number): Uint8Array {
  const left = below[2 * index] ?? new Uint8Array(0);
  const right = below[2 * index + 1];
  return right === undefined ? left : nodeHash(left, right);
}
