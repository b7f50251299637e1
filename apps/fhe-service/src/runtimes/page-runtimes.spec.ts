import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes, type Digest, digestOf, type JsonObject, parseJsonStrict } from '#canonical';
import { createSealEngine, type FheEngine, ledgerParameters, pageParameters } from '#ciphertext';
import { envelopeFromJson, parseFheEvidence, signStatement, statementOf } from '#evidence';
import { ledgerBatchPredicateType } from '#ledger';
import {
  FheCalls,
  type FheRequest,
  type FheValue,
  type OpenTask,
  TaskError,
  type TaskOutcome,
} from '#worker';
import {
  historySeed,
  type SampleHistory,
  sampleHistory,
} from '../../../cli/src/replay/ledger-history.fixture.js';
import { pageRuntimes } from './page-runtimes.js';

interface Change {
  readonly page: number;
  readonly book: string;
  readonly prev: Digest | null;
  readonly delta: Digest | null;
  readonly next: Digest;
}

const fill = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

/** The engine in this process: what a child adds is told elsewhere. */
class InProcess extends FheCalls {
  constructor(private readonly engine: FheEngine) {
    super();
  }

  override async call(request: FheRequest): Promise<FheValue> {
    if (request.op === 'add') return this.engine.add(request.page, request.delta);
    if (request.op === 'check') this.engine.check(request.ciphertext);
    return null;
  }
}

describe('keyless service of ledgers of pages', () => {
  let engine: FheEngine;
  let history: SampleHistory;

  beforeAll(async () => {
    engine = await createSealEngine(pageParameters);
    history = sampleHistory(engine);
  });
  afterAll(() => engine[Symbol.dispose]());

  function predicateOf(version: number): JsonObject {
    const envelope = parseJsonStrict(history.receipts[version - 1] ?? new Uint8Array());
    return statementOf(envelopeFromJson(envelope, 'receipt'), ledgerBatchPredicateType).predicate;
  }

  const changesOf = (version: number): Change[] => predicateOf(version)['changes'] as unknown as Change[];

  function headsBefore(version: number): JsonObject[] {
    const heads = new Map<string, JsonObject>();
    for (let earlier = 1; earlier < version; earlier += 1) {
      for (const { page, book, next } of changesOf(earlier)) {
        heads.set(`${page}/${book}`, { page, book, digest: next, addCount: 0 });
      }
    }
    return [...heads.values()];
  }

  interface Given {
    readonly version?: number;
    /** Of the receipt, which is signed again. */
    readonly members?: JsonObject;
    readonly signer?: Uint8Array;
    readonly state?: JsonObject;
    /** In place of honest blobs, by their digest. */
    readonly blobs?: ReadonlyMap<Digest, Uint8Array>;
    readonly operation?: string;
  }

  const put: Digest[] = [];

  function taskOf({ version = 3, members, signer = historySeed, state, blobs, operation }: Given): OpenTask {
    const predicate = { ...predicateOf(version), ...members };
    const changes = predicate['changes'] as unknown as Change[];
    const subject = changes.map(({ page, book, next }) => ({
      name: `${page}/${book}`,
      digest: { sha256: next.slice('sha256:'.length) },
    }));
    const statement = { subject, predicateType: ledgerBatchPredicateType, predicate };
    const value = parseJsonStrict(signStatement({ statement, seed: signer }));
    const producer = {
      taskId: 'batch.authorize',
      public: { ledgerKey: predicateOf(version)['ledgerKey'] ?? null },
      predicate: {},
      statement: new Uint8Array(0),
    };
    const before = history.receipts[version - 2];
    const head = {
      kind: 'pages',
      ledger: 'eur-1',
      version: version - 1,
      receipt: before === undefined ? null : digestOf(before),
      pages: headsBefore(version),
    };
    put.length = 0;
    return {
      runId: `run-${version}`,
      taskId: 'batch.apply',
      attempt: 1,
      tenant: 'acme',
      operation: operation ?? (version === 1 ? 'ledger.found.apply' : 'ledger.batch.apply'),
      parameters: {},
      context: 0n,
      inputs: {
        receipt: {
          kind: 'public',
          edge: 'receipt',
          commitment: digestOf(canonicalBytes(value)),
          value,
          producer,
        },
      },
      state: { ...head, ...state },
      blobs: {
        get: async (digest) => blobs?.get(digest) ?? history.ciphertexts.get(digest) ?? new Uint8Array(0),
        put: async (bytes) => {
          const digest = digestOf(bytes);
          put.push(digest);
          return digest;
        },
      },
    };
  }

  async function apply(
    given: Given = {},
    runtimes = pageRuntimes({ fhe: new InProcess(engine) }),
  ): Promise<TaskOutcome> {
    const task = taskOf(given);
    const runtime = runtimes.find(({ operation }) => operation === task.operation);
    if (runtime === undefined) throw new Error(`no runtime ${task.operation}`);
    return await runtime.run(task, new AbortController().signal);
  }

  async function refusal(given: Given): Promise<{ code: string; retryable: boolean }> {
    try {
      await apply(given);
    } catch (error) {
      // Of what is refused nothing is left.
      expect(put).toEqual([]);
      if (error instanceof TaskError) return { code: error.code, retryable: error.retryable };
      throw error;
    }
    return { code: 'accepted', retryable: false };
  }

  const codeOf = async (given: Given): Promise<string> => (await refusal(given)).code;

  it('makes the pages of the receipt, each by an addition that anybody can repeat', async () => {
    const { public: facts, evidence } = await apply();
    const changes = changesOf(3);
    expect(put).toEqual(changes.map(({ next }) => next));
    expect(facts).toEqual({ ledger: 'eur-1', version: 3 });
    const stated = parseFheEvidence({ ...evidence, package: fill('3') });
    expect(stated.paramsId).toBe(pageParameters.paramsId);
    expect(stated.ops).toEqual(
      changes.map(({ prev, delta, next }) => ({ op: 'add', in: [prev, delta], out: next })),
    );
  });

  it('looks at pages that the key enclave encrypted, and adds nothing to them', async () => {
    const { evidence } = await apply({ version: 1 });
    expect(evidence['ops']).toEqual([]);
    const refreshed = await apply({ version: 4 });
    expect(refreshed.evidence['ops']).toHaveLength(1);
    const [fresh] = changesOf(4);
    const page = fresh?.next ?? fill('0');
    const outside = history.ciphertexts.get(page)?.slice().fill(0xff, 113, 121) ?? new Uint8Array(0);
    expect(await codeOf({ version: 4, blobs: new Map([[page, outside]]) })).toBe(
      'CIPHERTEXT_DIGEST_MISMATCH',
    );
  });

  it('goes on from pages that it made itself without fetching them again', async () => {
    const runtimes = pageRuntimes({ fhe: new InProcess(engine) });
    await apply({ version: 2 }, runtimes);
    const [made] = changesOf(2);
    const lost = new Map([[made?.next ?? fill('0'), new Uint8Array(0)]]);
    await apply({ version: 3, blobs: lost }, runtimes);
    expect(put).toEqual(changesOf(3).map(({ next }) => next));
  });

  it('refuses a mutated delta, or another page, by its digest, which SEAL would load', async () => {
    const [, change] = changesOf(3);
    for (const digest of [change?.delta ?? fill('0'), change?.prev ?? fill('0')]) {
      const mutated =
        history.ciphertexts.get(digest)?.map((byte, index) => (index === 200 ? byte ^ 1 : byte)) ??
        new Uint8Array(0);
      expect(await codeOf({ blobs: new Map([[digest, mutated]]) })).toBe('CIPHERTEXT_DIGEST_MISMATCH');
    }
  });

  it.each<[string, (delta: Uint8Array) => Uint8Array]>([
    ['CIPHERTEXT_COMPRESSED', (delta) => delta.slice(0, 8227).fill(2, 5, 6)],
    ['CIPHERTEXT_COMPRESSED', (delta) => delta.slice().fill(2, 94, 95)],
    ['CIPHERTEXT_TRUNCATED', (delta) => delta.slice(0, -1)],
    ['CIPHERTEXT_TRANSPARENT', (delta) => delta.slice().fill(0, 113 + (delta.length - 113) / 2)],
    [
      'CIPHERTEXT_PARAMETERS',
      (delta) => Buffer.concat([delta.slice(0, 16), paramsOfOthers, delta.slice(48)]),
    ],
    ['ENGINE_REFUSED', (delta) => delta.slice().fill(0xff, 113, 121)],
  ])('refuses hostile bytes with %s even where the receipt names them', async (code, change) => {
    const [first, second] = changesOf(3);
    const hostile = change(history.ciphertexts.get(second?.delta ?? fill('0')) ?? new Uint8Array(0));
    const digest = digestOf(hostile);
    const changes = [first, { ...second, delta: digest }] as unknown as JsonObject[];
    expect(await codeOf({ members: { changes }, blobs: new Map([[digest, hostile]]) })).toBe(code);
  });

  it('refuses a receipt whose sum is not what the ciphertexts add up to', async () => {
    const [first, second] = changesOf(3);
    const changes = [first, { ...second, next: fill('6') }] as unknown as JsonObject[];
    expect(await refusal({ members: { changes } })).toEqual({ code: 'RECEIPT_INVALID', retryable: false });
  });

  it.each<[string, Given]>([
    ['that another key signed', { signer: new Uint8Array(32).fill(6) }],
    ['of another run', { members: { runId: 'run-9' } }],
    ['of another task', { members: { taskId: 'other.authorize' } }],
    ['of another event', { version: 2, operation: 'ledger.found.apply' }],
    ['that is none', { members: { version: 'three' } }],
  ])('refuses a receipt %s', async (_name, given) => {
    expect(await codeOf(given)).toBe('RECEIPT_INVALID');
  });

  it.each<[string, JsonObject]>([
    ['a later version', { version: 3 }],
    ['another receipt', { receipt: fill('7') }],
    ['another ledger', { ledger: 'eur-2' }],
    ['no pages', { pages: [] }],
    ['another page', { pages: [{ page: 0, book: 'available', digest: fill('8'), addCount: 1 }] }],
  ])('refuses to continue from %s, which is tried again', async (_name, state) => {
    expect(await refusal({ state })).toEqual({ code: 'STATE_ROOT_CONFLICT', retryable: true });
  });
});

const paramsOfOthers = Buffer.from(ledgerParameters.paramsId, 'hex');
