import { formatTime, parseTime, utf8, verifyConsistency } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import type { BundleTimestamp, Renewal } from '../time/members.js';
import { verifyTimestamp } from '../time/verify-timestamp.js';
import { parseCheckpoint } from '../tlog/checkpoint.js';
import type { Cosignature } from '../tlog/log-proof.js';
import { parseNote, verifyNoteSignature } from '../tlog/note.js';
import { logPolicyOf, timestampAuthoritiesOf } from '../trust/trust-file.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * Who is believed about time: the authorities and witnesses that the trust file names, each for "not later than".
 * The operator's own word counts only where nobody else speaks, and the verdict then says so.
 */

/** How far two clocks may differ before their order means anything. */
export const clockSkewMs = 5 * 60_000;
/** Between the first and the last anchor over one checkpoint: a token may come when an authority is back. */
export const anchorSpreadMsMax = 24 * 60 * 60_000;

/** A sound token of somebody who is not, or no longer, believed: no forgery of whoever carries the bundle. */
const unbelievable: ReadonlySet<string | null> = new Set([
  'TIMESTAMP_AUTHORITY_UNKNOWN',
  'TIMESTAMP_AUTHORITY_WITHDRAWN',
  'TIMESTAMP_CERTIFICATE_REVOKED',
]);

interface Anchor {
  readonly timeMs: number;
  /** Null for a witness. */
  readonly authority: string | null;
  readonly renewed: boolean;
}

/** Stage 5: the time T as of which everything is judged, the earliest that an anchor proves. */
export function timeStage(session: Session, checks: StageChecks, cosignatures: readonly Cosignature[]): void {
  const unbelieved: string[] = [];
  const anchors: Anchor[] = [
    ...cosignatures.map(({ timeS }) => ({ timeMs: timeS * 1000, authority: null, renewed: false })),
    ...stamps(session, checks, unbelieved),
    ...renewals(session, checks, unbelieved),
  ];
  judgeQuorum(session, checks, anchors, unbelieved);
  judgeAgreement(checks, anchors);
  chooseTime(session, checks, anchors);
  judgePeriod(session, checks);
}

function stamps(session: Session, checks: StageChecks, unbelieved: string[]): Anchor[] {
  return session.bundle.timestamps.flatMap((timestamp, index) => {
    const data = session.checkpoints.map((text) => utf8(text));
    return judgeToken(session, checks, timestamp, data, `timestamp ${index + 1}`, unbelieved) ?? [];
  });
}

/** Each must continue the tree of the one before: else the newest token speaks of another log. */
function renewals(session: Session, checks: StageChecks, unbelieved: string[]): Anchor[] {
  let [before] = session.checkpoints;
  if (before === undefined) return [];
  const anchors: Anchor[] = [];
  for (const [index, renewal] of session.bundle.renewals.entries()) {
    const title = `renewal ${index + 1}`;
    const text = continued(session, before, renewal);
    const holds = checks.passIf(text !== null, 'BND-TIME-007', title, 'RENEWAL_INVALID', {
      expected: 'a newer checkpoint of the same log, signed by it and consistent with the one before',
      actual: 'another log, or a log that was changed',
    });
    if (!holds || text === null) break;
    before = text;
    const anchor = judgeToken(session, checks, renewal.timestamp, [utf8(text)], title, unbelieved);
    if (anchor !== null) anchors.push({ ...anchor, renewed: true });
  }
  return anchors;
}

/** Text of the renewal's checkpoint; null when it does not continue `before`. */
function continued(session: Session, before: string, renewal: Renewal): string | null {
  try {
    const old = parseCheckpoint(before);
    const note = parseNote(renewal.checkpoint);
    const newer = parseCheckpoint(note.text);
    const { logs, witnesses } = logPolicyOf(session.trust);
    const [key] = logs;
    if (key === undefined || verifyNoteSignature(note, key).state !== 'valid') return null;
    // Nobody counts the cosignatures here, but a false one of a known witness is no slip of a pen.
    if ([...witnesses.values()].some((each) => verifyNoteSignature(note, each).state === 'invalid'))
      return null;
    if (newer.origin !== old.origin) return null;
    const consistent = verifyConsistency({
      oldSize: old.size,
      oldRoot: old.root,
      newSize: newer.size,
      newRoot: newer.root,
      path: renewal.consistency,
    });
    return consistent ? note.text : null;
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
}

function judgeToken(
  session: Session,
  checks: StageChecks,
  timestamp: BundleTimestamp,
  stamped: readonly Uint8Array[],
  title: string,
  unbelieved: string[],
): Anchor | null {
  const authorities = timestampAuthoritiesOf(session.trust);
  const judged = stamped.map((data) => verifyTimestamp({ ...timestamp, data, authorities }));
  const other = 'TIMESTAMP_IMPRINT_MISMATCH';
  const verdict = judged.find(({ reason }) => reason !== other) ?? judged[0];
  if (verdict === undefined) {
    checks.skip('BND-TIME-004', title, 'LOG_PENDING', { actual: 'no checkpoint that it could be over' });
    return null;
  }
  const { reason, expected, actual, authority, timeMs } = verdict;
  const detail = { ...(expected ? { expected } : {}), ...(actual ? { actual } : {}) };
  if (unbelievable.has(reason)) {
    // Like a cosignature of a stranger: it says nothing, and only its absence can fail. A renewal may stand in.
    unbelieved.push(reason ?? '');
    checks.skip('BND-TIME-004', title, reason ?? '', detail);
    return null;
  }
  if (reason !== null || authority === null || timeMs === null) {
    const code = reason === other ? 'TIMESTAMP_OVER_OTHER_CHECKPOINT' : (reason ?? 'TIMESTAMP_MALFORMED');
    checks.fail('BND-TIME-004', title, code, detail);
    return null;
  }
  if (verdict.hash !== timestamp.digestAlg) {
    const named = { expected: timestamp.digestAlg, actual: verdict.hash ?? 'none' };
    checks.fail('BND-TIME-004', title, 'TIMESTAMP_MALFORMED', named);
    return null;
  }
  checks.pass('BND-TIME-004', title, detail);
  if (!verdict.revocationChecked) {
    const lists = { expected: 'a revocation list for each certificate of the chain' };
    checks.skip('BND-TIME-008', `${title}: revocation`, 'TIMESTAMP_REVOCATION_UNKNOWN', lists);
  }
  return { timeMs, authority, renewed: false };
}

function judgeQuorum(
  session: Session,
  checks: StageChecks,
  anchors: readonly Anchor[],
  unbelieved: readonly string[],
): void {
  const quorum = session.trust.tsaQuorum ?? 0;
  const authorities = namesOf(anchors);
  const title = `quorum of ${quorum} timestamp authorities`;
  const detail = { expected: `${quorum} authorities`, actual: authorities.join(', ') || 'none' };
  const none = session.bundle.timestamps.length === 0 && session.bundle.renewals.length === 0;
  if (none && quorum === 0) checks.skip('BND-TIME-005', title, 'TIMESTAMP_PENDING', detail);
  else if (authorities.length >= quorum) checks.pass('BND-TIME-005', title, detail);
  else if (none) checks.fail('BND-TIME-005', title, 'TIMESTAMP_PENDING', detail);
  else if (unbelieved[0] !== undefined) checks.fail('BND-TIME-005', title, unbelieved[0], detail);
  else checks.fail('BND-TIME-005', title, 'TIMESTAMP_QUORUM_NOT_MET', detail);
}

/** The earliest anchor decides, so one that is far from the others must not pass unseen. */
function judgeAgreement(checks: StageChecks, anchors: readonly Anchor[]): void {
  const times = anchors.filter(({ renewed }) => !renewed).map(({ timeMs }) => timeMs);
  if (times.length < 2) return;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const title = 'anchors agree on the time';
  checks.passIf(last - first <= anchorSpreadMsMax, 'BND-TIME-006', title, 'TIME_ANCHORS_DISAGREE', {
    expected: `within ${anchorSpreadMsMax / 3_600_000} hours`,
    actual: `${formatTime(first)}..${formatTime(last)}`,
  });
}

function chooseTime(session: Session, checks: StageChecks, anchors: readonly Anchor[]): void {
  const { at } = session.options;
  const authorities = namesOf(anchors);
  const said =
    authorities.length === 0 ? {} : { authorities, witnessesKnown: session.trust.witnesses.length };
  const [first] = [...anchors].sort((a, b) => a.timeMs - b.timeMs);
  if (first !== undefined) {
    const source = first.authority === null ? 'witness' : 'timestamp';
    session.asOf = { time: formatTime(first.timeMs), source, ...said };
  } else {
    checks.warn('BND-TIME-001', 'independent time', 'TIME_UNANCHORED', {
      expected: 'a witness or a timestamp authority',
      actual: 'only the operator says when this ran',
    });
  }
  if (at !== null) session.asOf = { time: formatTime(at), source: 'caller', ...said };
}

function judgePeriod(session: Session, checks: StageChecks): void {
  const { start, end } = session.root.period;
  const endMs = parseTime(end);
  checks.passIf(parseTime(start) <= endMs, 'BND-TIME-002', 'period of the run', 'TIME_INCONSISTENT', {
    expected: 'start before end',
    actual: `${start}..${end}`,
  });
  checks.passIf(
    endMs <= parseTime(session.asOf.time) + clockSkewMs,
    'BND-TIME-003',
    'the run ended before the time of judgement',
    'TIME_INCONSISTENT',
    { expected: `by ${session.asOf.time} (${session.asOf.source})`, actual: end },
  );
}

function namesOf(anchors: readonly Anchor[]): string[] {
  return [...new Set(anchors.flatMap(({ authority }) => authority ?? []))];
}
