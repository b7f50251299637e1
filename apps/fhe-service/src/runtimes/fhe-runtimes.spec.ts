import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  type JsonObject,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { encodeBalances, encodeDelta } from '#ciphertext';
import { buildLedgerReceiptStatement, type LedgerReceipt, parseFheEvidence, signStatement } from '#evidence';
import { FheProcess, type OpenTask, TaskError, type TaskOutcome } from '#worker';
import { fheRuntimes } from './fhe-runtimes.js';

const seed = new Uint8Array(32).fill(5);
const fill = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

describe('keyless FHE service', () => {
  const keyed = new FheProcess({ keyed: true });
  const keyless = new FheProcess({ keyed: false });
  const runtimes = fheRuntimes({ fhe: keyless });
  const blobs = new Map<Digest, Uint8Array>();
  let available: Uint8Array;
  let reserved: Uint8Array;
  let delta: Uint8Array;
  let receipt: LedgerReceipt;

  beforeAll(async () => {
    const key = await keyed.createKey(new Uint8Array(32), 'test');
    available = put(await keyed.encrypt(key, encodeBalances([100n])));
    reserved = put(await keyed.encrypt(key, encodeBalances([])));
    delta = await keyed.encrypt(key, encodeDelta([{ slot: 0, change: -30n }]));
    const next = async (page: Uint8Array): Promise<Digest> => digestOf(await keyed.add(page, delta));
    receipt = {
      ledger: 'eur-1',
      version: 2,
      operation: 'ledger.reserve',
      runId: 'run-1',
      taskId: 'reserve.authorize',
      intentId: 'ab',
      prev: { available: digestOf(available), reserved: digestOf(reserved) },
      delta: { available: digestOf(delta), reserved: digestOf(delta) },
      next: { available: await next(available), reserved: await next(reserved) },
      prevReceipt: fill('1'),
      ledgerKey: toBase64(ed25519PublicKey(seed)),
      keyId: fill('2'),
      addCount: 1,
      engine: 'node-seal@7.0.0',
    };
  });

  afterAll(async () => {
    await keyed.close();
    await keyless.close();
  });

  function put(bytes: Uint8Array): Uint8Array {
    blobs.set(digestOf(bytes), bytes);
    return bytes;
  }

  function headOf({ ledger, version, prev }: LedgerReceipt): JsonObject {
    const { available = null, reserved = null } = prev ?? {};
    return { ledger, version: version - 1, available, reserved, receipt: fill('1') };
  }

  interface Given {
    readonly members?: Partial<LedgerReceipt>;
    readonly deltaAvailable?: Uint8Array;
    readonly state?: JsonObject;
    readonly operation?: string;
    readonly signer?: Uint8Array;
  }

  function taskOf({ members, deltaAvailable = delta, state, operation, signer = seed }: Given): OpenTask {
    const stated = { ...receipt, ...members };
    const envelope = signStatement({ statement: buildLedgerReceiptStatement(stated), seed: signer });
    const producer = {
      taskId: 'reserve.authorize',
      public: { ledgerKey: receipt.ledgerKey },
      predicate: {},
      statement: new Uint8Array(0),
    };
    const blob = (port: string, bytes: Uint8Array) =>
      ({ kind: 'blob', edge: port, commitment: digestOf(bytes), bytes, producer }) as const;
    const value = parseJsonStrict(envelope);
    return {
      runId: 'run-1',
      taskId: 'reserve.apply',
      attempt: 1,
      tenant: 'acme',
      operation: operation ?? 'ledger.reserve.apply',
      parameters: {},
      context: 0n,
      inputs: {
        deltaAvailable: blob('deltaAvailable', deltaAvailable),
        deltaReserved: blob('deltaReserved', delta),
        pageAvailable: blob('pageAvailable', available),
        pageReserved: blob('pageReserved', reserved),
        receipt: {
          kind: 'public',
          edge: 'receipt',
          commitment: digestOf(canonicalBytes(value)),
          value,
          producer,
        },
      },
      state: state ?? headOf(stated),
      blobs: {
        get: async (digest) => blobs.get(digest) ?? new Uint8Array(0),
        put: async (bytes) => digestOf(bytes),
      },
    };
  }

  async function apply(given: Given = {}): Promise<TaskOutcome> {
    const task = taskOf(given);
    const runtime = runtimes.find(({ operation }) => operation === task.operation);
    if (runtime === undefined) throw new Error(`no runtime ${task.operation}`);
    return await runtime.run(task, new AbortController().signal);
  }

  async function refusal(given: Given): Promise<{ code: string; retryable: boolean }> {
    try {
      await apply(given);
    } catch (error) {
      if (error instanceof TaskError) return { code: error.code, retryable: error.retryable };
      throw error;
    }
    return { code: 'accepted', retryable: false };
  }

  async function codeOf(given: Given): Promise<string> {
    return (await refusal(given)).code;
  }

  it('adds both deltas and gives the pages that the receipt names', async () => {
    const { outputs, public: facts, evidence } = await apply();
    const { pageAvailable, pageReserved } = outputs;
    if (pageAvailable?.kind !== 'blob' || pageReserved?.kind !== 'blob') throw new Error('no pages');
    expect(digestOf(pageAvailable.bytes)).toBe(receipt.next.available);
    expect(digestOf(pageReserved.bytes)).toBe(receipt.next.reserved);
    expect(facts).toEqual({ ledger: 'eur-1', version: 2, ...receipt.next });
    const { prev, next } = receipt;
    expect(parseFheEvidence({ ...evidence, package: fill('3') }).ops).toEqual([
      { op: 'add', in: [prev?.available, digestOf(delta)], out: next.available },
      { op: 'add', in: [prev?.reserved, digestOf(delta)], out: next.reserved },
    ]);
  });

  it('passes on the first pages of a ledger after loading them', async () => {
    const members: Partial<LedgerReceipt> = {
      version: 1,
      operation: 'ledger.open',
      intentId: null,
      prev: null,
      delta: null,
      prevReceipt: null,
      next: { available: digestOf(available), reserved: digestOf(reserved) },
    };
    const { outputs, evidence } = await apply({ members, operation: 'ledger.open.apply' });
    expect(outputs['pageAvailable']).toMatchObject({ kind: 'blob' });
    expect(evidence['ops']).toEqual([]);
    const without = { ...members, next: { available: fill('4'), reserved: fill('5') } };
    expect(await codeOf({ members: without, operation: 'ledger.open.apply' })).toBe(
      'CIPHERTEXT_DIGEST_MISMATCH',
    );
  });

  it('refuses a mutated delta by its digest, which SEAL would load', async () => {
    const mutated = delta.slice();
    mutated[200] = (mutated[200] ?? 0) ^ 1;
    expect(await codeOf({ deltaAvailable: mutated })).toBe('CIPHERTEXT_DIGEST_MISMATCH');
  });

  it('refuses a bomb, a truncated and a transparent delta before the engine sees them', async () => {
    const bomb = delta.slice(0, 8227);
    bomb[5] = 2;
    expect(await codeOf({ deltaAvailable: bomb })).toBe('CIPHERTEXT_COMPRESSED');
    expect(await codeOf({ deltaAvailable: delta.slice(0, -1) })).toBe('CIPHERTEXT_TRUNCATED');
    expect(await codeOf({ deltaAvailable: delta.slice().fill(0, 113 + 262_144) })).toBe(
      'CIPHERTEXT_TRANSPARENT',
    );
  });

  it('refuses a receipt whose sum is not what the ciphertexts add up to', async () => {
    const members = { next: { ...receipt.next, available: fill('6') } };
    expect(await codeOf({ members })).toBe('RECEIPT_INVALID');
  });

  it('refuses a receipt that another key signed', async () => {
    expect(await codeOf({ signer: new Uint8Array(32).fill(6) })).toBe('RECEIPT_INVALID');
  });

  it.each([
    ['another run', { runId: 'run-2' }],
    ['another task', { taskId: 'settle.authorize' }],
    ['another operation', { operation: 'ledger.commit' }],
  ])('refuses a receipt of %s', async (_name, members) => {
    expect(await codeOf({ members })).toBe('RECEIPT_INVALID');
  });

  it('refuses to continue from any head but the receipt’s own', async () => {
    const state = { ...headOf(receipt), version: 2 };
    expect(await refusal({ state })).toEqual({ code: 'STATE_ROOT_CONFLICT', retryable: true });
    expect(await codeOf({ state: { ...headOf(receipt), available: fill('7') } })).toBe('STATE_ROOT_CONFLICT');
    expect(await codeOf({ state: { ...headOf(receipt), ledger: 'eur-2' } })).toBe('STATE_ROOT_CONFLICT');
  });

  it('refuses a store that answers with another page', async () => {
    const honest = available;
    blobs.set(digestOf(available), reserved);
    expect(await codeOf({})).toBe('CIPHERTEXT_DIGEST_MISMATCH');
    blobs.set(digestOf(honest), honest);
  });
});
