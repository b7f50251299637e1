/**
 * A ledger with its issuer, owners and holders for tests, and beside the key enclave what the orchestrator and the
 * keyless service do. No production code uses it.
 */
import {
  canonicalBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  fromBase64,
  type Json,
  type JsonObject,
  parseJsonStrict,
  sha256,
  toBase64,
  utf8,
} from '#canonical';
import { envelopeFromJson, statementOf } from '#evidence';
import {
  type BatchReceipt,
  type Charter,
  encodeFrames,
  type IntentBody,
  intentsFormat,
  type Memo,
  openMemo,
  outcomesFormat,
  parseBatchReceipt,
  parseFrames,
  sealIntents,
  signCharter,
  signIntent,
  splitMemos,
} from '#ledger';
import type { FheCalls, OpenTask, TaskOutcome, TaskRuntime } from '#worker';
import { sampleTask, sealedInput } from '../ledger/sample-loan.fixture.js';
import { holders, MemoryBlobs, seededBytes } from './record.fixture.js';

export const nowMs = Date.UTC(2026, 10, 20, 12);
export const issuerSeed = sha256(utf8('issuer'));
export const ownerSeed = (name: string): Uint8Array => sha256(utf8(`owner ${name}`));
export const keyOf = (seed: Uint8Array): string => toBase64(ed25519PublicKey(seed));
export const memoKeyOf = (account: string): Uint8Array => sha256(utf8(`memo ${account}`));

export function sampleCharter(
  ledger: string,
  openings: Readonly<Record<string, bigint>>,
  members: Partial<Charter> = {},
): Json {
  const bytes = signCharter(
    {
      ledger,
      asset: 'EUR',
      issuer: keyOf(issuerSeed),
      supplyMax: 1n << 58n,
      pageCount: 1,
      mode: 'tee-check',
      padding: 'touched',
      accounts: Object.entries(openings).map(([id, opening]) => ({
        id,
        owner: keyOf(ownerSeed(id)),
        rollover: 'auto',
        opening,
      })),
      recovery: {
        threshold: 2,
        holders: holders.map(({ name, publicKey }) => ({ name, sealKey: toBase64(publicKey) })),
      },
      viewers: [],
      ...members,
    },
    issuerSeed,
  );
  return parseJsonStrict(bytes);
}

export interface HeadMembers {
  readonly nonce?: number;
  readonly epoch?: number;
  readonly notAfterMs?: number;
  readonly seen?: number;
  /** Of the signer; the owner's unless told. */
  readonly seed?: Uint8Array;
}

/** Bytes of one signed intent. */
export function sampleIntent(
  ledger: string,
  account: string,
  body: IntentBody,
  members: HeadMembers = {},
): Uint8Array {
  const { seed = ownerSeed(account), ...head } = members;
  const draft = {
    ledger,
    asset: 'EUR',
    epoch: 1,
    account,
    nonce: 0,
    seen: 0,
    notAfterMs: nowMs + 60_000,
    memoKey: toBase64(memoKeyOf(account)),
    ...head,
  };
  return signIntent({ ...draft, ...body }, seed).bytes;
}

export function receiptOf({ outputs }: TaskOutcome): BatchReceipt {
  const { receipt } = outputs;
  if (receipt?.kind !== 'public') throw new Error('no receipt');
  return parseBatchReceipt(statementOf(envelopeFromJson(receipt.value, 'receipt')).predicate);
}

/** What everybody but the key enclave has of a ledger. */
export class SampleLedger {
  readonly blobs = new MemoryBlobs();
  /** The orchestrator's word about where the ledger stands. */
  head: { version: number; receipt: Digest | null } = { version: 0, receipt: null };
  newest: BatchReceipt | null = null;
  /** Signed receipts that took effect, oldest first. */
  readonly history: BatchReceipt[] = [];
  #runs = 0;

  constructor(
    readonly ledger: string,
    private readonly keyless: Pick<FheCalls, 'add'>,
    private readonly tenant = 'acme',
  ) {}

  get state(): JsonObject {
    return { kind: 'pages', ledger: this.ledger, ...this.head, pages: [] };
  }

  task(operation: string, inputs: OpenTask['inputs'], members: Partial<OpenTask> = {}): OpenTask {
    this.#runs += 1;
    const task = { operation, runId: `run-${this.#runs}`, inputs, state: this.state, blobs: this.blobs };
    return { ...sampleTask(task), parameters: { ledger: this.ledger }, tenant: this.tenant, ...members };
  }

  async run(runtimes: readonly TaskRuntime[], task: OpenTask): Promise<TaskOutcome> {
    const runtime = runtimes.find(({ operation }) => operation === task.operation);
    if (runtime === undefined) throw new Error(`no runtime ${task.operation}`);
    return await runtime.run(task, new AbortController().signal);
  }

  async found(runtimes: readonly TaskRuntime[], charter: Json): Promise<TaskOutcome> {
    const task = this.task('ledger.found.authorize', { charter: sealedInput('inputs/charter', charter) });
    const outcome = await this.run(runtimes, task);
    await this.apply(outcome);
    return outcome;
  }

  /** Envelopes, each of the intents of one submitter, sealed to the key that the newest receipt names. */
  async seal(...envelopes: readonly (readonly Uint8Array[])[]): Promise<Uint8Array> {
    const intentKey = fromBase64(this.newest?.intentKey ?? '');
    const { ledger, tenant } = this;
    const random = seededBytes(`seal ${this.#runs}`);
    const sealed = await Promise.all(
      envelopes.map((intents) => sealIntents({ intents, intentKey, ledger, tenant, random })),
    );
    return encodeFrames(intentsFormat, sealed);
  }

  batchTask(blob: Uint8Array, members: Partial<OpenTask> = {}): OpenTask {
    const intents = {
      kind: 'blob',
      edge: 'inputs/intents',
      commitment: digestOf(blob),
      bytes: blob,
      producer: null,
    } as const;
    return this.task('ledger.batch.authorize', { intents }, members);
  }

  /** Seals, authorises and applies one envelope. */
  async batch(runtimes: readonly TaskRuntime[], ...intents: readonly Uint8Array[]): Promise<TaskOutcome> {
    const blob = await this.seal(intents);
    await this.blobs.put(blob);
    const outcome = await this.run(runtimes, this.batchTask(blob));
    await this.apply(outcome);
    return outcome;
  }

  /** The keyless service adds, and the head moves if what it made is what the receipt names. */
  async apply(outcome: TaskOutcome): Promise<void> {
    const receipt = receiptOf(outcome);
    for (const { page, book, prev, delta, next } of receipt.changes) {
      if (prev === null || delta === null) continue;
      const sum = await this.keyless.add(await this.blobs.get(prev), await this.blobs.get(delta));
      if ((await this.blobs.put(sum)) !== next) throw new Error(`page ${page}/${book} is not the sum`);
    }
    const stated = outcome.outputs['receipt'];
    if (stated?.kind !== 'public') throw new Error('no receipt');
    this.head = { version: receipt.version, receipt: digestOf(canonicalBytes(stated.value)) };
    this.newest = receipt;
    this.history.push(receipt);
  }
}

/** What the signers of one envelope are told, in the order of their intents. */
export function memosOf(
  outcome: TaskOutcome,
  ledger: string,
  keys: readonly Uint8Array[],
  envelope = 0,
): (Memo | null)[] {
  const output = outcome.outputs['outcomes'];
  if (output?.kind !== 'blob') throw new Error('no outcomes');
  const frame = parseFrames(outcomesFormat, output.bytes)[envelope] ?? new Uint8Array(0);
  const memos = splitMemos(frame);
  return keys.map((key, index) => openMemo(memos[2 * index] ?? new Uint8Array(0), key, ledger));
}
