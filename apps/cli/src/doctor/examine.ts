import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { appraisalPolicyDigest, BindingMemory } from '#attestation';
import type { TrustFile } from '#evidence';
import type { TlsFiles } from '#tls';
import { workerImages } from '#worker';
import type { Installation } from '../installation/installation.js';
import { dial } from '../stack/dial.js';
import { checkAttestation } from './check-attestation.js';
import { checkCertificates } from './check-certificates.js';
import { checkClock } from './check-clock.js';
import { checkDatabase } from './check-database.js';
import { checkDisk, checkKeys } from './check-keys.js';
import { checkLog } from './check-log.js';
import { checkTimestamps } from './check-timestamps.js';
import { checkWorkers } from './check-workers.js';
import { type Finding, Findings } from './finding.js';
import { type Asked, DiagnosticsRefused, isAlive, readDiagnostics } from './read-diagnostics.js';
import { reasonOf } from './reason-of.js';

export interface Patient {
  readonly installation: Installation;
  /** Base address of the HTTP port; null when no stack is known. */
  readonly http: string | null;
  readonly grpc: string | null;
  /** Null: both ports are asked in the clear. */
  readonly tls: TlsFiles | null;
  readonly readTrust: () => TrustFile;
  readonly databaseUrl: string | undefined;
  /** Key of an operator. */
  readonly bearer: string | undefined;
  readonly now: () => number;
}

/**
 * Looks at everything, in the order in which one thing rests on another. What a replica says of itself is believed
 * where a wrong answer would only hide its own illness; evidence, log and keys are judged here, under the trust file.
 */
export async function examine(patient: Patient): Promise<Finding[]> {
  const { installation, http, grpc, now } = patient;
  const { asked, alive, findings } = await askOrchestrator(patient);
  const diagnostics = asked?.diagnostics ?? null;
  const place = { url: patient.databaseUrl, postgresHome: installation.postgresHome };
  findings.push(...(await checkDatabase(place, diagnostics, alive)));
  const expected = workerImages.map(({ name, operations }) => ({
    name,
    operations,
    log: join(installation.logs, `${name}.log`),
  }));
  const trust = trustOf(patient, findings);
  const log =
    http === null || trust === null || diagnostics === null
      ? { findings: [], cosignedMs: null }
      : await checkLog(
          { source: `${http}/log`, stateFile: join(installation.home, 'doctor-log.json'), trust },
          diagnostics,
        );
  if (asked !== null) findings.push(...checkClock(asked, log.cosignedMs));
  if (diagnostics !== null) findings.push(...checkWorkers(diagnostics, expected));
  if (diagnostics !== null && trust !== null && grpc !== null) {
    const served = expected
      .flatMap(({ operations }) => operations)
      .filter((operation) =>
        diagnostics.workers.some(
          (worker) => worker.fencedReason === null && worker.operations.includes(operation),
        ),
      );
    findings.push(...(await attest(served, trust, grpc, patient)));
  }
  findings.push(...log.findings);
  if (trust !== null) findings.push(...checkTimestamps(diagnostics, trust, now()));
  findings.push(...(await checkCertificates({ diagnostics, http, grpc, tls: patient.tls, nowMs: now() })));
  findings.push(...checkKeys(diagnostics, trust, installation.home));
  findings.push(...(await checkDisk([installation.home, installation.postgresHome])));
  return findings;
}

async function askOrchestrator({
  http,
  bearer,
  installation,
  tls,
  now,
}: Patient): Promise<{ asked: Asked | null; alive: boolean; findings: Finding[] }> {
  const findings = new Findings('orchestrator');
  const what = 'the orchestrator answers';
  const expected = 'its diagnostics';
  if (http === null) {
    findings.fail(
      { what, where: installation.home, expected: 'a stack that runs here', got: 'none' },
      'sealflow up starts one; --http and --grpc name one that runs elsewhere',
    );
    return { asked: null, alive: false, findings: findings.list };
  }
  try {
    const asked = await readDiagnostics(http, bearer, now, tls);
    findings.ok({ what, where: http, expected, got: `those of ${asked.diagnostics.replica}` });
    return { asked, alive: true, findings: findings.list };
  } catch (error) {
    const refused = error instanceof DiagnosticsRefused && (error.status === 401 || error.status === 403);
    if (refused) {
      findings.fail(
        { what, where: http, expected: 'diagnostics for the key of an operator', got: error.message },
        'name such a key in SEALFLOW_API_KEY; an installation keeps its own in keys/operator.key',
      );
      return { asked: null, alive: false, findings: findings.list };
    }
    if (await isAlive(http, tls)) {
      // Who asks is looked up in the database: without it nobody is known, and nothing else answers either.
      findings.ok({
        what: 'the orchestrator runs',
        where: http,
        expected: 'an answer to /healthz',
        got: 'one',
      });
      return { asked: null, alive: true, findings: findings.list };
    }
    findings.fail(
      { what, where: http, expected, got: reasonOf(error) },
      `start it: sealflow up. When it ends again its log says why: ${join(installation.logs, 'orchestrator.log')}`,
    );
    return { asked: null, alive: false, findings: findings.list };
  }
}

function trustOf({ readTrust }: Patient, findings: Finding[]): TrustFile | null {
  try {
    return readTrust();
  } catch (error) {
    const keys = new Findings('keys');
    keys.fail(
      {
        what: 'the trust file',
        where: 'installation',
        expected: 'one that can be read',
        got: reasonOf(error),
      },
      'sealflow up writes those of an installation; --trust names another',
    );
    findings.push(...keys.list);
    return null;
  }
}

async function attest(
  operations: readonly string[],
  trust: TrustFile,
  grpc: string,
  { bearer, tls, now }: Patient,
): Promise<Finding[]> {
  const services = dial(grpc, { bearer, tls });
  try {
    return await checkAttestation(operations, {
      services,
      trust,
      policyDigest: appraisalPolicyDigest(trust.policy),
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
      now,
      memory: new BindingMemory(),
    });
  } finally {
    services.close();
  }
}
