import { beforeEach, describe, expect, it } from 'vitest';
import {
  BindingMemory,
  createSimulationAuthority,
  encodeCollateral,
  encodeIntelCollateral,
  simulateIntelCollateral,
} from '#attestation';
import { digestOf, failedChecks, utf8 } from '#canonical';
import { ApiError, type GetWorkerOffersRequest } from '#contracts';
import type { TrustFile } from '#evidence';
import { ClientError } from './client-error.js';
import { findWorkers } from './offers.js';
import {
  answer,
  authority,
  NOW_MS,
  orchestrator,
  policyDigest,
  random,
  trust,
} from './orchestrator.fixture.js';

const OPERATION = 'document.extract';
let asked: GetWorkerOffersRequest[];
let memory: BindingMemory;

beforeEach(() => {
  asked = [];
  memory = new BindingMemory();
});

function find(
  offers: (nonce: Uint8Array) => readonly Uint8Array[],
  changes: {
    nowMs?: number;
    operation?: string;
    trust?: TrustFile;
    collateral?: readonly Uint8Array[];
  } = {},
) {
  const { services } = orchestrator({
    collateral: changes.collateral ?? [],
    offers: (request) => {
      asked.push(request);
      return offers(new Uint8Array(request.nonce as Buffer));
    },
  });
  return findWorkers(changes.operation ?? OPERATION, {
    memory,
    services,
    trust: changes.trust ?? trust,
    policyDigest,
    random,
    now: () => changes.nowMs ?? NOW_MS,
  });
}

async function refusal(promise: Promise<unknown>): Promise<ClientError> {
  const error = await promise.catch((failure: unknown) => failure);
  if (!(error instanceof ClientError)) throw new Error(`expected a ClientError, got ${String(error)}`);
  return error;
}

describe('a worker', () => {
  it('is accepted when it answers this nonce with evidence that passes', async () => {
    const [worker] = await find((nonce) => [answer(nonce)]);
    expect(worker).toMatchObject({ worker: 'workers/worker-0', operation: OPERATION });
    expect(worker?.appraisal.level).toBe('SIMULATED');
    expect(worker?.package).toBe(digestOf(worker?.evidence ?? new Uint8Array(0)));
  });

  it('is asked with 32 new bytes each time, under the policy of the caller', async () => {
    await find((nonce) => [answer(nonce)]);
    await find((nonce) => [answer(nonce)]);
    const nonces = asked.map(({ nonce }) => Buffer.from(nonce as Buffer).toString('hex'));
    expect(new Set(nonces).size).toBe(2);
    expect(nonces.every((nonce) => nonce.length === 64)).toBe(true);
    expect(asked.every(({ policy }) => policy === policyDigest)).toBe(true);
  });

  it.each<[string, string, (nonce: Uint8Array) => readonly Uint8Array[]]>([
    ['an answer to an older nonce', 'NONCE_UNKNOWN', () => [answer(random(32))]],
    ['an unknown measurement', 'MEASUREMENT_UNKNOWN', (nonce) => [answer(nonce, { mrtd: 'ff'.repeat(48) })]],
    [
      'a binding to another policy',
      'POLICY_MISMATCH',
      (nonce) => [answer(nonce, { policyDigest: digestOf(utf8('x')) })],
    ],
    ['a binding that ran out', 'BINDING_EXPIRED', (nonce) => [answer(nonce, { notAfterMs: NOW_MS - 1 })]],
    [
      'a binding that lives too long',
      'BINDING_LIFETIME_EXCEEDED',
      (nonce) => [answer(nonce, { notAfterMs: NOW_MS + 8_000_000 })],
    ],
    [
      'a root that is not in the trust file',
      'UNKNOWN_ISSUER',
      (nonce) => [answer(nonce, { authority: createSimulationAuthority(random, NOW_MS) })],
    ],
    ['bytes that are no evidence', 'EVIDENCE_MALFORMED', () => [random(100)]],
  ])('with %s is refused, with the checks that say why', async (_what, reason, offers) => {
    const error = await refusal(find(offers));
    expect(error.code).toBe('EVIDENCE_REFUSED');
    expect(error.message).toContain(reason);
    expect(error.message).toContain('nothing was sealed');
    expect(failedChecks(error.checks).map((check) => check.reason)).toContain(reason);
    const [branch] = error.refused;
    expect(branch).toMatchObject({ worker: 'workers/worker-0', operation: OPERATION });
    expect(branch?.appraisal.accepted).toBe(false);
    expect(failedChecks(branch?.appraisal.checks ?? []).map((check) => check.reason)).toContain(reason);
  });

  it('that may not run the operation is refused, however good its evidence', async () => {
    const error = await refusal(find((nonce) => [answer(nonce)], { operation: 'scorecard.prove' }));
    expect(error).toMatchObject({ code: 'EVIDENCE_REFUSED' });
    expect(error.message).toContain('MEASUREMENT_NOT_ALLOWED');
    expect(error.refused).toMatchObject([{ operationNotAllowed: true, appraisal: { accepted: true } }]);
  });

  it('that passes counts although another one does not', async () => {
    const workers = await find((nonce) => [answer(random(32)), random(10), answer(nonce)]);
    expect(workers).toHaveLength(1);
  });

  it('that answers one question twice counts once', async () => {
    const workers = await find((nonce) => {
      const evidence = answer(nonce);
      return [evidence, evidence];
    });
    expect(workers).toHaveLength(1);
  });

  it('of which a later epoch of the same boot was seen is refused', async () => {
    const bootId = random(16);
    await find((nonce) => [answer(nonce, { bootId, epoch: 3 })]);
    const error = await refusal(find((nonce) => [answer(nonce, { bootId, epoch: 2 })]));
    expect(failedChecks(error.checks).map((check) => check.reason)).toEqual(['EPOCH_ROLLBACK']);
  });

  it('is refused when there is none', async () => {
    expect(await refusal(find(() => []))).toMatchObject({ code: 'EVIDENCE_REFUSED' });
  });

  it('is one of three at most, however many an orchestrator sends', async () => {
    const workers = await find((nonce) => Array.from({ length: 20 }, () => answer(nonce)));
    expect(workers.length).toBeLessThanOrEqual(3);
  });
});

describe('a worker on hardware of a vendor', () => {
  /** As if the simulated roots were Intel's: only then does anybody ask for revocation and firmware levels. */
  const genuine: TrustFile = {
    ...trust,
    roots: { ...trust.roots, intel: trust.roots.simulatedCpu, simulatedCpu: [] },
  };
  const published = (issuedMs: number) => {
    const data = simulateIntelCollateral(authority, { tee: 'TDX', issuedMs }, random);
    const piece = { kind: 'intel-dcap', data: encodeIntelCollateral(data), fetchedAtMs: null, source: null };
    return [encodeCollateral({ ...piece, kind: 'intel-dcap' })];
  };

  it('is refused where nothing says whether its keys were revoked', async () => {
    const error = await refusal(find((nonce) => [answer(nonce)], { trust: genuine }));
    expect(error.message).toContain('REVOCATION_UNKNOWN');
  });

  it('is accepted with what its vendor published, whoever carried it', async () => {
    const collateral = published(NOW_MS - 86_400_000);
    const [worker] = await find((nonce) => [answer(nonce)], { trust: genuine, collateral });
    expect(worker?.appraisal.level).toBe('ATTESTED');
  });

  it.each([
    ['that has expired', published(NOW_MS - 60 * 86_400_000), 'COLLATERAL_EXPIRED'],
    ['that is no document', [random(100)], 'REVOCATION_UNKNOWN'],
  ])('is refused with vendor data %s', async (_what, collateral, reason) => {
    const error = await refusal(find((nonce) => [answer(nonce)], { trust: genuine, collateral }));
    expect(error.message).toContain(reason);
  });
});

describe('the prover of an owner', () => {
  const owner = {
    proverKey: () => new Uint8Array(32).fill(7),
    keep: async () => undefined,
    read: async () => null,
  };
  const ofOwner = (offers: (nonce: Uint8Array) => readonly Uint8Array[]) => {
    const { services } = orchestrator({
      offers: (request) => {
        asked.push(request);
        return offers(new Uint8Array(request.nonce as Buffer));
      },
    });
    const deps = { memory, services, trust, policyDigest, random, now: () => NOW_MS, owner };
    return refusal(findWorkers('balance.transfer.owner', deps));
  };

  it('is asked by its key, and that of another owner is not taken for it', async () => {
    expect(await ofOwner((nonce) => [answer(nonce)])).toMatchObject({ code: 'OWNER_REQUIRED' });
    expect(asked[0]?.signKey).toEqual(new Uint8Array(32).fill(7));
  });

  it('that is away is named as that, not as a lack of workers', async () => {
    const away = await ofOwner(() => {
      throw new ApiError('WORKER_CAPACITY', 'none');
    });
    expect(away).toMatchObject({ code: 'OWNER_REQUIRED' });
    expect(away.message).toContain('sealflow prove');
  });
});
