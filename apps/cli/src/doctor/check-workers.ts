import { type Finding, Findings } from './finding.js';
import type { Diagnostics } from './read-diagnostics.js';

const QUEUED_MS_MAX = 60_000;

/** A worker image of this installation, and where its log is. */
export interface ExpectedWorker {
  readonly name: string;
  readonly operations: readonly string[];
  readonly log: string;
}

export function checkWorkers(diagnostics: Diagnostics, expected: readonly ExpectedWorker[]): Finding[] {
  const findings = new Findings('workers');
  for (const { worker, fencedReason } of diagnostics.workers) {
    if (fencedReason === null) continue;
    findings.fail(
      {
        what: 'a worker is in service',
        where: worker,
        expected: 'results that pass every check',
        got: `fenced after ${fencedReason}`,
      },
      'find out why before anything else: no honest worker returns this. Then start it again; a new boot has new keys',
    );
  }
  for (const { name, operations, log } of expected) {
    for (const operation of operations) {
      const serving = diagnostics.workers.filter(
        (worker) => worker.fencedReason === null && worker.operations.includes(operation),
      );
      findings.judge(
        serving.length > 0,
        {
          what: `a worker for ${operation}`,
          where: name,
          expected: 'one or more',
          got: serving.map(({ worker }) => worker).join(', ') || 'none',
        },
        `start ${name}; when it runs and does not connect its log says why: ${log}`,
      );
    }
  }
  if (diagnostics.state !== null) {
    const { oldestQueuedMs, leases } = diagnostics.state;
    const got =
      leases.queued === 0 ? 'none waits' : `${leases.queued}, the oldest for ${seconds(oldestQueuedMs)}`;
    const said = {
      what: 'tasks find a worker',
      where: diagnostics.replica,
      expected: `at most ${seconds(QUEUED_MS_MAX)} of waiting`,
      got,
    };
    if (oldestQueuedMs <= QUEUED_MS_MAX) findings.ok(said);
    else
      findings.warn(
        said,
        'start more workers of the operations that sealflow_lease_wait_seconds shows as slow',
      );
  }
  return findings.list;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
