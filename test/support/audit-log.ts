import { leafHash, merkleRoot, toHex, verifyConsistency } from '#canonical';
import { growTree, parseCheckpoint, parseNote, TreeReader } from '#evidence';
import type { TestStack } from './test-stack.js';

/** What the log of a stack stores, judged. */
export interface LogAudit {
  /** Subjects in the order of their leaves. */
  readonly subjects: readonly string[];
  readonly problems: readonly string[];
}

interface Entry {
  readonly index: number;
  readonly subject: string;
  readonly entry: Buffer;
  readonly leaf_hash: Buffer;
}

/**
 * Whether everything that the log stores says the same: places without a gap, no subject twice, tiles, and each
 * checkpoint of its successor. The root of the newest one is computed from the leaves; the proofs of consistency carry
 * that to all before it.
 */
export async function auditLog(
  stack: Pick<TestStack, 'query'>,
  leaves: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<LogAudit> {
  const entries = await stack.query<Entry>('select * from sealflow.log_entries order by index');
  const subjects = entries.map(({ subject }) => subject);
  const problems = [...problemsOfEntries(entries, leaves)];
  const hashes = entries.map(({ entry }) => leafHash(entry));

  const stored = await stack.query<{ level: number; index: number; hashes: Buffer }>(
    'select * from sealflow.log_tiles order by level, index',
  );
  const tiles = new Map(stored.map(({ level, index, hashes: held }) => [`${level}/${index}`, held]));
  const grown = await growTree(0, hashes, async () => new Uint8Array(0));
  const expected = new Map(grown.tiles.map((tile) => [`${tile.level}/${tile.index}`, toHex(tile.hashes)]));
  for (const name of new Set([...tiles.keys(), ...expected.keys()])) {
    if (tiles.get(name)?.toString('hex') !== expected.get(name)) problems.push(`tile ${name} is another`);
  }

  const rows = await stack.query<{ size: number; note: string }>(
    'select size, note from sealflow.log_checkpoints order by size',
  );
  const trees = rows.map(({ size, note }) => ({ row: size, ...parseCheckpoint(parseNote(note).text) }));
  const newest = trees.at(-1);
  if ((newest?.size ?? 0) !== entries.length)
    problems.push(`the newest checkpoint has ${newest?.size ?? 0} leaves, the log ${entries.length}`);
  else if (newest !== undefined && toHex(newest.root) !== toHex(merkleRoot(hashes)))
    problems.push(`the checkpoint of ${newest.size} has another root than its leaves`);
  const reader = new TreeReader(entries.length, async ({ level, index, width }) => {
    return tiles.get(`${level}/${index}`)?.subarray(0, width * 32) ?? new Uint8Array(0);
  });
  for (const [position, { row, size, root }] of trees.entries()) {
    if (row !== size) problems.push(`the checkpoint of ${row} says ${size}`);
    const next = trees[position + 1];
    if (next === undefined) continue;
    const path = await reader.consistencyPath(size, next.size);
    const proof = { oldSize: size, newSize: next.size, oldRoot: root, newRoot: next.root, path };
    if (!verifyConsistency(proof)) problems.push(`the checkpoint of ${next.size} forgets that of ${size}`);
  }
  return { subjects, problems };
}

function* problemsOfEntries(
  entries: readonly Entry[],
  leaves: ReadonlyMap<string, Uint8Array>,
): Generator<string> {
  const known = new Map<string, string>();
  for (const [place, { index, subject, entry, leaf_hash }] of entries.entries()) {
    if (index !== place) yield `leaf ${index} stands at place ${place}`;
    if (known.has(subject)) yield `${subject} has two leaves`;
    if (leaf_hash.toString('hex') !== toHex(leafHash(entry))) yield `leaf ${index} has another hash`;
    known.set(subject, entry.toString('hex'));
  }
  for (const [subject, entry] of leaves) {
    if (known.get(subject) !== toHex(entry)) yield `the leaf of ${subject} is lost`;
  }
}
