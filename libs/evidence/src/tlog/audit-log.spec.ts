import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, leafHash, merkleRoot, utf8 } from '#canonical';
import { seededRandom } from '../testing/random.fixture.js';
import { type AuditInput, auditLog, type LogFiles, type SeenTree } from './audit-log.js';
import { formatCheckpoint } from './checkpoint.js';
import { encodeEntries } from './entries.js';
import { growTree } from './grow-tree.js';
import type { LogPolicy } from './log-policy.js';
import { formatNote, signNote } from './note.js';
import { TILE_WIDTH } from './tile-path.js';
import { noteKeyTypes, noteVerifierKey } from './verifier-key.js';

const SIZE = 70_000;
const seed = seededRandom('audit')(32);
const origin = 'log.example/audit';
const entries = Array.from({ length: SIZE }, (_, index) => utf8(`entry ${index}`));
const leaves = entries.map((entry) => leafHash(entry));
const tiles = new Map<string, Uint8Array>();
const grown = await growTree(0, leaves, async () => new Uint8Array(0));
for (const { level, index, hashes } of grown.tiles) tiles.set(`${level} ${index}`, hashes);

const policy: LogPolicy = {
  logs: [noteVerifierKey(origin, noteKeyTypes.ed25519, ed25519PublicKey(seed))],
  witnesses: new Map(),
  groups: new Map(),
  quorum: null,
};

function note(size: number, root = merkleRoot(leaves.slice(0, size)), by = seed, name = origin): string {
  const text = formatCheckpoint({ origin: name, size, root });
  return formatNote({ text, signatures: [signNote({ text, name, seed: by })] });
}

const newest = note(SIZE, grown.root);

/** An honest log, of which a test breaks one file. */
function files(broken: Partial<LogFiles> = {}): LogFiles {
  return {
    checkpoint: async () => newest,
    tile: async ({ level, index, width }) => tiles.get(`${level} ${index}`)?.subarray(0, width * 32) ?? null,
    entries: async ({ index, width }) =>
      encodeEntries(entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)),
    ...broken,
  };
}

const seen = (size: number, of = leaves): SeenTree => ({
  size,
  root: merkleRoot(of.slice(0, size)),
  where: 'before',
});

async function audit(changes: Partial<AuditInput> = {}) {
  return auditLog({ files: files(), policy, remembered: null, others: [], ...changes });
}

const other = leaves.map((leaf, index) => (index === 3 ? leafHash(utf8('other')) : leaf));

describe('an audit', () => {
  it('of an honest log finds nothing and has read every entry', async () => {
    const report = await audit({ remembered: seen(69_999), others: [seen(1), seen(256), seen(SIZE)] });
    expect(report.findings).toEqual([]);
    expect(report.entries).toBe(SIZE);
    expect(report.checkpoint?.size).toBe(SIZE);
  });

  it('of an empty log finds nothing', async () => {
    const report = await audit({ files: files({ checkpoint: async () => note(0, merkleRoot([])) }) });
    expect(report).toMatchObject({ findings: [], entries: 0 });
  });

  it.each<[string, string, Partial<AuditInput>]>([
    ['a checkpoint of no form', 'CHECKPOINT_MALFORMED', { files: files({ checkpoint: async () => 'x' }) }],
    [
      'another log',
      'LOG_UNKNOWN',
      { files: files({ checkpoint: async () => note(1, undefined, seed, 'log.example/other') }) },
    ],
    [
      'a checkpoint that the log did not sign',
      'LOG_SIGNATURE_INVALID',
      { files: files({ checkpoint: async () => note(1, undefined, seededRandom('stranger')(32)) }) },
    ],
    [
      'a root that is not that of the entries',
      'ROOT_MISMATCH',
      { files: files({ checkpoint: async () => note(SIZE, merkleRoot([])) }) },
    ],
    ['a tree that became smaller', 'LOG_ROLLBACK', { remembered: { ...seen(SIZE), size: SIZE + 1 } }],
    ['another history than it showed before', 'LOG_FORK', { remembered: seen(300, other) }],
    ['another tree of the same size', 'LOG_FORK', { remembered: seen(SIZE, other) }],
    ['another history than others were shown', 'LOG_SPLIT_VIEW', { others: [seen(300, other)] }],
    [
      'a missing tile',
      'LOG_GAP',
      { files: files({ tile: async (name) => (name.index === 7 ? null : files().tile(name)) }) },
    ],
    [
      'missing entries',
      'LOG_GAP',
      { files: files({ entries: async (name) => (name.index === 7 ? null : files().entries(name)) }) },
    ],
    [
      'a changed tile',
      'TILE_TAMPERED',
      {
        files: files({
          tile: async (name) => {
            const tile = (await files().tile(name))?.slice() ?? null;
            if (tile !== null && name.level === 1) tile[0] = (tile[0] ?? 0) ^ 1;
            return tile;
          },
        }),
      },
    ],
    [
      'a tile that is cut short',
      'TILE_TAMPERED',
      { files: files({ tile: async (name) => (await files().tile(name))?.subarray(1) ?? null }) },
    ],
    [
      'a changed entry',
      'TILE_TAMPERED',
      {
        files: files({
          entries: async ({ index, width }) =>
            encodeEntries(
              entries
                .slice(index * TILE_WIDTH, index * TILE_WIDTH + width)
                .map((entry, position) => (index + position === 0 ? utf8('changed') : entry)),
            ),
        }),
      },
    ],
    [
      'entries that break off',
      'ENTRIES_TAMPERED',
      { files: files({ entries: async (name) => (await files().entries(name))?.subarray(1) ?? null }) },
    ],
  ])('names %s', async (_what, reason, changes) => {
    const { findings } = await audit(changes);
    expect(findings.map((finding) => finding.reason)).toContain(reason);
  });

  it('does not call a reader who came later a split view', async () => {
    const { findings } = await audit({ others: [{ ...seen(SIZE), size: SIZE + 5 }] });
    expect(findings).toEqual([]);
  });
});
