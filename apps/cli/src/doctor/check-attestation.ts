import type { BindingMemory } from '#attestation';
import type { Digest } from '#canonical';
import { type AcceptedWorker, ClientError, findWorkers } from '#client';
import type { ServiceClients } from '#contracts';
import type { TrustFile } from '#evidence';
import { type Finding, Findings } from './finding.js';
import { reasonOf } from './reason-of.js';

/** Evidence that runs out sooner may end under a step that has just begun. */
const LEFT_MS_MIN = 60_000;

export interface Attesting {
  readonly services: ServiceClients;
  readonly trust: TrustFile;
  readonly policyDigest: Digest;
  readonly random: (bytes: number) => Uint8Array;
  readonly now: () => number;
  readonly memory: BindingMemory;
}

/** Asks every operation for evidence over a nonce of its own and appraises it, as a client does before it seals. */
export async function checkAttestation(operations: readonly string[], deps: Attesting): Promise<Finding[]> {
  const findings = new Findings('attestation');
  let simulated = false;
  for (const operation of operations) {
    const what = `evidence for ${operation}`;
    const expected = 'evidence over a fresh nonce that passes the trust file';
    try {
      const accepted = await findWorkers(operation, deps);
      simulated ||= accepted.some(({ appraisal }) => appraisal.level === 'SIMULATED');
      for (const worker of accepted) judgeAge(findings, what, worker, deps.now());
    } catch (error) {
      const where = error instanceof ClientError ? error.refused.map(({ worker }) => worker).join(', ') : '';
      findings.fail(
        { what, where: where || 'orchestrator', expected, got: reasonOf(error) },
        error instanceof ClientError
          ? 'sealflow evidence verify names each check. After a change of code or models the reference values of the trust file are old: take them again, after you know why they changed'
          : 'is a worker connected? See what is said of workers above',
      );
    }
  }
  if (simulated) {
    findings.warn(
      {
        what: 'hardware',
        where: 'all workers',
        expected: 'confidential hardware',
        got: 'SIMULATED: it protects nothing, and every verdict says so',
      },
      'for development this is as it must be; for anything else run the workers on hardware and trust-production.json',
    );
  }
  return findings.list;
}

function judgeAge(findings: Findings, what: string, worker: AcceptedWorker, nowMs: number): void {
  const leftMs = (worker.appraisal.binding?.notAfterMs ?? nowMs) - nowMs;
  const said = {
    what,
    where: worker.worker,
    expected: 'passes the trust file, and lives on for a minute or more',
    got: `passes; good for another ${Math.round(leftMs / 60_000)} min`,
  };
  if (leftMs >= LEFT_MS_MIN) findings.ok(said);
  else findings.warn(said, 'the worker renews its evidence by itself; if it does not, start it again');
}
