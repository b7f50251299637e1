import { toBase64, toHex } from '#canonical';
import type { AuditFinding, AuditReason, AuditReport } from '#evidence';
import { exitCode } from '../output/failure.js';

const meanings: Readonly<Record<AuditReason, string>> = {
  CHECKPOINT_MALFORMED: 'What is served as the checkpoint is none.',
  LOG_UNKNOWN: 'The trust file names another log. Do not rely on this one.',
  LOG_SIGNATURE_INVALID: 'Nobody whom you know signed this checkpoint. Do not rely on it.',
  WITNESS_QUORUM_NOT_MET:
    'Too few witnesses vouch that all readers see this tree. Ask again later, or accept fewer.',
  LOG_FORK:
    'The log was rewritten since you looked at it. Keep both trees: together they convict its operator.',
  LOG_ROLLBACK: 'The log is shorter than it was. Entries were taken back, or an old copy is served.',
  LOG_SPLIT_VIEW: 'Others were shown another tree. Keep both: together they convict the operator.',
  LOG_GAP: 'A file of the log is not there: what it held cannot be checked. Ask for it, or use a mirror.',
  TILE_TAMPERED: 'A tile says something else than what lies below it. Use another copy.',
  ENTRIES_TAMPERED: 'Entries are not of their form. Use another copy.',
  ROOT_MISMATCH: 'The signed root is not that of the entries that are served.',
};

/** Worst first. */
const codes: readonly (readonly [AuditReason, number])[] = [
  ['CHECKPOINT_MALFORMED', exitCode.malformed],
  ['LOG_UNKNOWN', exitCode.trustRoot],
  ['LOG_GAP', exitCode.incomplete],
  ['WITNESS_QUORUM_NOT_MET', exitCode.policy],
];

export function auditExitCode({ findings }: AuditReport): number {
  if (findings.length === 0) return exitCode.verified;
  const mild = codes.filter(([reason]) => findings.some((finding) => finding.reason === reason));
  const named = findings.every(({ reason }) => mild.some(([known]) => known === reason));
  return named ? (mild[0]?.[1] ?? exitCode.failed) : exitCode.failed;
}

export function renderAudit(report: AuditReport): string {
  const { checkpoint, findings, witnesses, entries } = report;
  const head = findings.length === 0 ? 'CONSISTENT' : 'FINDINGS';
  const lines = [
    `${head}  ${checkpoint?.origin ?? 'no log'}  ${checkpoint?.size ?? 0} leaves`,
    ...(checkpoint === null ? [] : [`  root       ${toBase64(checkpoint.root)}`]),
    `  entries    ${entries} read and hashed again`,
    `  witnesses  ${witnesses.length === 0 ? 'none: operator-only log, other readers may be shown another tree' : witnesses.join(', ')}`,
    ...findings.flatMap(lineOf),
  ];
  return lines.map((line) => `${line.replace(/[^\x20-\x7e]/g, '?')}\n`).join('');
}

function lineOf({ reason, where, expected, actual }: AuditFinding): string[] {
  return [
    `  FAIL ${reason}  ${where}`,
    `       expected ${expected}, got ${actual}`,
    `       ${meanings[reason]}`,
  ];
}

export function auditJson({ checkpoint, findings, witnesses, entries }: AuditReport): object {
  const tree =
    checkpoint === null
      ? null
      : { origin: checkpoint.origin, size: checkpoint.size, root: toHex(checkpoint.root) };
  return { tree, witnesses, entries, findings };
}
