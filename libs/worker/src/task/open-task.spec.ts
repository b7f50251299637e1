import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, ed25519PublicKey, type Json, toBase64, utf8 } from '#canonical';
import type { Lease__Output, LeaseInput__Output } from '#contracts';
import { countersign, parseEnvelope, type StepPredicate } from '#evidence';
import { generateSealKeyPair, type Recipient } from '#sealing';
import { openTask } from './open-task.js';
import { PeerAppraiser } from './peer-appraiser.js';
import {
  approverSeeds,
  bootSimulated,
  client,
  LIFETIME_MS,
  leaseOf,
  MemoryBlobs,
  NOW_MS,
  payloadOf,
  plan,
  policyDigest,
  producerStatement,
  random,
  roots,
  type SimulatedWorker,
  sealedInput,
  storePolicy,
} from './worker.fixture.js';

const refusal = (code: string) => expect.objectContaining({ name: 'TaskError', code });
const SECRET = 'CANARY-4711';

const prover = bootSimulated('prover');
const reader = bootSimulated('reader');
let blobs: MemoryBlobs;
let nowMs: number;

beforeEach(async () => {
  blobs = new MemoryBlobs();
  nowMs = NOW_MS;
  await storePolicy(blobs);
});

function open(
  inputs: readonly LeaseInput__Output[],
  changes: Partial<Lease__Output> = {},
  keeps: readonly string[] = [],
) {
  const lease = leaseOf({
    inputs: [...inputs],
    clientSignKey: Buffer.from(ed25519PublicKey(client.signSeed)),
    ...changes,
  });
  const now = () => nowMs;
  const deps = { identity: prover.identity, blobs, appraiser: new PeerAppraiser(roots, now), now };
  return openTask(lease, { plan }, deps, keeps);
}

const toProver = [{ role: 'worker:scorecard.prove', publicKey: prover.identity.sealPublicKey }];

/** An input that the client sealed to this worker. */
function fromClient(
  context: object = {},
  value: Json = { secret: SECRET },
  recipients: readonly Recipient[] = toProver,
): Promise<LeaseInput__Output> {
  const edge = 'inputs/application';
  return sealedInput(blobs, {
    edge,
    payload: payloadOf(edge, value),
    senderSeed: client.signSeed,
    recipients,
    context,
  });
}

/** A value that the step before made, with its statement. `changes` are lies in that statement. */
async function fromWorker(
  changes: Partial<StepPredicate> = {},
  options: { worker?: SimulatedWorker; seed?: Uint8Array; senderSeed?: Uint8Array; commitment?: string } = {},
): Promise<LeaseInput__Output> {
  const worker = options.worker ?? reader;
  const edge = 'extract/features';
  const evidence = await blobs.put(await worker.evidence.answer(random(32), policyDigest));
  const sealed = await sealedInput(blobs, {
    edge,
    payload: payloadOf(edge, { income: 3 }),
    senderSeed: options.senderSeed ?? worker.identity.signSeed,
    recipients: toProver,
  });
  const commitment = options.commitment ?? sealed.commitment;
  const statement = producerStatement(
    worker,
    [{ port: 'features', edge, commitment }],
    { evidence: { package: evidence }, ...changes },
    options.seed,
  );
  return { ...sealed, producerStatement: Buffer.from(statement) };
}

describe('an input of the client', () => {
  it('is opened when it was sealed for this run, edge, policy and worker', async () => {
    const { task } = await open([await fromClient()]);
    expect(task.inputs['application']).toMatchObject({
      kind: 'opened',
      edge: 'inputs/application',
      producer: null,
      payload: { value: { secret: SECRET } },
    });
  });

  it.each([
    ['another tenant', { tenant: 'globex' }],
    ['another run', { runId: '01JD0000000000000000000001' }],
    ['another workflow', { workflowDigest: digestOf(utf8('another')) }],
    ['another edge', { edge: 'inputs/statement' }],
    ['another policy', { policyDigest: digestOf(utf8('another')) }],
    ['another plan, with weaker minimums perhaps', { planDigest: digestOf(utf8('another')) }],
    ['no plan at all', { planDigest: undefined }],
    ['other attempts', { attempts: { from: 2, to: 3 } }],
  ])('that was sealed for %s stays closed', async (_what, context) => {
    await expect(open([await fromClient(context)])).rejects.toThrow(refusal('ENVELOPE_CONTEXT_MISMATCH'));
  });

  it('that was sealed by somebody else than the client stays closed', async () => {
    const input = await fromClient();
    const clientSignKey = Buffer.from(ed25519PublicKey(random(32)));
    await expect(open([input], { clientSignKey })).rejects.toThrow(refusal('ENVELOPE_CONTEXT_MISMATCH'));
  });

  it('that names another client than the lease stays closed: results would be sealed to somebody else', async () => {
    const sealed = await fromClient({}, undefined, [
      ...toProver,
      { role: 'client', publicKey: client.publicKey },
    ]);
    const { publicKey } = generateSealKeyPair(random);
    const lies = { clientSealKey: Buffer.from(publicKey) };
    await expect(open([sealed], lies)).rejects.toEqual(refusal('ENVELOPE_CONTEXT_MISMATCH'));
    expect(Object.keys((await open([sealed])).task.inputs)).toEqual(['application']);
  });

  it('that was sealed to another worker stays closed', async () => {
    const edge = 'inputs/application';
    const recipients = [{ role: 'worker', publicKey: reader.identity.sealPublicKey }];
    const input = await sealedInput(blobs, {
      edge,
      payload: payloadOf(edge, 1),
      senderSeed: client.signSeed,
      recipients,
    });
    await expect(open([input])).rejects.toThrow(refusal('ENVELOPE_NOT_FOR_RECIPIENT'));
    // Unless the runtime keeps what such envelopes hold: it is told which one it is, and nothing of its content.
    const { task } = await open([input], {}, [input.port]);
    expect(task.inputs[input.port]).toEqual({
      kind: 'kept',
      edge,
      commitment: input.commitment,
      producer: null,
    });
  });

  it('is opened although the runtime keeps its content, as long as this boot can', async () => {
    const { task } = await open([await fromClient()], {}, ['application']);
    expect(task.inputs['application']).toMatchObject({ kind: 'opened' });
  });

  it('that ran out stays closed', async () => {
    const input = await fromClient();
    nowMs = NOW_MS + LIFETIME_MS + 1;
    await expect(open([input])).rejects.toThrow(refusal('ENVELOPE_EXPIRED'));
  });

  it('with a byte changed stays closed', async () => {
    const input = await fromClient();
    const bytes = Uint8Array.from(await blobs.get(input.blob as `sha256:${string}`));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expect(open([{ ...input, blob: await blobs.put(bytes) }])).rejects.toThrow(
      refusal('ENVELOPE_SIGNATURE_INVALID'),
    );
  });

  it('that does not open its commitment is refused, and the error holds nothing of it', async () => {
    const committed = await fromClient();
    const other = await fromClient({}, { secret: `${SECRET} and more` });
    const failure = await open([{ ...other, commitment: committed.commitment }]).catch(
      (error: unknown) => error,
    );
    expect(failure).toEqual(refusal('COMMITMENT_MISMATCH'));
    expect(JSON.stringify([failure, String(failure)])).not.toContain(SECRET);
  });

  it('whose blob is gone is an error that names the digest', async () => {
    const input = await fromClient();
    blobs.stored.delete(input.blob as `sha256:${string}`);
    await expect(open([input])).rejects.toThrow(input.blob);
  });
});

describe('a value of the step before', () => {
  it('is opened when an attested worker states it', async () => {
    const { task } = await open([await fromWorker()]);
    expect(task.inputs['features']).toMatchObject({
      kind: 'opened',
      producer: { taskId: 'extract', public: { flag: 'consistent' } },
    });
  });

  it.each<[string, string, Partial<StepPredicate>]>([
    ['another run', 'EDGE_MISMATCH', { runId: '01JD0000000000000000000001' }],
    ['another plan', 'EDGE_MISMATCH', { planDigest: digestOf(utf8('another')) }],
    ['another policy', 'EDGE_MISMATCH', { policyDigest: digestOf(utf8('another')) }],
    ['another edge', 'EDGE_MISMATCH', { outputs: [] }],
    ['no evidence', 'EVIDENCE_INVALID', { evidence: {} }],
    ['a step that the plan does not have', 'EDGE_MISMATCH', { stepId: 'read' }],
    ['another operation than the planned one', 'EDGE_MISMATCH', { operation: 'scorecard.prove' }],
    [
      'an operation that its image may not run',
      'MEASUREMENT_NOT_ALLOWED',
      { stepId: 'score', operation: 'scorecard.prove', kind: 'zk.groth16' },
    ],
  ])('whose statement names %s is refused', async (_what, code, changes) => {
    await expect(open([await fromWorker(changes)])).rejects.toThrow(refusal(code));
  });

  it('that is committed otherwise in the statement is refused', async () => {
    const { commitment } = await fromClient();
    await expect(open([await fromWorker({}, { commitment })])).rejects.toThrow(refusal('EDGE_MISMATCH'));
  });

  it('whose statement another key signed is refused', async () => {
    await expect(open([await fromWorker({}, { seed: random(32) })])).rejects.toThrow(
      refusal('SIGNATURE_INVALID'),
    );
  });

  it('whose statement is signed by a key without evidence of its own is refused', async () => {
    const thief = random(32);
    const executor = {
      id: 'reader-0',
      key: toBase64(ed25519PublicKey(thief)),
      softwareDigest: reader.imageDigest,
    };
    const input = await fromWorker({ executor }, { seed: thief, senderSeed: thief });
    await expect(open([input])).rejects.toThrow(refusal('EVIDENCE_UNBOUND'));
  });

  it('of a worker that the policy does not know is refused', async () => {
    const input = await fromWorker({}, { worker: bootSimulated('stranger') });
    await expect(open([input])).rejects.toThrow(refusal('EVIDENCE_INVALID'));
  });

  it('that another worker sealed than the one that states it is refused', async () => {
    const input = await fromWorker({}, { senderSeed: random(32) });
    await expect(open([input])).rejects.toThrow(refusal('ENVELOPE_CONTEXT_MISMATCH'));
  });

  /** `approve` or `decline` by a step of people, signed by `seeds` in this order. */
  async function fromPeople(
    step: string,
    answer: string,
    ...seeds: Uint8Array[]
  ): Promise<LeaseInput__Output> {
    const value = canonicalBytes(answer);
    const [first = random(32), ...others] = seeds;
    const statement = others.reduce(
      (signed, seed) => countersign(parseEnvelope(signed), seed),
      producerStatement(
        reader,
        [{ port: 'decision', edge: `${step}/decision`, commitment: digestOf(value) }],
        {
          stepId: step,
          kind: 'human',
          operation: 'human.approve',
          public: { decision: answer },
          executor: {
            id: 'reviewer',
            key: toBase64(ed25519PublicKey(first)),
            softwareDigest: digestOf(utf8('client')),
          },
        },
        first,
      ),
    );
    return {
      port: 'review',
      edge: `${step}/decision`,
      commitment: digestOf(value),
      kind: 'public',
      blob: await blobs.put(value),
      producerStatement: Buffer.from(statement),
      producerCollateral: [],
    };
  }
  const [one = random(32), two = random(32)] = approverSeeds;
  const stranger = random(32);

  it('decided by a person counts only when the plan lists the key, whatever the lease says', async () => {
    const { task } = await open([await fromPeople('review', 'approve', one)]);
    expect(task.inputs['review']).toMatchObject({ kind: 'public', value: 'approve' });
    const parametersJson = JSON.stringify({ approvers: [toBase64(ed25519PublicKey(stranger))] });
    await expect(open([await fromPeople('review', 'approve', stranger)], { parametersJson })).rejects.toThrow(
      refusal('APPROVER_UNKNOWN'),
    );
  });

  it('decided by two persons needs both for a yes and one for a no', async () => {
    const yes = (...seeds: Uint8Array[]) => fromPeople('both', 'approve', ...seeds);
    for (const signed of [await yes(one), await yes(one, stranger)]) {
      await expect(open([signed])).rejects.toThrow(refusal('APPROVAL_INCOMPLETE'));
    }
    expect((await open([await yes(two, one)])).task.inputs['review']).toMatchObject({ value: 'approve' });
    const no = await open([await fromPeople('both', 'decline', two)]);
    expect(no.task.inputs['review']).toMatchObject({ value: 'decline' });
  });
});

describe('a ciphertext or a disclosed value', () => {
  const named = async (kind: 'blob' | 'public', bytes: Uint8Array): Promise<LeaseInput__Output> => ({
    port: 'page',
    edge: 'open/page',
    commitment: digestOf(bytes),
    kind,
    blob: await blobs.put(bytes),
    producerStatement: Buffer.alloc(0),
    producerCollateral: [],
  });

  it('is named by its digest', async () => {
    const page = random(100);
    const { task } = await open([await named('blob', page)]);
    expect(task.inputs['page']).toMatchObject({ kind: 'blob', bytes: page, commitment: digestOf(page) });
  });

  it.each(['blob', 'public'] as const)(
    'of kind %s that differs from its commitment is refused',
    async (kind) => {
      const input = {
        ...(await named(kind, canonicalBytes('approve'))),
        commitment: digestOf(utf8('"decline"')),
      };
      await expect(open([input])).rejects.toThrow(refusal('COMMITMENT_MISMATCH'));
    },
  );
});

describe('a lease', () => {
  it.each<[string, Partial<Lease__Output>]>([
    ['parameters that are a list', { parametersJson: '[]' }],
    ['a state that is a text', { stateJson: '"x"' }],
  ])('with %s is refused', async (_what, changes) => {
    await expect(open([], changes)).rejects.toThrow(refusal('LEASE_MALFORMED'));
  });

  it('under a policy that is not one is refused', async () => {
    const bytes = canonicalBytes({ allowSimulated: true });
    await expect(open([], { policy: await blobs.put(bytes) })).rejects.toThrow(refusal('POLICY_MALFORMED'));
  });

  it('gives the runtime the context that ties a proof to run, task and plan', async () => {
    const first = await open([]);
    const second = await open([], { taskId: 'other' });
    expect(first.task.context).not.toBe(second.task.context);
    expect(first.task.context < 2n ** 248n).toBe(true);
  });
});
