import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildBinding, encodeEvidencePackage } from '#attestation';
import {
  canonicalBytes,
  concatBytes,
  digestOf,
  ed25519PublicKey,
  formatTime,
  u32be,
  ulid,
  utf8,
} from '#canonical';
import type { PreparedRun } from '#client';
import { type CreateRunRequest, type CreateRunResponse__Output, unary, writeBlob } from '#contracts';
import { type EnvelopeContext, generateSealKeyPair, sealEnvelope } from '#sealing';
import { inputsOf } from '../../../apps/cli/src/demo/application.js';
import { planBuiltin, prepareRun } from '../../../apps/cli/src/demo/credit-run.js';
import { refused } from '../refused.js';
import { applicationOf, settled, suite } from '../suite.js';

type Change = (request: CreateRunRequest, prepared: PreparedRun) => Partial<CreateRunRequest>;

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const seconds = (ms: number) => ({ seconds: String(Math.floor(ms / 1000)), nanos: 0 });

let prepared: PreparedRun;

function create(changes: Partial<CreateRunRequest>): Promise<CreateRunResponse__Output> {
  const { client } = suite();
  return unary<CreateRunResponse__Output>(
    (options, callback) =>
      client.services.run.createRun({ ...prepared.request, ...changes }, options, callback),
    { deadlineMs: 5_000 },
  );
}

/** With a signature of zeros: nobody has the keys to look at it before a worker does. */
function envelopeOf(header: string): Uint8Array {
  const bytes = utf8(header);
  return concatBytes(utf8('SFE1'), u32be(bytes.length), bytes, new Uint8Array(64));
}

async function store(bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  await writeBlob(suite().client.services.blob, digest, bytes, { deadlineMs: 5_000 });
  return digest;
}

/** The request's input of this name with another blob, sealed for whatever `context` says. */
async function resealed(
  name: string,
  context: Partial<EnvelopeContext>,
  size = 10,
): Promise<Partial<CreateRunRequest>> {
  const { client } = suite();
  const { planned, runId, identity, workers } = prepared;
  const [worker] = workers;
  const envelope = await sealEnvelope({
    suite: 2,
    context: {
      tenant: 'demo',
      runId,
      workflowDigest: planned.plan.definitionDigest,
      edge: `inputs/${name}`,
      attempts: { from: 1, to: 16 },
      seq: 1,
      policyDigest: client.policyDigest,
      planDigest: planned.digest,
      contentType: 'application/json',
      notAfter: formatTime(Date.now() + 3_600_000),
      ...context,
    },
    recipients: [
      { role: 'worker', publicKey: worker?.sealPublicKey ?? generateSealKeyPair(random).publicKey },
    ],
    senderSeed: identity.signSeed,
    plaintext: new Uint8Array(size),
    random,
  });
  const blob = await store(envelope);
  return { inputs: inputsWith(name, { blob }) };
}

function inputsWith(name: string, change: object) {
  return (prepared.request.inputs ?? []).map((input) =>
    input.name === name ? { ...input, ...change } : input,
  );
}

/** Evidence in the right form, of nobody. */
function evidencePackage(nonce: Uint8Array, notAfterMs: number): Uint8Array {
  const binding = buildBinding({
    v: 'sealflow/binding/v1',
    nonce,
    workerId: 'nobody',
    bootId: random(16),
    epoch: 0,
    sealKeys: [{ alg: 'x25519', publicKey: random(32) }],
    signKey: random(32),
    imageDigest: digestOf(utf8('image')),
    policyDigest: suite().client.policyDigest,
    gpuEvidenceDigest: null,
    notAfterMs,
  });
  return encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote: random(600) }, gpus: [] });
}

/** What a submitter can get wrong, or try, when a run is created. */
export function badRuns(): void {
  beforeAll(async () => {
    await settled();
    const { client, plans } = suite();
    prepared = await prepareRun(client, plans.credit, inputsOf(applicationOf('approved')));
  });

  describe('the form of a new run', () => {
    it.each<[what: string, field: string, change: Change]>([
      ['no run id', 'run_id', () => ({ runId: '' })],
      ['a run id that is no ULID', 'run_id', () => ({ runId: 'run-1' })],
      ['a request id that is no UUID', 'request_id', () => ({ requestId: 'again' })],
      [
        'a request id in capitals',
        'request_id',
        ({ requestId }) => ({ requestId: (requestId ?? '').toUpperCase() }),
      ],
      ['a plan that is no digest', 'plan', () => ({ plan: 'credit' })],
      ['a policy that is no digest', 'policy', () => ({ policy: 'sha256:00' })],
      ['a sealing key of 31 bytes', 'client_seal_key', () => ({ clientSealKey: Buffer.alloc(31) })],
      ['a sealing key of no bytes', 'client_seal_key', () => ({ clientSealKey: Buffer.alloc(0) })],
      ['a signing key of 33 bytes', 'client_sign_key', () => ({ clientSignKey: Buffer.alloc(33) })],
      ['no deadline', 'deadline', () => ({ deadline: null })],
      ['a deadline before the year 1970', 'deadline', () => ({ deadline: { seconds: '-1', nanos: 0 } })],
      [
        'a deadline beyond time',
        'deadline',
        () => ({ deadline: { seconds: '9223372036854775807', nanos: 0 } }),
      ],
      ['a cap that is negative', 'cost_micros_max', () => ({ costMicrosMax: '-1' })],
      ['a cap with a fraction', 'cost_micros_max', () => ({ costMicrosMax: '1.5' })],
      ['a cap of 40 digits', 'cost_micros_max', () => ({ costMicrosMax: '9'.repeat(40) })],
      [
        'a bare digest as commitment',
        'inputs[0]',
        () => ({ inputs: inputsWith('application', { commitment: digestOf(utf8('x')) }) }),
      ],
      [
        'a blob that is no digest',
        'inputs[2]',
        () => ({ inputs: inputsWith('statement', { blob: 'blob' }) }),
      ],
      [
        'an input name of a megabyte',
        'inputs[1]',
        () => ({ inputs: inputsWith('intent', { name: 'x'.repeat(1_000_000) }) }),
      ],
      [
        '65 inputs',
        'inputs',
        ({ inputs }) => ({ inputs: Array.from({ length: 65 }, () => inputs?.[0] ?? {}) }),
      ],
      [
        'an offer with a nonce of 31 bytes',
        'offers[0]',
        ({ offers }) => ({ offers: [{ ...offers?.[0], nonce: Buffer.alloc(31) }] }),
      ],
      [
        'an offer for no operation',
        'offers[0]',
        ({ offers }) => ({ offers: [{ ...offers?.[0], operation: 'a b' }] }),
      ],
      [
        '65 offers',
        'offers',
        ({ offers }) => ({ offers: Array.from({ length: 65 }, () => offers?.[0] ?? {}) }),
      ],
    ])('is refused with %s', async (_what, field, change) => {
      const error = await refused('INVALID_REQUEST', () => create(change(prepared.request, prepared)));
      expect(error.violations.map((violation) => violation.field)).toContain(field);
    });

    it('is refused with all that is wrong named at once', async () => {
      const { violations } = await refused('INVALID_REQUEST', () =>
        create({ runId: '', plan: '', clientSealKey: Buffer.alloc(1) }),
      );
      expect(violations.map(({ field }) => field)).toEqual(['run_id', 'plan', 'client_seal_key']);
    });
  });

  describe('what a new run refers to', () => {
    it.each<
      [
        what: string,
        reason: string,
        change: () => Promise<Partial<CreateRunRequest>> | Partial<CreateRunRequest>,
      ]
    >([
      ['a plan that nobody made', 'NOT_FOUND', () => ({ plan: digestOf(utf8('nobody')) })],
      ['a policy that is not in the store', 'NOT_FOUND', () => ({ policy: digestOf(utf8('nobody')) })],
      [
        'a policy that is none',
        'INVALID_REQUEST',
        async () => ({ policy: await store(canonicalBytes({ allow: true })) }),
      ],
      [
        'a deadline before the run can end',
        'DEADLINE_TOO_SHORT',
        () => ({ deadline: seconds(Date.now() + 100) }),
      ],
      [
        'a deadline that has passed',
        'DEADLINE_TOO_SHORT',
        () => ({ deadline: seconds(Date.now() - 60_000) }),
      ],
      ['a deadline in years', 'DEADLINE_TOO_SHORT', () => ({ deadline: seconds(Date.now() + 9e10) })],
      ['a cap below the cost of the plan', 'LIMIT_EXCEEDED', () => ({ costMicrosMax: '0' })],
      [
        'an input that is missing',
        'INVALID_REQUEST',
        () => ({ inputs: (prepared.request.inputs ?? []).slice(1) }),
      ],
      [
        'an input that the workflow does not have',
        'INVALID_REQUEST',
        () => ({ inputs: inputsWith('intent', { name: 'wish' }) }),
      ],
      [
        'an input given twice',
        'INVALID_REQUEST',
        () => ({ inputs: [...(prepared.request.inputs ?? []), prepared.request.inputs?.[0] ?? {}] }),
      ],
      [
        'a blob that was never sent',
        'NOT_FOUND',
        () => ({ inputs: inputsWith('intent', { blob: digestOf(utf8('nobody')) }) }),
      ],
      [
        'a blob that is no envelope',
        'ENVELOPE_MALFORMED',
        async () => ({ inputs: inputsWith('intent', { blob: await store(random(500)) }) }),
      ],
      [
        'an envelope that was cut',
        'ENVELOPE_MALFORMED',
        async () => ({ inputs: inputsWith('intent', { blob: await store(utf8('SFE1')) }) }),
      ],
      [
        'an envelope whose header is longer than any may be',
        'ENVELOPE_TOO_LARGE',
        async () => ({
          inputs: inputsWith('intent', { blob: await store(concatBytes(utf8('SFE1'), u32be(1_000_000))) }),
        }),
      ],
      [
        'an envelope of a version to come',
        'SUITE_UNSUPPORTED',
        async () => ({ inputs: inputsWith('intent', { blob: await store(envelopeOf('{"v":"v9"}')) }) }),
      ],
      [
        'an envelope of another run',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => resealed('intent', { runId: ulid(Date.now(), random(10)) }),
      ],
      [
        'an envelope of another tenant',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => resealed('intent', { tenant: 'globex' }),
      ],
      [
        'an envelope of another workflow',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => resealed('intent', { workflowDigest: digestOf(utf8('x')) }),
      ],
      [
        'an envelope of another policy',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => resealed('intent', { policyDigest: digestOf(utf8('x')) }),
      ],
      [
        'an envelope of another edge',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => resealed('intent', { edge: 'inputs/statement' }),
      ],
      [
        'an envelope that ran out',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => resealed('intent', { notAfter: formatTime(Date.now() - 1_000) }),
      ],
      [
        'an envelope of another sender',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => ({ clientSignKey: Buffer.from(ed25519PublicKey(random(32))) }),
      ],
      [
        'another key than the one that the envelopes name as their client',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => ({ clientSealKey: Buffer.from(generateSealKeyPair(random).publicKey) }),
      ],
      ['an envelope larger than the workflow allows', 'LIMIT_EXCEEDED', () => resealed('intent', {}, 10_000)],
      [
        'the envelopes of two inputs exchanged',
        'ENVELOPE_CONTEXT_MISMATCH',
        () => {
          const blob = (name: string) => prepared.inputs.find((input) => input.name === name)?.blob ?? '';
          return {
            inputs: (prepared.request.inputs ?? []).map((input) =>
              input.name === 'statement'
                ? { ...input, blob: blob('application') }
                : input.name === 'application'
                  ? { ...input, blob: blob('statement') }
                  : input,
            ),
          };
        },
      ],
      [
        'an offer whose evidence is not in the store',
        'NOT_FOUND',
        () => ({
          offers: [{ operation: 'document.extract', package: digestOf(utf8('x')), nonce: Buffer.alloc(32) }],
        }),
      ],
      [
        'an offer whose evidence is none',
        'EVIDENCE_INVALID',
        async () => ({
          offers: [
            { operation: 'document.extract', package: await store(random(300)), nonce: Buffer.alloc(32) },
          ],
        }),
      ],
      [
        'an offer that answers another nonce',
        'EVIDENCE_INVALID',
        async () => {
          const evidence = await store(evidencePackage(random(32), Date.now() + 60_000));
          return { offers: [{ operation: 'document.extract', package: evidence, nonce: Buffer.alloc(32) }] };
        },
      ],
      [
        'an offer that ran out',
        'OFFER_EXPIRED',
        async () => {
          const nonce = random(32);
          const evidence = await store(evidencePackage(nonce, Date.now() - 1_000));
          return {
            offers: [{ operation: 'document.extract', package: evidence, nonce: Buffer.from(nonce) }],
          };
        },
      ],
    ])('is refused: %s', async (_what, reason, change) => {
      const changes = await change();
      await refused(reason, () => create(changes));
    });

    it('is refused when a plan lacks a parameter that its steps need', async () => {
      const { client } = suite();
      const planned = await planBuiltin(client, 'credit', {});
      const error = await refused('MISSING_PARAMETER', () => create({ plan: planned.digest }));
      expect(error.facts['path']).toMatch(/^parameters\./);
    });

    it('is refused when the plan is one that only another tenant asked for', async () => {
      const { stack } = suite();
      await stack.key('globex');
      const request = { ...prepared.request, parent: 'tenants/globex' };
      const error = await refused('NOT_FOUND', () => stack.client('globex').createRaw(request));
      expect(error.message).not.toContain('demo');
    });

    it('says which field of an envelope is of another run, and what to do', async () => {
      const changes = await resealed('intent', { runId: ulid(Date.now(), random(10)) });
      const { facts, message } = await refused('ENVELOPE_CONTEXT_MISMATCH', () => create(changes));
      expect(facts).toMatchObject({ field: 'runId', expected: prepared.runId });
      expect(message).toContain('seal it for this run');
    });
  });
}
