import { type Appraisal, appraise, type BindingMemory, readableCollateral } from '#attestation';
import { type Digest, digestOf, failedChecks } from '#canonical';
import { type GetWorkerOffersResponse__Output, type ServiceClients, unary } from '#contracts';
import type { TrustFile } from '#evidence';
import { ClientError, type RefusedWorker } from './client-error.js';
import type { RandomSource } from './client-identity.js';

const DEADLINE_MS = 10_000;
const OFFERS_MAX = 3;

/** A worker that answered this client's own nonce with evidence that passes its trust file. */
export interface AcceptedWorker {
  readonly worker: string;
  readonly operation: string;
  readonly sealPublicKey: Uint8Array;
  readonly evidence: Uint8Array;
  readonly package: Digest;
  readonly nonce: Uint8Array;
  readonly appraisal: Appraisal;
}

export interface OfferDependencies {
  readonly services: ServiceClients;
  readonly trust: TrustFile;
  readonly policyDigest: Digest;
  readonly random: RandomSource;
  readonly now: () => number;
  /** What this client asked and which epochs it saw, over all its runs. */
  readonly memory: BindingMemory;
}

/**
 * Asks for evidence and appraises it here, before anything is sealed. Fails closed: when no worker passes, the error
 * carries the whole appraisal of each and nothing leaves this process. There is no switch to turn this off.
 */
export async function findWorkers(operation: string, deps: OfferDependencies): Promise<AcceptedWorker[]> {
  const nonce = deps.random(32);
  deps.memory.issue(nonce, deps.now() + DEADLINE_MS, OFFERS_MAX);
  const { offers } = await unary<GetWorkerOffersResponse__Output>(
    (options, callback) =>
      deps.services.attestation.getWorkerOffers(
        { operation, nonce: Buffer.from(nonce), offersMax: OFFERS_MAX, policy: deps.policyDigest },
        options,
        callback,
      ),
    { deadlineMs: DEADLINE_MS },
  );
  const refused: RefusedWorker[] = [];
  const accepted: AcceptedWorker[] = [];
  // More than was asked for is not looked at: an envelope has room for a few recipients.
  for (const offer of offers.slice(0, OFFERS_MAX)) {
    const evidence = new Uint8Array(offer.package);
    const appraisal = appraise({
      evidence,
      roots: deps.trust.roots,
      policy: deps.trust.policy,
      expectedNonce: nonce,
      memory: deps.memory,
      at: deps.now(),
      policyDigest: deps.policyDigest,
      collateral: readableCollateral(offer.collateral),
    });
    const sealPublicKey = appraisal.binding?.sealKeys[0]?.publicKey;
    const mayRun = appraisal.measurement?.operations.includes(operation) === true;
    if (!appraisal.accepted || !mayRun || sealPublicKey === undefined) {
      const operationNotAllowed = appraisal.accepted && !mayRun;
      refused.push({ worker: offer.worker, operation, appraisal, operationNotAllowed });
      continue;
    }
    accepted.push({
      worker: offer.worker,
      operation,
      sealPublicKey,
      evidence,
      package: digestOf(evidence),
      nonce,
      appraisal,
    });
  }
  if (accepted.length > 0) return accepted;
  const checks = refused.flatMap(({ appraisal }) => failedChecks(appraisal.checks));
  const reasons =
    [...new Set(checks.map(({ reason }) => reason ?? 'FAILED'))].join(', ') || 'MEASUREMENT_NOT_ALLOWED';
  throw new ClientError(
    'EVIDENCE_REFUSED',
    `no worker for ${operation} passes the trust file (${reasons}): nothing was sealed or sent`,
    checks,
    refused,
  );
}
