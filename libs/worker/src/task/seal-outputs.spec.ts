import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalBytes, commitmentOf, digestOf, parseEdgePayload, poseidon } from '#canonical';
import type {
  GetWorkerOffersRequest,
  GetWorkerOffersResponse__Output,
  LeaseOutput__Output,
  ServiceClients,
} from '#contracts';
import { openEnvelope, parseEnvelope, sealKeyId } from '#sealing';
import type { TaskOutput } from '../runtime.js';
import { PeerAppraiser } from './peer-appraiser.js';
import { type SealOutputsDependencies, sealOutputs } from './seal-outputs.js';
import {
  bootSimulated,
  client,
  definitionDigest,
  leaseOf,
  MemoryBlobs,
  NOW_MS,
  outputOf,
  policy,
  policyDigest,
  RUN_ID,
  random,
  roots,
  type SimulatedWorker,
  TENANT,
} from './worker.fixture.js';

const refusal = (code: string) => expect.objectContaining({ name: 'TaskError', code });
const SECRET = 'CANARY-4711';

const reader = bootSimulated('reader');
const prover = bootSimulated('prover');
let blobs: MemoryBlobs;
let asked: GetWorkerOffersRequest[];

beforeEach(() => {
  blobs = new MemoryBlobs();
  asked = [];
});

type Answer = (request: GetWorkerOffersRequest) => Promise<readonly Uint8Array[]>;

/** Workers that answer the nonce and policy they were asked for. */
const answers =
  (...workers: readonly SimulatedWorker[]): Answer =>
  ({ nonce }) =>
    Promise.all(
      workers.map(({ evidence }) => evidence.answer(new Uint8Array(nonce as Buffer), policyDigest)),
    );

function dependencies(answer: Answer): SealOutputsDependencies {
  const getWorkerOffers = (
    request: GetWorkerOffersRequest,
    _options: object,
    callback: (error: Error | null, response?: GetWorkerOffersResponse__Output) => void,
  ) => {
    asked.push(request);
    answer(request).then(
      (packages) =>
        callback(null, {
          offers: packages.map((bytes) => ({
            worker: 'workers/x',
            operations: [],
            package: Buffer.from(bytes),
            priceMicros: '0',
            collateral: [],
          })),
        }),
      (error: Error) => callback(error),
    );
    return { cancel: () => undefined };
  };
  return {
    identity: reader.identity,
    blobs,
    services: { attestation: { getWorkerOffers } } as unknown as ServiceClients,
    appraiser: new PeerAppraiser(roots, () => NOW_MS),
    random,
    now: () => NOW_MS,
  };
}

function seal(
  planned: readonly LeaseOutput__Output[],
  outputs: Readonly<Record<string, TaskOutput>>,
  answer: Answer = answers(prover),
) {
  const lease = leaseOf({ outputs: [...planned] });
  return sealOutputs({ lease, outputs, policy, policyDigest, definitionDigest }, dependencies(answer));
}

const toProver = outputOf('features', { consumers: ['scorecard.prove'] });
const secret: TaskOutput = { kind: 'sealed', value: { income: SECRET } };

/** Nothing that was stored shows the value. */
function expectBlind(): void {
  for (const bytes of blobs.stored.values()) expect(Buffer.from(bytes).includes(SECRET)).toBe(false);
}

describe('an output for another worker', () => {
  it('is sealed to the worker that answered a fresh nonce with evidence that passes', async () => {
    const { outputs, readers } = await seal([toProver], { features: secret });
    const [output] = outputs;
    const bytes = await blobs.get(output?.blob ?? digestOf(new Uint8Array(0)));
    const { plaintext } = await openEnvelope({
      bytes,
      secretKey: prover.identity.sealSecretKey,
      expected: {
        tenant: TENANT,
        runId: RUN_ID,
        workflowDigest: definitionDigest,
        edge: 'score/features',
        policyDigest,
        senderKey: reader.identity.signPublicKey,
        attempt: 1,
      },
      at: NOW_MS,
    });
    const payload = parseEdgePayload(plaintext);
    expect(payload.value).toEqual({ income: SECRET });
    expect(commitmentOf(payload)).toBe(output?.commitment);
    expect(readers).toEqual([
      {
        edge: 'score/features',
        recipients: [{ role: 'worker:scorecard.prove', kid: sealKeyId(prover.identity.sealPublicKey) }],
      },
    ]);
    expectBlind();
  });

  it('asks for each output anew, under the pinned policy', async () => {
    const planned = [toProver, outputOf('more', { consumers: ['scorecard.prove'] })];
    await seal(planned, { features: secret, more: secret });
    expect(asked.map(({ policy: named }) => named)).toEqual([policyDigest, policyDigest]);
    const nonces = asked.map(({ nonce }) => Buffer.from(nonce as Buffer).toString('hex'));
    expect(new Set(nonces).size).toBe(2);
    expect(nonces.every((nonce) => nonce.length === 64)).toBe(true);
  });

  it('has a salt of its own every time, so that equal values do not look equal', async () => {
    const first = await seal([toProver], { features: secret });
    const second = await seal([toProver], { features: secret });
    expect(first.outputs[0]?.commitment).not.toBe(second.outputs[0]?.commitment);
  });

  it.each<[string, Answer]>([
    ['nobody answers', async () => []],
    ['the evidence is no evidence', async () => [random(300)]],
    ['the worker is unknown to the policy', answers(bootSimulated('stranger'))],
    ['the worker may not run the next operation', answers(reader)],
    [
      'the evidence answers an older nonce',
      async () => [await prover.evidence.answer(random(32), policyDigest)],
    ],
  ])('is not sealed, and nothing is stored, when %s', async (_what, answer) => {
    const failure = await seal([toProver], { features: secret }, answer).catch((error: unknown) => error);
    expect(failure).toEqual(refusal('EVIDENCE_INVALID'));
    expect(failure).toMatchObject({ retryable: true });
    expect(blobs.stored.size).toBe(0);
    expect(String(failure)).not.toContain(SECRET);
  });

  it('goes to no worker that fails, even when another one passes', async () => {
    const { readers } = await seal(
      [toProver],
      { features: secret },
      answers(bootSimulated('stranger'), prover),
    );
    expect(readers[0]?.recipients.map(({ kid }) => kid)).toEqual([sealKeyId(prover.identity.sealPublicKey)]);
  });

  it('goes to three workers at most, however many the orchestrator sends', async () => {
    const many = Array.from({ length: 12 }, () => bootSimulated('prover'));
    const { readers } = await seal([toProver], { features: secret }, answers(...many));
    expect(readers[0]?.recipients).toHaveLength(3);
  });

  it('fails when one of two readers has no worker that passes', async () => {
    const planned = outputOf('features', { consumers: ['scorecard.prove', 'document.extract'] });
    await expect(seal([planned], { features: secret }, answers(prover))).rejects.toThrow(
      refusal('EVIDENCE_INVALID'),
    );
  });
});

describe('an output for the client', () => {
  it('is sealed to the key of the client of the run and to nobody else', async () => {
    const { outputs, readers } = await seal([outputOf('findings', { clientReads: true })], {
      findings: secret,
    });
    expect(asked).toEqual([]);
    expect(readers[0]?.recipients).toEqual([{ role: 'client', kid: sealKeyId(client.publicKey) }]);
    const bytes = await blobs.get(outputs[0]?.blob ?? digestOf(new Uint8Array(0)));
    const { plaintext } = await openEnvelope({
      bytes,
      secretKey: client.secretKey,
      expected: {},
      at: NOW_MS,
    });
    expect(parseEdgePayload(plaintext).value).toEqual({ income: SECRET });
    expect(parseEnvelope(bytes).header.recipients).toHaveLength(1);
    expectBlind();
  });
});

describe('an output with another form', () => {
  it('of a proof is committed with Poseidon, as the circuit committed it', async () => {
    const output: TaskOutput = {
      kind: 'sealed-fields',
      fields: [600_000n, 673n],
      salt: 5n,
      value: { score: 673 },
    };
    const { outputs } = await seal([outputOf('limit', { clientReads: true })], { limit: output });
    const expected = poseidon([600_000n, 673n, 5n]).toString(16).padStart(64, '0');
    expect(outputs[0]?.commitment).toBe(`commit:poseidon-bn254:${expected}`);
  });

  it('of a ciphertext is named by its digest', async () => {
    const bytes = random(50);
    const { outputs, readers } = await seal([outputOf('page')], { page: { kind: 'blob', bytes } });
    expect(outputs).toEqual([
      { port: 'page', edge: 'score/page', commitment: digestOf(bytes), blob: digestOf(bytes) },
    ]);
    expect(readers).toEqual([]);
  });

  it('that may be shown opens the plain digest of its canonical bytes', async () => {
    const { outputs } = await seal([outputOf('decision')], {
      decision: { kind: 'public', value: 'approve' },
    });
    expect(outputs[0]?.commitment).toBe(digestOf(canonicalBytes('approve')));
  });
});

describe('the plan', () => {
  it('knows every output that a runtime makes, or nothing is stored', async () => {
    await expect(seal([toProver], { features: secret, extra: secret })).rejects.toThrow(
      refusal('OUTPUT_UNKNOWN'),
    );
    expect(blobs.stored.size).toBe(0);
  });

  it('may name an output that stays empty', async () => {
    const { outputs } = await seal([toProver, outputOf('delta')], { features: secret });
    expect(outputs.map(({ port }) => port)).toEqual(['features']);
  });
});
