import { createPublicKey, randomBytes } from 'node:crypto';
import { verifyCheckpoint } from '@sigstore/verify/dist/tlog/checkpoint.js';
import { verifyMerkleInclusion } from '@sigstore/verify/dist/tlog/merkle.js';
import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, fromHex, leafHash, toHex, utf8 } from '#canonical';
import {
  formatCheckpoint,
  formatNote,
  growTree,
  leafEntry,
  noteKeyTypes,
  noteVerifierKey,
  type ReadTile,
  signNote,
  TreeReader,
} from '#evidence';

/*
 * A second opinion from others: the verifier that npm itself uses for its provenance (@sigstore/verify) reads our
 * checkpoints and follows our paths. It knows inclusion only, no consistency; that is what the Python program is for.
 */

const origin = 'log.example.com/sigstore';
/** Batches that leave narrow tiles behind, fill them, and begin the next. */
const batches = [1, 1, 5, 248, 1, 1, 300, 42];
const ed25519Spki = fromHex('302a300506032b6570032100');

interface Grown {
  readonly size: number;
  readonly note: string;
  readonly entries: readonly Uint8Array[];
  path(index: number): Promise<readonly Uint8Array[]>;
}

async function grownLogs(seed: Uint8Array): Promise<Grown[]> {
  const tiles = new Map<string, Uint8Array>();
  const read: ReadTile = async ({ level, index, width }) => {
    const tile = tiles.get(`${level} ${index}`);
    if (tile === undefined) throw new RangeError(`no tile ${level} ${index}`);
    return tile.subarray(0, width * 32);
  };
  const entries: Uint8Array[] = [];
  const logs: Grown[] = [];
  for (const count of batches) {
    const added = Array.from({ length: count }, (_, index) =>
      leafEntry(`sha256:${toHex(leafHash(utf8(`run ${entries.length + index}`)))}`),
    );
    const { tiles: changed, size, root } = await growTree(entries.length, added.map(leafHash), read);
    entries.push(...added);
    for (const { hashes, level, index } of changed) tiles.set(`${level} ${index}`, hashes);
    const text = formatCheckpoint({ origin, size, root });
    const note = formatNote({ text, signatures: [signNote({ text, name: origin, seed })] });
    const reader = new TreeReader(size, read);
    logs.push({ size, note, entries: [...entries], path: (index) => reader.inclusionPath(index, size) });
  }
  return logs;
}

/** Beside the places where tiles begin and end. */
function isEdge(index: number, size: number): boolean {
  return index % 256 > 252 || index % 256 < 2 || index > size - 9;
}

/** The shape in which that verifier takes an entry of a log, with the parts that it reads. */
function entryOf(log: Grown, index: number, body: Uint8Array, hashes: readonly Uint8Array[]) {
  return {
    logIndex: String(index),
    logId: { keyId: Buffer.alloc(0) },
    kindVersion: { kind: '', version: '' },
    integratedTime: '0',
    inclusionPromise: undefined,
    canonicalizedBody: Buffer.from(body),
    inclusionProof: {
      logIndex: String(index),
      treeSize: String(log.size),
      rootHash: Buffer.alloc(32),
      hashes: hashes.map((hash) => Buffer.from(hash)),
      checkpoint: { envelope: log.note },
    },
  };
}

function authority(seed: Uint8Array) {
  const key = ed25519PublicKey(seed);
  return {
    logID: Buffer.from(fromHex(noteVerifierKey(origin, noteKeyTypes.ed25519, key).keyHash)),
    baseURL: `https://${origin}`,
    publicKey: createPublicKey({ key: Buffer.concat([ed25519Spki, key]), format: 'der', type: 'spki' }),
    validFor: { start: new Date(0), end: new Date(8.64e15) },
  };
}

describe('our log before the verifier of Sigstore', async () => {
  const seed = new Uint8Array(randomBytes(32));
  const logs = await grownLogs(seed);
  const judge = (log: Grown, index: number, body: Uint8Array, hashes: readonly Uint8Array[]): void => {
    const entry = entryOf(log, index, body, hashes);
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [authority(seed)]));
  };

  it.each(logs.map((log) => [log.size, log] as const))(
    'a tree of %i leaves: its leaves are in it, and in no other place',
    async (size, log) => {
      for (let index = 0; index < size; index += size < 16 || isEdge(index, size) ? 1 : 7) {
        const body = log.entries[index] ?? new Uint8Array();
        const path = await log.path(index);
        judge(log, index, body, path);
        if (size > 1) expect(() => judge(log, (index + 1) % size, body, path)).toThrow();
      }
    },
  );

  it('one bit of a leaf, of a path or of the signed note is refused by it', async () => {
    const log = logs.at(-1);
    if (log === undefined) throw new RangeError('no log');
    const body = log.entries[300] ?? new Uint8Array();
    const path = await log.path(300);
    const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte));
    expect(() => judge(log, 300, flipped(body), path)).toThrow('root hash');
    for (const [at, hash] of path.entries()) {
      const wrong = path.map((other, place) => (place === at ? flipped(hash) : other));
      expect(() => judge(log, 300, body, wrong)).toThrow('root hash');
    }
    expect(() => judge(log, 300, body, path.slice(1))).toThrow('hash count');
    const larger = { ...log, note: log.note.replace(`\n${log.size}\n`, `\n${log.size + 1}\n`) };
    expect(() => judge(larger, 300, body, path)).toThrow('checkpoint signature');
  });
});
