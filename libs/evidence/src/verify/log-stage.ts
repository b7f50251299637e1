import { equalBytes } from '#canonical';
import type { LogEntry } from '../bundle/container.js';
import { EvidenceError } from '../evidence-error.js';
import {
  type Cosignature,
  type LogFinding,
  leafEntry,
  leafEntryHash,
  parseLogProof,
  verifyLogProof,
} from '../tlog/log-proof.js';
import { logPolicyOf } from '../trust/trust-file.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** Stage 4: the bundle is in the log that the trust file names. Returns the cosignatures that verified. */
export function logStage(session: Session, checks: StageChecks): readonly Cosignature[] {
  const [entry, ...others] = session.bundle.log;
  if (entry === undefined) {
    checks.fail('BND-LOG-001', 'entry in the log', 'LOG_PENDING', {
      expected: session.trust.log.origin,
      actual: 'a bundle that was never logged; ask for the completed one',
    });
    return [];
  }
  const cosignatures = checkEntry(session, checks, entry);
  for (const other of others) checkEntry(session, checks, other);
  session.operatorOnlyLog = cosignatures.length === 0;
  if (session.operatorOnlyLog) {
    checks.warn('BND-LOG-007', 'independent witnesses', 'LOG_OPERATOR_ONLY', {
      expected: 'at least one cosignature',
      actual: 'operator-only log: nobody else vouches that all readers see the same log',
    });
  }
  return cosignatures;
}

function checkEntry(session: Session, checks: StageChecks, entry: LogEntry): readonly Cosignature[] {
  const rootDigest = session.bundle.root.digest;
  checks.passIf(
    equalBytes(entry.leaf, leafEntry(rootDigest)),
    'BND-LOG-002',
    'log entry names this root',
    'LOG_LEAF_MISMATCH',
    {
      expected: rootDigest,
      actual: 'an entry for another root',
    },
  );
  let proof: ReturnType<typeof parseLogProof>;
  try {
    proof = parseLogProof(entry.proof);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    checks.fail('BND-LOG-003', 'log proof', 'LOG_PROOF_MALFORMED', { actual: error.message });
    return [];
  }
  const { origin, size } = proof.checkpoint;
  checks.passIf(entry.origin === origin, 'BND-LOG-003', 'log proof', 'LOG_UNKNOWN', {
    expected: origin,
    actual: entry.origin,
  });
  const policy = logPolicyOf(session.trust);
  const verdict = verifyLogProof({ proof, leafHash: leafEntryHash(rootDigest), policy });
  report(checks, 'BND-LOG-004', 'signature of the log', verdict.log);
  report(checks, 'BND-LOG-005', 'inclusion in the log', verdict.inclusion);
  report(checks, 'BND-LOG-006', `quorum of ${session.trust.witnessQuorum} witnesses`, verdict.witnesses);
  const holds = [verdict.log, verdict.inclusion, verdict.witnesses].every(({ reason }) => reason === null);
  if (!holds) return [];
  session.checkpoints.push(proof.note.text);
  const witnesses = verdict.cosignatures.map(({ witness }) => witness);
  session.log ??= { origin, index: proof.index, size, witnesses };
  return verdict.cosignatures;
}

function report(checks: StageChecks, id: string, title: string, finding: LogFinding): void {
  const { reason, ...detail } = finding;
  if (reason === null) checks.pass(id, title, detail);
  else checks.fail(id, title, reason, detail);
}
