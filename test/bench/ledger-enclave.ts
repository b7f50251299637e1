import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canonicalBytes,
  commitmentOf,
  type Digest,
  digestOf,
  type EdgePayload,
  ed25519PublicKey,
  fromBase64,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { envelopeFromJson, statementOf } from '#evidence';
import {
  type BatchReceipt,
  encodeFrames,
  intentsFormat,
  parseBatchReceipt,
  sealIntents,
  signCharter,
  signIntent,
} from '#ledger';
import { generateSealKeyPair } from '#sealing';
import { FheProcess, type OpenInput, type OpenTask, type TaskOutcome, type TaskRuntime } from '#worker';
import { pageLedgerRuntimes } from '../../apps/tee-worker/src/runtimes/page-ledger/page-ledger-runtimes.js';
import { type Figure, median } from './figures.js';

const ACCOUNTS = 4_096;
const BATCHES = 5;
const SIZES = [100, 4_096] as const;
/** What an envelope may hold. */
const TOGETHER = 512;
const NAME = 'bench';
const TENANT = 'acme';

/** Parts of the work, in its order, as the runtime counts them. */
const PARTS: readonly (readonly [metric: string, what: string])[] = [
  ['intentsMs', 'open, verify'],
  ['applyMs', 'decide, commit'],
  ['fheMs', 'encrypt, add'],
  ['sealMs', 'memos, receipt'],
  ['authorizeMs', 'in all'],
];

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

/** One key enclave with its engine's process, asked one batch after another; blobs are in memory. */
export async function measureLedgerEnclave(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-bench-enclave-'));
  const fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
  const options = { fhe, sealingKey: random(32), stateFile: join(folder, 'ledger.sealed'), random };
  const boot = (): TaskRuntime[] => pageLedgerRuntimes({ ...options, now: () => Date.now() });
  try {
    const bank = new Bank(fhe, boot());
    await bank.found();
    const figures: Figure[] = [];
    for (const size of SIZES) figures.push(...(await batchFigures(bank, size)));
    return [...figures, await rebuildFigure(bank, boot())];
  } finally {
    await fhe.close();
    rmSync(folder, { recursive: true });
  }
}

async function batchFigures(bank: Bank, size: number): Promise<Figure[]> {
  const outcomes: TaskOutcome[] = [];
  for (let count = 0; count < BATCHES; count += 1) outcomes.push(await bank.batch(size));
  return PARTS.map(([metric, what]) => ({
    name: `key enclave, ${size} transfers: ${what}`,
    value: median(outcomes.map(({ metrics }) => Number(metrics?.[metric]))),
    unit: 'ms',
    samples: outcomes.length,
    note: metric === 'intentsMs' ? 'HPKE and one Ed25519 verification each' : '',
  }));
}

/** An enclave without anything in memory: newest snapshot, batches since, every slot of the pages compared. */
async function rebuildFigure(bank: Bank, enclave: readonly TaskRuntime[]): Promise<Figure> {
  const [versions, intents] = [bank.receipts.length - 1, bank.intents];
  bank.enclave = enclave;
  const { metrics } = await bank.batch(1);
  return {
    name: 'key enclave, state made again',
    value: Number(metrics?.['headMs']),
    unit: 'ms',
    samples: 1,
    note: `${ACCOUNTS} accounts, ${versions} batches with ${intents} intents, pages compared`,
  };
}

/** The issuer, the owners and the orchestrator in one. */
class Bank {
  readonly receipts: BatchReceipt[] = [];
  intents = 0;
  readonly #blobs = new Map<Digest, Uint8Array>();
  readonly #seeds = Array.from({ length: ACCOUNTS }, () => random(32));
  readonly #nonces = new Map<number, number>();
  #head: { version: number; receipt: Digest | null } = { version: 0, receipt: null };
  #runs = 0;

  constructor(
    private readonly fhe: FheProcess,
    public enclave: readonly TaskRuntime[],
  ) {}

  async found(): Promise<void> {
    const issuerSeed = random(32);
    const holder = (name: string) => ({ name, sealKey: toBase64(generateSealKeyPair(random).publicKey) });
    const charter = signCharter(
      {
        ledger: NAME,
        asset: 'EUR',
        issuer: toBase64(ed25519PublicKey(issuerSeed)),
        supplyMax: 1n << 58n,
        pageCount: 1,
        mode: 'tee-check',
        padding: 'touched',
        accounts: this.#seeds.map((seed, at) => ({
          id: `a${at}`,
          owner: toBase64(ed25519PublicKey(seed)),
          rollover: 'auto',
          opening: 1_000_000n,
        })),
        recovery: { threshold: 2, holders: [holder('one'), holder('two')] },
        viewers: [],
      },
      issuerSeed,
    );
    const value = parseJsonStrict(charter);
    const payload: EdgePayload = { alg: 'sha256', label: 'charter', salt: toBase64(random(32)), value };
    const edge = { edge: 'inputs/charter', commitment: commitmentOf(payload), producer: null };
    await this.#run('ledger.found.authorize', { charter: { kind: 'opened', payload, ...edge } });
  }

  /** Transfers around the ring of accounts, of amounts that leave nearly every slot with a change. */
  async batch(size: number): Promise<TaskOutcome> {
    const receipt = this.receipts.at(-1);
    if (receipt === undefined) throw new Error('the ledger is not founded');
    const signed = Array.from({ length: size }, (_, at) => this.#transfer(at, BigInt(1 + (at % 7))));
    const subject = { ledger: NAME, tenant: TENANT, intentKey: fromBase64(receipt.intentKey), random };
    const frames: Uint8Array[] = [];
    for (let from = 0; from < size; from += TOGETHER) {
      frames.push(await sealIntents({ intents: signed.slice(from, from + TOGETHER), ...subject }));
    }
    const bytes = encodeFrames(intentsFormat, frames);
    const commitment = this.#put(bytes);
    this.intents += size;
    const edge = { edge: 'inputs/intents', producer: null };
    return await this.#run('ledger.batch.authorize', {
      intents: { kind: 'blob', bytes, commitment, ...edge },
    });
  }

  #transfer(from: number, amount: bigint): Uint8Array {
    const nonce = this.#nonces.get(from) ?? 0;
    this.#nonces.set(from, nonce + 1);
    const head = { ledger: NAME, asset: 'EUR', epoch: 1, account: `a${from}`, nonce, seen: 0 };
    const times = { notAfterMs: Date.now() + 600_000, memoKey: toBase64(random(32)) };
    const to = `a${(from + 1) % ACCOUNTS}`;
    const seed = this.#seeds[from];
    if (seed === undefined) throw new Error(`no account a${from}`);
    return signIntent({ ...head, ...times, op: 'transfer', to, amount }, seed).bytes;
  }

  async #run(operation: string, inputs: Readonly<Record<string, OpenInput>>): Promise<TaskOutcome> {
    this.#runs += 1;
    const task: OpenTask = {
      ...{ runId: `run-${this.#runs}`, taskId: 'step.authorize', attempt: 1, tenant: TENANT, context: 0n },
      ...{ operation, inputs, parameters: { ledger: NAME } },
      state: { kind: 'pages', ledger: NAME, ...this.#head, pages: [] },
      blobs: { get: async (digest) => this.#get(digest), put: async (bytes) => this.#put(bytes) },
    };
    const runtime = this.enclave.find((one) => one.operation === operation);
    if (runtime === undefined) throw new Error(`no runtime ${operation}`);
    const outcome = await runtime.run(task, new AbortController().signal);
    await this.#apply(outcome);
    return outcome;
  }

  /** What the keyless service and the orchestrator do with an outcome. */
  async #apply({ outputs }: TaskOutcome): Promise<void> {
    const stated = outputs['receipt'];
    if (stated?.kind !== 'public') throw new Error('no receipt');
    const receipt = parseBatchReceipt(statementOf(envelopeFromJson(stated.value, 'receipt')).predicate);
    for (const { prev, delta } of receipt.changes) {
      if (prev !== null && delta !== null) {
        this.#put(await this.fhe.add(this.#get(prev), this.#get(delta)));
      }
    }
    this.#head = { version: receipt.version, receipt: digestOf(canonicalBytes(stated.value)) };
    this.receipts.push(receipt);
  }

  #get(digest: Digest): Uint8Array {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new Error(`no blob ${digest}`);
    return bytes;
  }

  #put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    return digest;
  }
}
