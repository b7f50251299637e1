import {
  type AuditReason,
  auditLog,
  type LogPolicy,
  logPolicyOf,
  parseNote,
  type TrustFile,
  verifyNoteSignature,
} from '#evidence';
import { readAuditState, writeAuditState } from '../log/audit-state.js';
import { logFiles, logSource } from '../log/log-source.js';
import { type Finding, Findings } from './finding.js';
import type { Diagnostics } from './read-diagnostics.js';
import { reasonOf } from './reason-of.js';

/** Leaves are sequenced several times a second. */
const QUEUED_MS_MAX = 30_000;

export interface LogPlace {
  /** Address of the log. */
  readonly source: string;
  /** What the doctor saw last time. */
  readonly stateFile: string;
  readonly trust: TrustFile;
}

export interface LogHealth {
  readonly findings: readonly Finding[];
  /** Newest cosignature of a believed witness, milliseconds since the epoch. */
  readonly cosignedMs: number | null;
}

const todo: Partial<Record<AuditReason, string>> = {
  LOG_UNKNOWN:
    'is this the log of the trust file? Compare its origin with SEALFLOW_LOG_ORIGIN of the orchestrator',
  LOG_SIGNATURE_INVALID: 'is orchestrator.key that of the trust file, of the other replicas, of the backup?',
  WITNESS_QUORUM_NOT_MET:
    'look for `a witness did not cosign` in the log of the orchestrator; its reason is in that line',
  LOG_ROLLBACK:
    'the database was restored to an older state: see Backups in docs/operations.md. If it was not, keep the state file: it is evidence',
  LOG_FORK:
    'the log shows another history than before: keep the state file and the checkpoint, they are evidence against the operator',
};

/** Judges the newest checkpoint under the trust file, and that it grew out of the one that was seen last. */
export async function checkLog(place: LogPlace, diagnostics: Diagnostics | null): Promise<LogHealth> {
  const findings = new Findings('log');
  const { source, trust } = place;
  judgeQueue(findings, diagnostics);
  if (diagnostics?.state?.log.size === 0) {
    findings.skipped({
      what: 'the checkpoint',
      where: source,
      expected: 'a signed checkpoint',
      got: 'an empty log',
    });
    return { findings: findings.list, cosignedMs: null };
  }
  const policy = logPolicyOf(trust);
  try {
    const remembered = readAuditState(place.stateFile, trust.log.origin);
    const files = logFiles(logSource(source));
    const report = await auditLog({ files, policy, remembered, others: [], newestOnly: true });
    for (const { reason, where, expected, actual } of report.findings) {
      findings.fail(
        { what: reason, where: `${source}, ${where}`, expected, got: actual },
        todo[reason] ?? 'run sealflow log audit: it reads the whole log and names every hole',
      );
    }
    if (report.findings.length > 0 || report.checkpoint === null)
      return { findings: findings.list, cosignedMs: null };
    const { size } = report.checkpoint;
    findings.ok({
      what: 'the checkpoint and its history',
      where: source,
      expected:
        remembered === null
          ? 'signed by the key of the trust file'
          : `grown out of ${remembered.size} leaves`,
      got: `${size} leaves`,
    });
    writeAuditState(place.stateFile, trust.log.origin, report.checkpoint);
    judgeWitnesses(findings, source, trust, report.witnesses);
    return { findings: findings.list, cosignedMs: newestCosignature(report.note, policy) };
  } catch (error) {
    findings.fail(
      { what: 'the checkpoint', where: source, expected: 'a signed checkpoint', got: reasonOf(error) },
      'is the address that of the HTTP port of the orchestrator, with /log? Does the orchestrator run?',
    );
    return { findings: findings.list, cosignedMs: null };
  }
}

function judgeQueue(findings: Findings, diagnostics: Diagnostics | null): void {
  if (diagnostics?.state == null) return;
  const { queued, oldestQueuedMs, checkpointAgeMs } = diagnostics.state.log;
  const age = checkpointAgeMs === null ? 'none yet' : `${Math.round(checkpointAgeMs / 1_000)} s old`;
  findings.judge(
    oldestQueuedMs <= QUEUED_MS_MAX,
    {
      what: 'leaves get their place',
      where: diagnostics.replica,
      expected: `within ${QUEUED_MS_MAX / 1_000} s`,
      got:
        queued === 0
          ? `none waits, checkpoint ${age}`
          : `${queued} wait, the oldest ${Math.round(oldestQueuedMs / 1_000)} s, checkpoint ${age}`,
    },
    'no replica appends to the log: look for errors of the log in theirs, and for a session that holds its advisory lock in pg_locks',
  );
}

function judgeWitnesses(
  findings: Findings,
  where: string,
  trust: TrustFile,
  cosigned: readonly string[],
): void {
  const said = {
    what: 'witnesses of the newest checkpoint',
    where,
    expected: `${trust.witnessQuorum} of ${trust.witnesses.length} that the trust file names`,
    got: cosigned.join(', ') || 'none',
  };
  if (trust.witnesses.length > 0) findings.ok(said);
  else {
    findings.warn(
      said,
      'bundles are operator-only: nobody but the operator saw the log. Ask somebody else to run sealflow witness, and name the key in the trust file',
    );
  }
}

function newestCosignature(note: string | null, policy: LogPolicy): number | null {
  if (note === null) return null;
  const parsed = parseNote(note);
  const times = [...policy.witnesses.values()].flatMap((key) => {
    const verdict = verifyNoteSignature(parsed, key);
    return verdict.state === 'valid' && verdict.timeS !== null ? [verdict.timeS * 1_000] : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}
