import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalBytes, type Digest, digestOf, isDigest, type Json, type JsonObject } from '#canonical';
import { decodeBalance } from '#ciphertext';
import { FheProcess, type OpenInput, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { ledgerRuntimes } from './ledger-runtimes.js';
import { LedgerStore } from './ledger-store.js';
import {
  bankSeed,
  borrowerSeed,
  keyOf,
  MemoryBlobs,
  nowMs,
  sampleAccounts,
  sampleCharter,
  sampleDecision,
  sampleIntent,
  sampleReview,
  sampleTask,
  sealedInput,
} from './sample-loan.fixture.js';

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
const sealingKey = new Uint8Array(32).fill(9);

/** One key enclave with its files, and the orchestrator's part: heads, blobs and the keyless additions. */
class Bank {
  readonly blobs = new MemoryBlobs();
  #runtimes: TaskRuntime[];
  #state: JsonObject;

  constructor(
    private readonly fhe: FheProcess,
    private readonly stateFile: string,
    readonly ledger: string,
  ) {
    this.#runtimes = this.#boot(sealingKey);
    this.#state = { ledger, version: 0, available: null, reserved: null, receipt: null };
  }

  get state(): JsonObject {
    return this.#state;
  }

  reboot(key: Uint8Array = sealingKey): void {
    this.#runtimes = this.#boot(key);
  }

  #boot(key: Uint8Array): TaskRuntime[] {
    return ledgerRuntimes({
      fhe: this.fhe,
      sealingKey: key,
      stateFile: this.stateFile,
      random,
      now: () => nowMs,
    });
  }

  async authorize(
    name: string,
    runId: string,
    inputs: Readonly<Record<string, OpenInput>>,
    state: JsonObject = this.#state,
  ): Promise<TaskOutcome> {
    const operation = `ledger.${name}.authorize`;
    const runtime = this.#runtimes.find((candidate) => candidate.operation === operation);
    if (runtime === undefined) throw new Error(`no runtime ${operation}`);
    const task = sampleTask({ operation, runId, inputs, state, blobs: this.blobs });
    return await runtime.run(task, new AbortController().signal);
  }

  /** What the keyless service and the orchestrator do with an outcome. */
  async apply({ outputs }: TaskOutcome): Promise<void> {
    const page = async (book: 'available' | 'reserved', port: string): Promise<Digest> => {
      const genesis = outputs[`page${port}`];
      if (genesis?.kind === 'blob') return await this.blobs.put(genesis.bytes);
      const delta = outputs[`delta${port}`];
      const before = this.#state[book];
      if (delta?.kind !== 'blob' || typeof before !== 'string' || !isDigest(before))
        throw new Error('no delta');
      return await this.blobs.put(await this.fhe.add(await this.blobs.get(before), delta.bytes));
    };
    const { receipt } = outputs;
    if (receipt?.kind !== 'public') throw new Error('no receipt');
    this.#state = {
      ledger: this.ledger,
      version: Number(this.#state['version']) + 1,
      available: await page('available', 'Available'),
      reserved: await page('reserved', 'Reserved'),
      receipt: digestOf(canonicalBytes(receipt.value)),
    };
  }

  async open(charter: JsonObject = sampleCharter(this.ledger), runId = 'run-open'): Promise<void> {
    await this.apply(
      await this.authorize('open', runId, { charter: sealedInput('inputs/charter', charter) }),
    );
  }

  async reserve(runId: string, loan: Loan = {}, state: JsonObject = this.#state): Promise<TaskOutcome> {
    const { decision = 'approve', limitCents = 600_000n, answer, intent = {} } = loan;
    const inputs = await sampleDecision(this.blobs, { runId, decision, limitCents });
    const review = answer === undefined ? {} : { review: sampleReview(runId, answer, inputs.decision) };
    const signed = sealedInput('inputs/intent', sampleIntent(this.ledger, intent));
    return await this.authorize('reserve', runId, { ...inputs, ...review, intent: signed }, state);
  }

  async close(name: 'commit' | 'release', runId: string, reservation: Json): Promise<TaskOutcome> {
    return await this.authorize(name, runId, {
      reservation: sealedInput('reserve/reservation', reservation),
    });
  }

  /** Closes what a reserve set aside from what the enclave kept, as after a boot that cannot open the envelope. */
  async closeKept(name: 'commit' | 'release', runId: string, reserved: TaskOutcome): Promise<TaskOutcome> {
    const { receipt } = reserved.outputs;
    if (receipt?.kind !== 'public') throw new Error('no receipt');
    const { commitment } = sealedInput('reserve/reservation', {});
    const producer = {
      taskId: 'reserve.authorize',
      public: { receipt: receipt.value },
      predicate: {},
      statement: new Uint8Array(0),
    };
    const reservation = { kind: 'kept', edge: 'reserve/reservation', commitment, producer } as const;
    return await this.authorize(name, runId, { reservation });
  }

  /** Decrypted balances, which outside of tests nobody reads. */
  async balances(): Promise<{ available: bigint[]; reserved: bigint[] }> {
    const store = new LedgerStore({ sealingKey, stateFile: this.stateFile, random });
    const key = (await store.load('acme', this.ledger))?.key;
    const read = async (book: 'available' | 'reserved'): Promise<bigint[]> => {
      const digest = this.#state[book];
      if (key === undefined || typeof digest !== 'string' || !isDigest(digest)) throw new Error('no page');
      const slots = await this.fhe.readSlots(key, await this.blobs.get(digest), [0, 1, 2]);
      return slots.map(decodeBalance);
    };
    return { available: await read('available'), reserved: await read('reserved') };
  }
}

interface Loan {
  readonly decision?: string;
  readonly limitCents?: bigint;
  readonly answer?: string;
  readonly intent?: JsonObject;
}

function reservationOf({ outputs }: TaskOutcome): JsonObject {
  const output = outputs['reservation'];
  if (output?.kind !== 'sealed') throw new Error('no reservation');
  return output.value as JsonObject;
}

async function refusalOf(work: Promise<unknown>): Promise<TaskError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TaskError) return error;
    throw error;
  }
  throw new Error('accepted');
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await refusalOf(work)).code;
}

describe('key enclave', () => {
  let folder: string;
  let fhe: FheProcess;
  let bankCount = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-ledger-'));
    fhe = new FheProcess({ keyed: true });
    await fhe.start();
  });

  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  function bank(): Bank {
    bankCount += 1;
    return new Bank(fhe, join(folder, 'enclave', 'ledgers'), `eur-${bankCount}`);
  }

  async function openBank(): Promise<Bank> {
    const opened = bank();
    await opened.open();
    return opened;
  }

  describe('opening a ledger', () => {
    it('puts the charter’s amounts into the available page and nothing into the other', async () => {
      const opened = await openBank();
      expect(opened.state['version']).toBe(1);
      expect(await opened.balances()).toEqual({
        available: [700_000n, 1234n, 900_000n],
        reserved: [0n, 0n, 0n],
      });
    });

    it('refuses a charter that its issuer did not sign', async () => {
      const opened = bank();
      const charter = { ...sampleCharter(opened.ledger), ledger: `${opened.ledger}-b` };
      expect(await codeOf(opened.open(charter))).toBe('CHARTER_SIGNATURE_INVALID');
    });

    it('refuses amounts that a page cannot hold', async () => {
      const opened = bank();
      const accounts = (openingCents: string): Json[] => [
        { id: 'a', owner: keyOf(bankSeed), openingCents },
        { id: 'b', owner: keyOf(bankSeed), openingCents },
      ];
      const codes = ['-1', '600000000000000000', '500000000000000000', '1.5', '01'].map(
        async (cents) =>
          await codeOf(opened.open(sampleCharter(opened.ledger, { accounts: accounts(cents) }))),
      );
      expect(await Promise.all(codes)).toEqual([
        'CHARTER_INVALID',
        'AMOUNT_RANGE',
        'SUPPLY_EXCEEDED',
        'CHARTER_INVALID',
        'CHARTER_INVALID',
      ]);
    });

    it('refuses a second ledger of the same name, and lets the same task try again', async () => {
      const opened = bank();
      const charter = sealedInput('inputs/charter', sampleCharter(opened.ledger));
      await opened.authorize('open', 'run-1', { charter });
      await opened.authorize('open', 'run-1', { charter });
      expect(await codeOf(opened.authorize('open', 'run-2', { charter }))).toBe('LEDGER_EXISTS');
    });

    it('refuses two accounts of one id, unknown members and another asset', async () => {
      const { ledger, open } = {
        ledger: 'eur-x',
        open: async (charter: JsonObject) => await codeOf(bank().open(charter)),
      };
      const account = { id: 'a', owner: keyOf(bankSeed), openingCents: '1' };
      expect(await open(sampleCharter(ledger, { accounts: [account, account] }))).toBe('CHARTER_INVALID');
      expect(await open(sampleCharter(ledger, { note: 'x' }))).toBe('CHARTER_INVALID');
      expect(await open(sampleCharter(ledger, { asset: 'USD' }))).toBe('CHARTER_INVALID');
    });
  });

  describe('reserve, then commit or release', () => {
    it('moves the amount from the pool to the borrower in two signed changes', async () => {
      const opened = await openBank();
      const reserved = await opened.reserve('run-1');
      expect(reserved.public).toMatchObject({ outcome: 'reserved', version: 2 });
      await opened.apply(reserved);
      expect(await opened.balances()).toEqual({
        available: [490_400n, 1234n, 900_000n],
        reserved: [209_600n, 0n, 0n],
      });
      const committed = await opened.close('commit', 'run-1', reservationOf(reserved));
      expect(committed.outputs['settlement']).toMatchObject({
        kind: 'sealed',
        value: { transferredCents: '209600', outcome: 'committed' },
      });
      await opened.apply(committed);
      expect(await opened.balances()).toEqual({
        available: [490_400n, 210_834n, 900_000n],
        reserved: [0n, 0n, 0n],
      });
    });

    it('gives a released amount back to the pool', async () => {
      const opened = await openBank();
      const reserved = await opened.reserve('run-1');
      await opened.apply(reserved);
      const released = await opened.close('release', 'run-1', reservationOf(reserved));
      expect(released.public['outcome']).toBe('released');
      await opened.apply(released);
      expect(await opened.balances()).toEqual({
        available: [700_000n, 1234n, 900_000n],
        reserved: [0n, 0n, 0n],
      });
    });

    it('reserves no more than the proven limit', async () => {
      const opened = await openBank();
      const reserved = await opened.reserve('run-1', { limitCents: 100_000n });
      expect(reservationOf(reserved)).toMatchObject({ amountCents: '100000', requestedCents: '209600' });
    });

    it('says insufficient, signs nothing and moves nothing when the pool has too little', async () => {
      const opened = await openBank();
      const outcome = await opened.reserve('run-1', {
        limitCents: 1_000_000n,
        intent: { amountCents: '700001' },
      });
      expect(outcome.public['outcome']).toBe('insufficient');
      expect(outcome.outputs).toEqual({});
      const exact = await opened.reserve('run-1', {
        limitCents: 1_000_000n,
        intent: { amountCents: '700000' },
      });
      expect(exact.public['outcome']).toBe('reserved');
    });

    it('authorises the same task again as long as nothing was applied', async () => {
      const opened = await openBank();
      const first = await opened.reserve('run-1');
      const second = await opened.reserve('run-1');
      expect(second.public).toEqual(first.public);
      await opened.apply(second);
      await opened.apply(await opened.close('commit', 'run-1', reservationOf(second)));
      expect((await opened.balances()).available).toEqual([490_400n, 210_834n, 900_000n]);
    });

    it('shows no amount in public facts, receipts or blobs it names', async () => {
      const opened = await openBank();
      const reserved = await opened.reserve('run-1');
      const visible = JSON.stringify([
        reserved.public,
        reserved.outputs['receipt'],
        reserved.evidence,
        opened.state,
      ]);
      for (const canary of ['209600', '700000', '490400', 'accounts/']) expect(visible).not.toContain(canary);
    });
  });

  describe('a reservation whose envelope died with the boot it was sealed to', () => {
    it.each([
      ['commit', [490_400n, 210_834n, 900_000n]],
      ['release', [700_000n, 1234n, 900_000n]],
    ] as const)('can still %s, once', async (name, available) => {
      const opened = await openBank();
      const reserved = await applied(opened, opened.reserve('run-1'));
      opened.reboot();
      await applied(opened, opened.closeKept(name, 'run-1', reserved));
      expect(await opened.balances()).toEqual({ available, reserved: [0n, 0n, 0n] });
      expect(await codeOf(opened.closeKept('release', 'run-1', reserved))).toBe('RESERVATION_UNKNOWN');
    });

    it('belongs to its run', async () => {
      const opened = await openBank();
      const reserved = await applied(opened, opened.reserve('run-1'));
      expect(await codeOf(opened.closeKept('commit', 'run-2', reserved))).toBe('RESERVATION_INVALID');
    });

    it('is none when its receipt never became part of the ledger', async () => {
      const opened = await openBank();
      const loser = await opened.reserve('run-1', { intent: { intentId: 'ab'.repeat(16) } });
      await opened.apply(await opened.reserve('run-2'));
      expect(await codeOf(opened.closeKept('release', 'run-1', loser))).toBe('RESERVATION_UNKNOWN');
    });
  });

  describe('replays and forks', () => {
    it('refuses an intent that is part of the ledger already', async () => {
      const opened = await openBank();
      const reserved = await opened.reserve('run-1');
      await opened.apply(reserved);
      expect(await codeOf(opened.reserve('run-2'))).toBe('NULLIFIER_SPENT');
      await opened.apply(await opened.close('commit', 'run-1', reservationOf(reserved)));
      expect(await codeOf(opened.reserve('run-2'))).toBe('NULLIFIER_SPENT');
    });

    it('refuses a head older than the one it has seen', async () => {
      const opened = await openBank();
      const before = opened.state;
      const reserved = await opened.reserve('run-1');
      await opened.apply(reserved);
      await opened.close('commit', 'run-1', reservationOf(reserved));
      const refusal = await refusalOf(opened.reserve('run-2', {}, before));
      expect([refusal.code, refusal.retryable]).toEqual(['STATE_ROOT_CONFLICT', true]);
    });

    it('lets one of two changes from the same head win, and closes only the winner', async () => {
      const opened = await openBank();
      const other = { intent: { intentId: 'ab'.repeat(16) } };
      const winner = await opened.reserve('run-1');
      const loser = await opened.reserve('run-2', other);
      await opened.apply(winner);
      expect(await codeOf(opened.close('commit', 'run-2', reservationOf(loser)))).toBe('RESERVATION_UNKNOWN');
      const again = await opened.reserve('run-2', other);
      expect(again.public).toMatchObject({ outcome: 'reserved', version: 3 });
    });

    it('commits or releases a reservation once', async () => {
      const opened = await openBank();
      const reservation = reservationOf(await applied(opened, opened.reserve('run-1')));
      await applied(opened, opened.close('commit', 'run-1', reservation));
      expect(await codeOf(opened.close('commit', 'run-1', reservation))).toBe('NULLIFIER_SPENT');
      expect(await codeOf(opened.close('release', 'run-1', reservation))).toBe('NULLIFIER_SPENT');
    });

    it('refuses a reservation that was changed or belongs to another run', async () => {
      const opened = await openBank();
      const reservation = reservationOf(await applied(opened, opened.reserve('run-1')));
      const larger = { ...reservation, amountCents: '209601' };
      expect(await codeOf(opened.close('commit', 'run-1', larger))).toBe('RESERVATION_INVALID');
      expect(await codeOf(opened.close('commit', 'run-2', reservation))).toBe('RESERVATION_INVALID');
      expect(await codeOf(opened.close('commit', 'run-1', {}))).toBe('RESERVATION_INVALID');
    });

    it('refuses a receipt that the ledger did not sign', async () => {
      const opened = await openBank();
      const stranger = await openBank();
      const foreign = stranger.state['receipt'];
      if (typeof foreign !== 'string' || !isDigest(foreign)) throw new Error('no receipt');
      await opened.blobs.put(await stranger.blobs.get(foreign));
      const forged = { ...opened.state, receipt: foreign };
      expect(await codeOf(opened.reserve('run-1', {}, forged))).toBe('RECEIPT_INVALID');
    });

    it('refuses a store that answers with another receipt or page', async () => {
      const opened = await openBank();
      const { receipt, available } = opened.state;
      if (typeof receipt !== 'string' || !isDigest(receipt)) throw new Error('no receipt');
      if (typeof available !== 'string' || !isDigest(available)) throw new Error('no page');
      const honest = await opened.blobs.get(available);
      const flipped = honest.slice();
      flipped[200] = (flipped[200] ?? 0) ^ 1;
      opened.blobs.replace(available, flipped);
      expect(await codeOf(opened.reserve('run-1'))).toBe('STATE_INVALID');
      opened.blobs.replace(available, honest.slice(0, -1));
      expect(await codeOf(opened.reserve('run-1'))).toBe('CIPHERTEXT_TRUNCATED');
      opened.blobs.replace(available, honest);
      opened.blobs.replace(receipt, canonicalBytes({ payload: '' }));
      expect(await codeOf(opened.reserve('run-1'))).toBe('RECEIPT_INVALID');
    });

    it('never decrypts pages that its receipt does not name', async () => {
      const opened = await openBank();
      const { available, reserved } = opened.state;
      const swapped = { ...opened.state, available: reserved ?? null, reserved: available ?? null };
      expect(await codeOf(opened.reserve('run-1', {}, swapped))).toBe('STATE_ROOT_CONFLICT');
    });
  });

  describe('intents', () => {
    it.each([
      ['a source that the bank does not own', { from: 'accounts/stranger' }, 'INTENT_SOURCE_REFUSED'],
      ['a receiver that the signer does not own', { to: 'accounts/stranger' }, 'INTENT_SIGNATURE_INVALID'],
      ['an account that does not exist', { from: 'accounts/none' }, 'INTENT_INVALID'],
      ['one account twice', { from: 'accounts/a-1007' }, 'INTENT_INVALID'],
      ['another ledger', { ledger: 'eur-elsewhere' }, 'INTENT_INVALID'],
      ['an amount of zero', { amountCents: '0' }, 'INTENT_INVALID'],
      ['a negative amount', { amountCents: '-5' }, 'INTENT_INVALID'],
      ['an amount of 2^59', { amountCents: '576460752303423488' }, 'AMOUNT_RANGE'],
      ['a time that has passed', { notAfter: '2026-11-20T11:59:59.999Z' }, 'INTENT_EXPIRED'],
      ['a nullifier of another form', { intentId: 'AB'.repeat(16) }, 'INTENT_INVALID'],
      ['a stranger as signer', { signer: keyOf(bankSeed) }, 'INTENT_SIGNATURE_INVALID'],
    ])('with %s are refused', async (_name, intent, code) => {
      const opened = await openBank();
      expect(await codeOf(opened.reserve('run-1', { intent }))).toBe(code);
    });

    it('are refused when a byte was changed after signing, without naming the amount', async () => {
      const opened = await openBank();
      const inputs = await sampleDecision(opened.blobs, {
        runId: 'run-1',
        decision: 'approve',
        limitCents: 9n,
      });
      const changed = { ...sampleIntent(opened.ledger), amountCents: '987654' };
      const intent = sealedInput('inputs/intent', changed);
      const refusal = await refusalOf(opened.authorize('reserve', 'run-1', { ...inputs, intent }));
      expect(refusal.code).toBe('INTENT_SIGNATURE_INVALID');
      expect(refusal.message).not.toContain('987654');
    });
  });

  describe('after a restart', () => {
    it('goes on from the sealed file', async () => {
      const opened = await openBank();
      const reserved = await applied(opened, opened.reserve('run-1'));
      opened.reboot();
      await applied(opened, opened.close('commit', 'run-1', reservationOf(reserved)));
      opened.reboot();
      expect(await codeOf(opened.reserve('run-2'))).toBe('NULLIFIER_SPENT');
      expect((await opened.balances()).available).toEqual([490_400n, 210_834n, 900_000n]);
    });

    it('reads nothing under another sealing key', async () => {
      const opened = await openBank();
      opened.reboot(new Uint8Array(32).fill(1));
      expect(await codeOf(opened.reserve('run-1'))).toBe('SEALED_STATE_UNREADABLE');
    });

    it('reads nothing from a file that was changed', async () => {
      const opened = await openBank();
      const name = (await readdir(join(folder, 'enclave'))).at(-1) ?? '';
      const path = join(folder, 'enclave', name);
      const honest = await readFile(path);
      const changed = Buffer.from(honest);
      changed[40] = (changed[40] ?? 0) ^ 1;
      for (const file of await readdir(join(folder, 'enclave'))) {
        await writeFile(join(folder, 'enclave', file), changed);
      }
      expect(await codeOf(opened.reserve('run-1'))).toBe('SEALED_STATE_UNREADABLE');
    });

    it('does not know a ledger whose file is gone, and starts with no file at all', async () => {
      const opened = bank();
      const state = { ledger: opened.ledger, version: 1, available: fake, reserved: fake, receipt: fake };
      expect(await codeOf(opened.reserve('run-1', {}, state))).toBe('LEDGER_UNKNOWN');
    });
  });

  it('leaves neither names nor keys readable on the disk, and no temporary file', async () => {
    await openBank();
    const names = await readdir(join(folder, 'enclave'));
    expect(names.every((name) => /^ledgers\.[0-9a-f]{32}$/.test(name))).toBe(true);
    for (const name of names) {
      const text = (await readFile(join(folder, 'enclave', name))).toString('latin1');
      expect(text).not.toContain('accounts/');
      expect(text).not.toContain(keyOf(borrowerSeed));
    }
  });

  it('refuses a task whose state is of another form', async () => {
    const opened = await openBank();
    const broken = { ...opened.state, version: '1' };
    expect(await codeOf(opened.reserve('run-1', {}, broken))).toBe('STATE_INVALID');
    expect(await codeOf(opened.reserve('run-1', {}, {}))).toBe('STATE_INVALID');
  });

  it('names slots by the order of the charter', () => {
    expect(sampleAccounts.map(({ id }) => id)).toEqual([
      'accounts/bank-pool',
      'accounts/a-1007',
      'accounts/stranger',
    ]);
  });
});

const fake = `sha256:${'0'.repeat(64)}`;

async function applied(opened: Bank, outcome: Promise<TaskOutcome>): Promise<TaskOutcome> {
  const result = await outcome;
  await opened.apply(result);
  return result;
}
