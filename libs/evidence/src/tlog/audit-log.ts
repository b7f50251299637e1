import { equalBytes, leafHash, toHex, verifyConsistency } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { type Checkpoint, parseCheckpoint } from './checkpoint.js';
import { parseEntries } from './entries.js';
import { type LogPolicy, quorumMet } from './log-policy.js';
import { type Note, parseNote, verifyNoteSignature } from './note.js';
import { type EntriesName, TILE_WIDTH, type TileName } from './tile-path.js';
import { foldHashes, HASH_BYTES, TreeReader, tileWidth } from './tree-reader.js';

/*
 * An audit of a whole log. Trusted: the keys of the policy, and what the auditor remembers from before. Not trusted:
 * whoever serves the files. Every tile is computed again from the entries, so that a log cannot show one tree to the
 * holder of a proof and another to whoever reads it from end to end.
 */

export interface LogFiles {
  /** The newest checkpoint, as a signed note. */
  checkpoint(): Promise<string>;
  /** Null for a file that is not there. */
  tile(name: TileName): Promise<Uint8Array | null>;
  entries(name: EntriesName): Promise<Uint8Array | null>;
}

/** A tree that the auditor saw before, or that another reader was shown. */
export interface SeenTree {
  readonly size: number;
  readonly root: Uint8Array;
  /** Who saw it, for messages. */
  readonly where: string;
}

export const auditReasons = [
  'CHECKPOINT_MALFORMED',
  'LOG_UNKNOWN',
  'LOG_SIGNATURE_INVALID',
  'WITNESS_QUORUM_NOT_MET',
  'LOG_FORK',
  'LOG_ROLLBACK',
  'LOG_SPLIT_VIEW',
  'LOG_GAP',
  'TILE_TAMPERED',
  'ENTRIES_TAMPERED',
  'ROOT_MISMATCH',
] as const;
export type AuditReason = (typeof auditReasons)[number];

export interface AuditFinding {
  readonly reason: AuditReason;
  /** File or tree. */
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
}

export interface AuditReport {
  readonly findings: readonly AuditFinding[];
  readonly checkpoint: Checkpoint | null;
  /** The signed note, to be remembered when there are no findings. */
  readonly note: string | null;
  readonly witnesses: readonly string[];
  /** How many entries were read and hashed again. */
  readonly entries: number;
}

export interface AuditInput {
  readonly files: LogFiles;
  readonly policy: LogPolicy;
  /** What this auditor accepted last. */
  readonly remembered: SeenTree | null;
  /** Checkpoints from elsewhere: bundles, other mirrors. */
  readonly others: readonly SeenTree[];
  readonly onProgress?: (done: number, of: number) => void;
  /** Judges the checkpoint and its history alone; entries and tiles are not computed again. */
  readonly newestOnly?: boolean;
}

/** Never throws on what a log serves: every lie and every hole is a finding with its place. */
export async function auditLog(input: AuditInput): Promise<AuditReport> {
  const { files, policy } = input;
  const findings: AuditFinding[] = [];
  const note = await files.checkpoint();
  const read = readCheckpoint(note, policy, findings);
  if (read === null) return { findings, checkpoint: null, note: null, witnesses: [], entries: 0 };
  const { checkpoint, witnesses } = read;
  const entries = input.newestOnly === true ? 0 : await auditTree(checkpoint, input, findings);
  for (const seen of input.remembered === null ? [] : [input.remembered]) {
    await compare(checkpoint, seen, files, findings, { smaller: 'LOG_ROLLBACK', other: 'LOG_FORK' });
  }
  for (const seen of input.others) {
    await compare(checkpoint, seen, files, findings, { smaller: null, other: 'LOG_SPLIT_VIEW' });
  }
  return { findings, checkpoint, note, witnesses, entries };
}

function readCheckpoint(
  text: string,
  policy: LogPolicy,
  findings: AuditFinding[],
): { readonly checkpoint: Checkpoint; readonly witnesses: readonly string[] } | null {
  let note: Note;
  let checkpoint: Checkpoint;
  try {
    note = parseNote(text);
    checkpoint = parseCheckpoint(note.text);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    findings.push(finding('CHECKPOINT_MALFORMED', 'checkpoint', 'a signed checkpoint', error.message));
    return null;
  }
  const log = policy.logs.find(({ name }) => name === checkpoint.origin);
  if (log === undefined) {
    const known = policy.logs.map(({ name }) => name).join(', ');
    findings.push(finding('LOG_UNKNOWN', 'checkpoint', known, checkpoint.origin));
    return null;
  }
  if (verifyNoteSignature(note, log).state !== 'valid') {
    findings.push(
      finding('LOG_SIGNATURE_INVALID', 'checkpoint', `a signature of ${log.name}`, 'none that verifies'),
    );
    return null;
  }
  const witnesses = [...policy.witnesses]
    .filter(([, key]) => verifyNoteSignature(note, key).state === 'valid')
    .map(([name]) => name);
  if (!quorumMet(policy, new Set(witnesses))) {
    const actual = witnesses.length === 0 ? 'none' : witnesses.join(', ');
    findings.push(finding('WITNESS_QUORUM_NOT_MET', 'checkpoint', 'the quorum of the policy', actual));
  }
  return { checkpoint, witnesses };
}

/** Reads everything once, from the left: entries make level 0, full tiles make the level above. */
async function auditTree(
  checkpoint: Checkpoint,
  input: AuditInput,
  findings: AuditFinding[],
): Promise<number> {
  const { files, onProgress } = input;
  const { size, root } = checkpoint;
  const tiles = Math.ceil(size / TILE_WIDTH);
  const computed = new Map<string, Uint8Array>();
  let read = 0;
  for (let index = 0; index < tiles; index += 1) {
    const width = tileWidth(size, 0, index);
    const hashes = await hashesOf(files, { index, width }, findings);
    if (hashes !== null) read += width;
    const tile = await files.tile({ level: 0, index, width });
    judgeTile({ level: 0, index, width }, tile, hashes, findings);
    computed.set(`0 ${index}`, hashes ?? tile ?? new Uint8Array(width * HASH_BYTES));
    onProgress?.(index + 1, tiles);
  }
  await auditUpperLevels(size, files, computed, findings);
  const reader = new TreeReader(size, async ({ level, index, width }) => {
    return (computed.get(`${level} ${index}`) ?? new Uint8Array(0)).subarray(0, width * HASH_BYTES);
  });
  const actual = await reader.rootAt();
  if (!equalBytes(actual, root)) {
    findings.push(finding('ROOT_MISMATCH', `tree of ${size}`, `root ${toHex(root)}`, toHex(actual)));
  }
  return read;
}

async function auditUpperLevels(
  size: number,
  files: LogFiles,
  computed: Map<string, Uint8Array>,
  findings: AuditFinding[],
): Promise<void> {
  for (let level = 1; Math.floor(size / TILE_WIDTH ** level) > 0; level += 1) {
    const below = Math.floor(size / TILE_WIDTH ** level);
    for (let index = 0; index * TILE_WIDTH < below; index += 1) {
      const width = tileWidth(size, level, index);
      const hashes = new Uint8Array(width * HASH_BYTES);
      for (let position = 0; position < width; position += 1) {
        const full = computed.get(`${level - 1} ${index * TILE_WIDTH + position}`);
        hashes.set(foldHashes(full ?? new Uint8Array(TILE_WIDTH * HASH_BYTES)), position * HASH_BYTES);
      }
      computed.set(`${level} ${index}`, hashes);
      judgeTile({ level, index, width }, await files.tile({ level, index, width }), hashes, findings);
    }
  }
}

async function hashesOf(
  files: LogFiles,
  name: EntriesName,
  findings: AuditFinding[],
): Promise<Uint8Array | null> {
  const where = `entries ${name.index}`;
  const bytes = await files.entries(name);
  if (bytes === null) {
    findings.push(finding('LOG_GAP', where, `${name.width} entries`, 'not there'));
    return null;
  }
  try {
    const hashes = new Uint8Array(name.width * HASH_BYTES);
    for (const [position, entry] of parseEntries(bytes, name.width).entries()) {
      hashes.set(leafHash(entry), position * HASH_BYTES);
    }
    return hashes;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    findings.push(finding('ENTRIES_TAMPERED', where, `${name.width} entries`, error.message));
    return null;
  }
}

function judgeTile(
  { level, index, width }: TileName,
  tile: Uint8Array | null,
  expected: Uint8Array | null,
  findings: AuditFinding[],
): void {
  const where = `tile ${level}/${index}`;
  if (tile === null) findings.push(finding('LOG_GAP', where, `${width} hashes`, 'not there'));
  else if (tile.length !== width * HASH_BYTES) {
    findings.push(finding('TILE_TAMPERED', where, `${width * HASH_BYTES} bytes`, `${tile.length} bytes`));
  } else if (expected !== null && !equalBytes(tile, expected)) {
    const what = level === 0 ? 'the hashes of its entries' : 'the roots of the tiles below';
    findings.push(finding('TILE_TAMPERED', where, what, 'others'));
  }
}

/** Whether the newest tree and one that was seen are of one history. */
async function compare(
  newest: Checkpoint,
  seen: SeenTree,
  files: LogFiles,
  findings: AuditFinding[],
  reasons: { readonly smaller: AuditReason | null; readonly other: AuditReason },
): Promise<void> {
  const where = `tree of ${seen.size} from ${seen.where}`;
  if (seen.size > newest.size) {
    // Another reader may simply have been here later.
    if (reasons.smaller !== null)
      findings.push(finding(reasons.smaller, where, `${seen.size} leaves or more`, `${newest.size}`));
    return;
  }
  const reader = new TreeReader(newest.size, async (name) => (await files.tile(name)) ?? new Uint8Array(0));
  try {
    const root = await reader.rootAt(seen.size);
    const path = await reader.consistencyPath(seen.size);
    const grew =
      equalBytes(root, seen.root) &&
      verifyConsistency({
        oldSize: seen.size,
        newSize: newest.size,
        oldRoot: seen.root,
        newRoot: newest.root,
        path,
      });
    if (!grew) findings.push(finding(reasons.other, where, `root ${toHex(seen.root)}`, toHex(root)));
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    // A hole that the audit of the tree has named already.
    findings.push(finding('LOG_GAP', where, 'a consistency proof', error.message));
  }
}

function finding(reason: AuditReason, where: string, expected: string, actual: string): AuditFinding {
  return { reason, where, expected, actual };
}
