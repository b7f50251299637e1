import { isJsonObject, parseJsonStrict, verifyConsistency } from '#canonical';
import {
  appendRenewals,
  attachLogEntry,
  attachTimestamps,
  type Bundle,
  type BundleTimestamp,
  bundleLimits,
  type Checkpoint,
  EvidenceError,
  formatLogProof,
  type LogPolicy,
  type LogProof,
  leafEntry,
  leafEntryHash,
  logReason,
  parseCheckpoint,
  parseLogProof,
  parseNote,
  readContainer,
  verifyLogProof,
} from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import type { NewestTree } from './newest-tree.js';

export interface RenewInput {
  /** For messages. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly policy: LogPolicy;
  readonly newest: NewestTree;
  /** Over the text of the newest checkpoint, one of each authority. */
  readonly timestamps: readonly BundleTimestamp[];
}

export interface Renewed {
  readonly bytes: Uint8Array;
  readonly what: 'completed' | 'renewed';
  /** Leaves under the checkpoint that it was proved against before; 0 when it was not. */
  readonly from: number;
}

/**
 * What somebody outside vouches for is kept, and continued by a renewal. What nobody vouches for, or fewer witnesses
 * than are wanted, is proved anew against the newest checkpoint: nothing is lost by that.
 */
export async function renewBundle(input: RenewInput): Promise<Renewed> {
  const { file, bytes, policy, timestamps } = input;
  const document = parseJsonStrict(bytes, bundleLimits);
  if (!isJsonObject(document)) throw new UsageError(`${file}: expected a bundle`, exitCode.malformed);
  const bundle = readContainer(document);
  const proof = bundle.log[0] === undefined ? null : parseLogProof(bundle.log[0].proof);
  if (proof !== null && isVouchedFor(file, bundle, proof, policy)) return continued(input, bundle, proof);
  if (timestamps.length === 0 && bundle.timestamps.length + bundle.renewals.length > 0) {
    throw new UsageError(
      `${file}: a newer proof would lose its timestamps, which are over the old checkpoint: have the newest stamped with --tsa`,
    );
  }
  const completed = await provedAnew(input, bundle, proof);
  return { bytes: completed, what: 'completed', from: proof?.checkpoint.size ?? 0 };
}

function isVouchedFor(file: string, bundle: Bundle, proof: LogProof, policy: LogPolicy): boolean {
  const verdict = verifyLogProof({ proof, leafHash: leafEntryHash(bundle.root.digest), policy });
  const broken = verdict.log.reason ?? verdict.inclusion.reason;
  if (broken !== null) {
    const code = broken === 'LOG_UNKNOWN' ? exitCode.trustRoot : exitCode.failed;
    throw new UsageError(`${broken}: ${file}: its own log proof does not hold: ask for the original`, code);
  }
  if (verdict.witnesses.reason !== null) return false;
  return verdict.cosignatures.length + bundle.timestamps.length + bundle.renewals.length > 0;
}

async function continued(input: RenewInput, bundle: Bundle, proof: LogProof): Promise<Renewed> {
  const { file, bytes, newest, timestamps } = input;
  if (timestamps.length === 0) {
    throw new UsageError(
      `${file}: is complete; a renewal needs an authority to stamp the newest checkpoint: --tsa URL`,
    );
  }
  const last = bundle.renewals.at(-1);
  const before = last === undefined ? proof.checkpoint : parseCheckpoint(parseNote(last.checkpoint).text);
  const consistency = await consistencyOf(file, before, newest);
  const added = timestamps.map((timestamp, position) => ({
    checkpoint: newest.note,
    consistency: position === 0 ? consistency : [],
    timestamp,
  }));
  return { bytes: appendRenewals(bytes, added), what: 'renewed', from: before.size };
}

async function consistencyOf(
  file: string,
  before: Checkpoint,
  { size, root, reader }: NewestTree,
): Promise<readonly Uint8Array[]> {
  if (before.size > size) {
    throw new UsageError(
      `LOG_ROLLBACK: ${file}: was proved in a log of ${before.size} leaves, this one has ${size}: an older copy, or a log that was cut`,
      exitCode.failed,
    );
  }
  const path = await readTiles(file, () => reader.consistencyPath(before.size));
  const grown = { oldSize: before.size, oldRoot: before.root, newSize: size, newRoot: root, path };
  if (verifyConsistency(grown)) return path;
  throw new UsageError(
    `LOG_FORK: ${file}: the log did not grow out of the ${before.size} leaves that the bundle was proved in: it was changed, or shows different trees`,
    exitCode.failed,
  );
}

async function provedAnew(input: RenewInput, bundle: Bundle, proof: LogProof | null): Promise<Uint8Array> {
  const { file, bytes, policy, newest, timestamps } = input;
  const leaf = leafEntry(bundle.root.digest);
  const index = proof?.index ?? (await readTiles(file, () => newest.find(leaf)));
  if (index === null || index >= newest.size) {
    throw new UsageError(
      `${file}: is not among the ${newest.size} leaves of this log: an older copy, or another log`,
      exitCode.incomplete,
    );
  }
  const path = await readTiles(file, () => newest.reader.inclusionPath(index));
  const text = formatLogProof({ index, path, checkpointNote: newest.note });
  const made = parseLogProof(text);
  const verdict = verifyLogProof({ proof: made, leafHash: leafEntryHash(bundle.root.digest), policy });
  const reason = logReason(verdict);
  if (reason !== null) {
    const code = reason === 'WITNESS_QUORUM_NOT_MET' ? exitCode.policy : exitCode.failed;
    throw new UsageError(`${reason}: ${file}: its proof against the newest checkpoint does not hold`, code);
  }
  const { origin } = made.checkpoint;
  return attachTimestamps(attachLogEntry(bytes, { origin, proof: text, leaf }), timestamps);
}

/** Tiles that are cut or missing are the log's fault, not the bundle's. */
async function readTiles<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EvidenceError)
      throw new UsageError(`LOG_GAP: ${file}: ${error.message}`, exitCode.failed);
    throw error;
  }
}
