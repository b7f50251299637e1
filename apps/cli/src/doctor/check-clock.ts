import { type Finding, Findings, grade } from './finding.js';
import type { Asked } from './read-diagnostics.js';

/**
 * Evidence, envelopes and leases end at a time: a clock that is a minute off refuses what is good. Authorities of time
 * are held to five minutes.
 */
const bounds = { warnAbove: 2_000, failAbove: 60_000 } as const;
const expected = 'at most 2 s apart';
const todo = 'synchronise the clocks of both machines (chrony, systemd-timesyncd), then look again';

/** @param cosignedMs newest cosignature of a believed witness over the log, or null */
export function checkClock(asked: Asked, cosignedMs: number | null): Finding[] {
  const findings = new Findings('clock');
  const { diagnostics, atMs, roundTripMs } = asked;
  const apart = (aMs: number, bMs: number): number => Math.max(0, Math.abs(aMs - bMs) - roundTripMs / 2);
  const here = apart(diagnostics.nowMs, atMs);
  grade(
    findings,
    here,
    bounds,
    { what: 'this machine and the orchestrator', where: diagnostics.replica, expected, got: shown(here) },
    todo,
  );
  if (diagnostics.state === null) {
    findings.skipped({
      what: 'the orchestrator and its database',
      where: diagnostics.replica,
      expected,
      got: 'not known while the database is away',
    });
  } else {
    // The state may be a second old: it is kept so long, see StateReader.
    const offset = Math.max(0, apart(diagnostics.nowMs, diagnostics.state.nowMs) - 1_000);
    grade(
      findings,
      offset,
      bounds,
      { what: 'the orchestrator and its database', where: diagnostics.replica, expected, got: shown(offset) },
      todo,
    );
  }
  if (cosignedMs !== null) {
    const ahead = Math.max(0, cosignedMs - atMs);
    grade(
      findings,
      ahead,
      bounds,
      {
        what: 'this machine and the witnesses of the log',
        where: 'newest cosignature',
        expected: 'not in the future',
        got: ahead === 0 ? 'in the past' : `${shown(ahead)} in the future`,
      },
      'is the clock of this machine behind, or that of the witness ahead? Synchronise it',
    );
  }
  return findings.list;
}

function shown(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
