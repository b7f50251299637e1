import { type Appraisal, appraise, type BindingMemory, readableCollateral } from '#attestation';
import { type Digest, digestOf, equalBytes, failedChecks } from '#canonical';
import { ApiError, type GetWorkerOffersResponse__Output, type ServiceClients, unary } from '#contracts';
import type { TrustFile } from '#evidence';
import { runsAtOwner } from '#workflow';
import type { DataOwner } from './client-connection.js';
import { ClientError, ownerRequired, type RefusedWorker } from './client-error.js';
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
  readonly owner?: DataOwner | undefined;
  /** What this client asked and which epochs it saw, over all its runs. */
  readonly memory: BindingMemory;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks for evidence and appraises it here, before anything is sealed. Fails closed: when no worker passes, the error
 * carries the whole appraisal of each and nothing leaves this process. There is no switch to turn this off.
 */
export async function findWorkers(operation: string, deps: OfferDependencies): Promise<AcceptedWorker[]> {
  const ownKey = ownProver(operation, deps);
  const nonce = deps.random(32);
  deps.memory.issue(nonce, deps.now() + DEADLINE_MS, OFFERS_MAX);
  const { offers } = await unary<GetWorkerOffersResponse__Output>(
    (options, callback) =>
      deps.services.attestation.getWorkerOffers(
        {
          operation,
          nonce,
          offersMax: OFFERS_MAX,
          policy: deps.policyDigest,
          // However many other owners prove the same: of theirs none would be taken.
          signKey: ownKey ?? new Uint8Array(),
        },
        options,
        callback,
      ),
    { deadlineMs: DEADLINE_MS, signal: deps.signal },
  ).catch((error: unknown) => {
    // Asked for the owner's own prover: others are no help, and trying again later is none either.
    const isAway = error instanceof ApiError && error.reason === 'WORKER_CAPACITY';
    throw isAway && ownKey !== null ? ownerRequired(operation) : error;
  });
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
    // Whoever says that it is at the owner: only the owner knows who is.
    const signKey = appraisal.binding?.signKey;
    if (ownKey !== null && (signKey === undefined || !equalBytes(ownKey, signKey))) continue;
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
  if (ownKey !== null && refused.length === 0) throw ownerRequired(operation);
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

/** Key of the prover that alone may get what stays at the owner; null for operations of other workers. */
function ownProver(operation: string, { owner }: OfferDependencies): Uint8Array | null {
  if (!runsAtOwner(operation)) return null;
  const key = owner?.proverKey() ?? null;
  if (key === null) throw ownerRequired(operation);
  return key;
}
