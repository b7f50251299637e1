import { equalBytes, fromBase64, leafHash, toBase64, utf8, verifyInclusion } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { type Checkpoint, parseCheckpoint } from './checkpoint.js';
import { type LogPolicy, quorumMet } from './log-policy.js';
import { type Note, parseNote, verifyNoteSignature } from './note.js';

/*
 * C2SP tlog-proof@v1: an index, an inclusion path and a checkpoint as one text. The log is trusted to sign what it
 * shows; only witnesses keep it from showing different trees to different readers.
 */

const header = 'c2sp.org/tlog-proof@v1';
const proofCharsMax = 256 * 1024;
/** RFC 9162 2.1.3.2 needs at most one hash per bit of the size. */
const pathMax = 63;

export interface LogProof {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly extra: string | null;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

export type LogReason =
  | 'LOG_PROOF_MALFORMED'
  | 'LOG_UNKNOWN'
  | 'LOG_SIGNATURE_MISSING'
  | 'LOG_SIGNATURE_INVALID'
  | 'LOG_INCLUSION_INVALID'
  | 'WITNESS_SIGNATURE_INVALID'
  | 'WITNESS_QUORUM_NOT_MET';

export interface Cosignature {
  readonly witness: string;
  readonly timeS: number;
}

/** The log entry of a run: hides everything but that a bundle with this root exists. */
export function leafEntry(rootDigest: string): Uint8Array {
  return utf8(`sealflow/leaf/v1\n${rootDigest.replace(/^sha256:/, '')}\n`);
}

export function leafEntryHash(rootDigest: string): Uint8Array {
  return leafHash(leafEntry(rootDigest));
}

/** `checkpointNote` is the signed note, verbatim. */
export function formatLogProof(input: {
  index: number;
  path: readonly Uint8Array[];
  checkpointNote: string;
}): string {
  return [header, `index ${input.index}`, ...input.path.map(toBase64), '', input.checkpointNote].join('\n');
}

/** Raises `LOG_PROOF_MALFORMED`, `NOTE_MALFORMED` or `CHECKPOINT_MALFORMED`. */
export function parseLogProof(text: string): LogProof {
  if (text.length > proofCharsMax) throw malformed(`${text.length} characters, at most ${proofCharsMax}`);
  const split = text.indexOf('\n\n');
  if (split < 0) throw malformed('no blank line before the checkpoint');
  const [first, ...rest] = text.slice(0, split).split('\n');
  if (first !== header) throw malformed(`the first line is not ${header}`);
  const extra = rest[0]?.startsWith('extra ') === true ? (rest.shift() ?? '').slice('extra '.length) : null;
  if (extra !== null) decoded(extra, 'extra');
  const indexText = /^index (0|[1-9][0-9]{0,15})$/.exec(rest.shift() ?? '')?.[1];
  const index = Number(indexText);
  if (indexText === undefined || !Number.isSafeInteger(index))
    throw malformed('no index line without leading zeros');
  if (rest.length > pathMax) throw malformed(`${rest.length} path hashes, at most ${pathMax}`);
  const path = rest.map((line) => decoded(line, 'a path hash', 32));
  const note = parseNote(text.slice(split + 2));
  return { index, path, extra, note, checkpoint: parseCheckpoint(note.text) };
}

export interface LogFinding {
  readonly reason: LogReason | null;
  readonly expected?: string;
  readonly actual?: string;
}

/** Everything the proof establishes, one finding a question; `reason` null means that it holds. */
export interface LogVerdict {
  readonly log: LogFinding;
  readonly inclusion: LogFinding;
  readonly witnesses: LogFinding;
  readonly cosignatures: readonly Cosignature[];
}

/** Never throws; the proof and the leaf are attacker-controlled, the policy is the relying party's. */
export function verifyLogProof(input: {
  proof: LogProof;
  leafHash: Uint8Array;
  policy: LogPolicy;
}): LogVerdict {
  const { proof, policy } = input;
  return {
    log: logFinding(proof, policy),
    inclusion: inclusionFinding(proof, input.leafHash),
    ...witnessFinding(proof.note, policy),
  };
}

/** The first reason of a verdict, in the fixed order of the questions. */
export function logReason(verdict: LogVerdict): LogReason | null {
  return verdict.log.reason ?? verdict.inclusion.reason ?? verdict.witnesses.reason;
}

function logFinding({ note, checkpoint }: LogProof, policy: LogPolicy): LogFinding {
  const logs = policy.logs.filter(({ name }) => name === checkpoint.origin);
  const expected = policy.logs.map(({ name }) => name).join(', ');
  if (logs.length === 0) return { reason: 'LOG_UNKNOWN', expected, actual: checkpoint.origin };
  const verdicts = logs.map((key) => verifyNoteSignature(note, key).state);
  if (verdicts.includes('valid')) return { reason: null, actual: checkpoint.origin };
  if (verdicts.includes('invalid'))
    return { reason: 'LOG_SIGNATURE_INVALID', expected: 'a valid signature of the log' };
  return { reason: 'LOG_SIGNATURE_MISSING', expected: `a signature line of ${expected}` };
}

function inclusionFinding({ index, path, checkpoint }: LogProof, leaf: Uint8Array): LogFinding {
  const { size, root } = checkpoint;
  const included = verifyInclusion({ leafHash: leaf, index, size, path, root });
  const claim = `entry ${index} of ${size}`;
  return included
    ? { reason: null, actual: claim }
    : { reason: 'LOG_INCLUSION_INVALID', expected: claim, actual: 'another root' };
}

function witnessFinding(note: Note, policy: LogPolicy): Pick<LogVerdict, 'witnesses' | 'cosignatures'> {
  const cosignatures: Cosignature[] = [];
  for (const [witness, key] of policy.witnesses) {
    const verdict = verifyNoteSignature(note, key);
    if (verdict.state === 'invalid') {
      return { witnesses: { reason: 'WITNESS_SIGNATURE_INVALID', actual: witness }, cosignatures: [] };
    }
    // Two names for one key are one witness.
    const counted = cosignatures.some((other) => sameKey(policy, other.witness, key.key));
    if (verdict.state === 'valid' && verdict.timeS !== null && !counted) {
      cosignatures.push({ witness, timeS: verdict.timeS });
    }
  }
  const met = quorumMet(policy, new Set(cosignatures.map(({ witness }) => witness)));
  const actual = `${cosignatures.length} known witnesses cosigned`;
  return {
    witnesses: met ? { reason: null, actual } : { reason: 'WITNESS_QUORUM_NOT_MET', actual },
    cosignatures,
  };
}

function sameKey(policy: LogPolicy, witness: string, key: Uint8Array): boolean {
  const other = policy.witnesses.get(witness);
  return other !== undefined && equalBytes(other.key, key);
}

function decoded(text: string, what: string, bytes?: number): Uint8Array {
  let value: Uint8Array;
  try {
    value = fromBase64(text);
  } catch {
    throw malformed(`${what} is not canonical base64`);
  }
  if (bytes !== undefined && value.length !== bytes)
    throw malformed(`${what} has ${value.length} bytes, not ${bytes}`);
  return value;
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('LOG_PROOF_MALFORMED', `log proof: ${what}`);
}
