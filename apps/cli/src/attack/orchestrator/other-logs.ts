import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash, utf8 } from '#canonical';
import {
  type AuditInput,
  auditLog,
  encodeEntries,
  formatCheckpoint,
  formatNote,
  growTree,
  judgeAddCheckpoint,
  type LogFiles,
  logPolicyOf,
  parseCheckpoint,
  parseEntries,
  parseNote,
  signNote,
  TILE_WIDTH,
  TreeReader,
  tileWidth,
} from '#evidence';
import { readBundleProof, treeOf } from '../../log/bundle-proof.js';
import { logFiles, logSource } from '../../log/log-source.js';
import { type Answer, type AttackCase, paidRun, type Scene, stackOf } from '../attack-case.js';

/** Above what an installation on one machine writes; a longer log would only take longer to copy. */
const LEAVES_MAX = 65_536;

type Attempt = (scene: Scene) => Promise<Answer>;

/** A log that does not say the same to everybody and for ever: what somebody who watches it sees. */
export const otherLogs: readonly AttackCase[] = [
  ofLog('log-of-before', 'target', 'serve an old copy of the log', 'LOG_ROLLBACK', olderLog),
  ofLog(
    'log-entry-changed',
    'stack',
    'serve another entry below the tree that is signed',
    'TILE_TAMPERED',
    entryChanged,
  ),
  ofLog(
    'log-rewritten',
    'stack',
    'take a run out of the log, and sign the new history with the key of the log',
    'LOG_FORK',
    async (scene) => {
      const remembered = treeOf((await paidRun(scene)).bundlePath);
      return audited(scene, { files: (await rewritten(scene)).files, remembered, others: [] });
    },
  ),
  ofLog(
    'log-split-view',
    'stack',
    'show the log with a run to its customer, and without it to everybody else',
    'LOG_SPLIT_VIEW',
    async (scene) => {
      const others = [treeOf((await paidRun(scene)).bundlePath)];
      return audited(scene, { files: (await rewritten(scene)).files, remembered: null, others });
    },
  ),
  {
    ...ofLog(
      'witness-asked-for-a-fork',
      'stack',
      'have a witness sign the new history of a log that it knows',
      'INCONSISTENT',
      askedForAFork,
    ),
    noticedBy: 'witness',
  },
];

function ofLog(
  name: string,
  needs: AttackCase['needs'],
  tries: string,
  expected: string,
  attack: Attempt,
): AttackCase {
  return {
    name,
    actor: 'orchestrator',
    tries,
    expected,
    noticedBy: 'log monitor',
    needs,
    leaves: '',
    attack,
  };
}

/** What a monitor says that believes the customer's trust file, asks for no witness, and reads what it is served. */
async function audited(scene: Scene, input: Omit<AuditInput, 'policy'>): Promise<Answer> {
  const { trust } = scene.client.options;
  const policy = { ...logPolicyOf(trust), quorum: null };
  const { findings } = await auditLog({ ...input, policy });
  const [finding] = findings;
  if (finding === undefined) return { reason: null, detail: 'the monitor found nothing' };
  const { reason, where, expected } = finding;
  return { reason, detail: `${where}: expected ${expected}; ${findings.length} findings` };
}

/** The checkpoint of an earlier run, to somebody who has seen that of a later one. */
async function olderLog(scene: Scene): Promise<Answer> {
  const [later, earlier] = (await scene.credit()).runs.map(({ bundlePath }) => bundlePath);
  if (later === undefined || earlier === undefined) throw new Error('expected two honest runs');
  const { note } = readBundleProof(earlier).proof;
  const files: LogFiles = {
    checkpoint: async () => formatNote(note),
    tile: async () => null,
    entries: async () => null,
  };
  return audited(scene, { files, remembered: treeOf(later), others: [], newestOnly: true });
}

function honestLog(scene: Scene): LogFiles {
  return logFiles(logSource(`${stackOf(scene).address.http}/log`));
}

/** Where in the log the paid run stands. */
async function placeOfPaid(scene: Scene): Promise<number> {
  return readBundleProof((await paidRun(scene)).bundlePath).proof.index;
}

const changed = (entries: readonly Uint8Array[], position: number): Uint8Array[] =>
  entries.map((entry, index) => (index === position ? utf8('sealflow/leaf/v1\nanother run\n') : entry));

async function entryChanged(scene: Scene): Promise<Answer> {
  const honest = honestLog(scene);
  const place = await placeOfPaid(scene);
  const files: LogFiles = {
    ...honest,
    entries: async (name) => {
      const bytes = await honest.entries(name);
      if (bytes === null || Math.floor(place / TILE_WIDTH) !== name.index) return bytes;
      return encodeEntries(changed(parseEntries(bytes, name.width), place % TILE_WIDTH));
    },
  };
  return audited(scene, { files, remembered: null, others: [] });
}

interface OtherLog {
  readonly files: LogFiles;
  readonly note: string;
}

/** The log of the target from its first entry on, with another one in the place of the paid run and one more; its own key signs. */
async function rewritten(scene: Scene): Promise<OtherLog> {
  const honest = honestLog(scene);
  const { origin, size } = parseCheckpoint(parseNote(await honest.checkpoint()).text);
  if (size > LEAVES_MAX) throw new Error(`the log holds ${size} leaves, at most ${LEAVES_MAX} are copied`);
  const copied: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const width = tileWidth(size, 0, index);
    const bytes = await honest.entries({ index, width });
    if (bytes === null) throw new Error(`entries ${index} of the log are not there`);
    copied.push(...parseEntries(bytes, width));
  }
  const next = utf8('sealflow/leaf/v1\na run after that\n');
  const entries = [...changed(copied, await placeOfPaid(scene)), next];
  const leaves = entries.map((entry) => leafHash(entry));
  const { root, tiles } = await growTree(0, leaves, async () => new Uint8Array(0));
  const hashes = new Map(tiles.map((tile) => [`${tile.level} ${tile.index}`, tile.hashes]));
  const seed = readFileSync(join(stackOf(scene).installation.home, 'orchestrator.key'));
  const text = formatCheckpoint({ origin, size: entries.length, root });
  const note = formatNote({ text, signatures: [signNote({ text, name: origin, seed })] });
  const files: LogFiles = {
    checkpoint: async () => note,
    tile: async ({ level, index, width }) => hashes.get(`${level} ${index}`)?.subarray(0, width * 32) ?? null,
    entries: async ({ index, width }) =>
      encodeEntries(entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)),
  };
  return { files, note };
}

/** With the best proof that such an operator can make: that of the new history. */
async function askedForAFork(scene: Scene): Promise<Answer> {
  const { bundlePath } = await paidRun(scene);
  const known = treeOf(bundlePath);
  const { files, note } = await rewritten(scene);
  const { size } = parseCheckpoint(parseNote(note).text);
  const reader = new TreeReader(size, async (name) => (await files.tile(name)) ?? new Uint8Array(0));
  const consistency = await reader.consistencyPath(known.size);
  const judgement = judgeAddCheckpoint({
    request: { oldSize: known.size, consistency, note },
    logs: logPolicyOf(scene.client.options.trust).logs,
    known: () => known,
  });
  if (judgement.accepted) return { reason: null, detail: 'the witness would sign' };
  return {
    reason: judgement.reason,
    detail: `a witness at ${known.size} leaves answers ${judgement.status}`,
  };
}
