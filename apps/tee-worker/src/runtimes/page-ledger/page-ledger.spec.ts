import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, isJsonObject, utf8 } from '#canonical';
import { books, encodeFrames, intentsFormat, parseFrames } from '#ledger';
import { FheProcess, type TaskRuntime } from '#worker';
import { codeOf } from '../task-error.fixture.js';
import { epochKeys, wrappedKeyOf } from './ledger-secrets.js';
import { LedgerVault } from './ledger-vault.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { seededBytes } from './record.fixture.js';
import {
  issuerSeed,
  memoKeyOf,
  memosOf,
  nowMs,
  ownerSeed,
  receiptOf,
  SampleLedger,
  sampleCharter,
  sampleIntent,
} from './sample-ledger.fixture.js';

const sealingKey = new Uint8Array(32).fill(9);

describe('key enclave of ledgers of pages', () => {
  let folder: string;
  let fhe: FheProcess;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-pages-'));
    fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    await fhe.start();
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  interface Bank {
    readonly name: string;
    readonly ledger: SampleLedger;
    /** A new process of the same enclave: its memory is empty, its files are there. */
    boot(): TaskRuntime[];
    enclave: TaskRuntime[];
    readonly stateFile: string;
  }

  function bank(): Bank {
    count += 1;
    const name = `eur-${count}`;
    const stateFile = join(folder, name, 'ledger.sealed');
    let boots = 0;
    const boot = (): TaskRuntime[] => {
      boots += 1;
      const random = seededBytes(`${name} boot ${boots}`);
      return pageLedgerRuntimes({ fhe, sealingKey, stateFile, random, now: () => nowMs });
    };
    return { name, ledger: new SampleLedger(name, fhe), boot, enclave: boot(), stateFile };
  }

  async function founded(openings = { a: 1000n, b: 20n, c: 0n }): Promise<Bank> {
    const made = bank();
    await made.ledger.found(made.enclave, sampleCharter(made.name, openings));
    return made;
  }

  function transfer({ name }: Bank, from: string, to: string, amount: bigint, nonce: number): Uint8Array {
    return sampleIntent(name, from, { op: 'transfer', to, amount }, { nonce });
  }

  /** Decrypted balances, which outside of tests nobody reads. */
  async function balances({ ledger, stateFile, name }: Bank): Promise<Record<string, bigint[]>> {
    const vault = new LedgerVault({ sealingKey, stateFile, random: seededBytes('reader') });
    const record = await vault.load('acme', name);
    if (record === null) throw new Error('no record');
    const key = wrappedKeyOf(record, epochKeys(record, ledger.newest?.epoch ?? 1));
    const read: Record<string, bigint[]> = {};
    for (const book of books) {
      const change = ledger.history.flatMap(({ changes }) => changes).findLast((one) => one.book === book);
      if (change === undefined) throw new Error('no page');
      const slots = await fhe.decrypt(key, await ledger.blobs.get(change.next));
      read[book] = [...slots.subarray(0, 3)];
    }
    return read;
  }

  describe('founding', () => {
    it('refuses a charter that its issuer did not sign, and one of another ledger', async () => {
      const made = bank();
      const charter = sampleCharter(made.name, { a: 1n });
      const changed = isJsonObject(charter) ? { ...charter, asset: 'USD' } : charter;
      expect(await codeOf(made.ledger.found(made.enclave, changed))).toBe('CHARTER_SIGNATURE_INVALID');
      const other = sampleCharter('other', { a: 1n });
      expect(await codeOf(made.ledger.found(made.enclave, other))).toBe('STATE_INVALID');
      expect(await codeOf(made.ledger.found(made.enclave, {}))).toBe('CHARTER_INVALID');
    });

    it('refuses a ledger that exists, by the word of the orchestrator or by its own memory', async () => {
      const made = await founded();
      const charter = sampleCharter(made.name, { a: 1n });
      expect(await codeOf(made.ledger.found(made.enclave, charter))).toBe('LEDGER_EXISTS');
      made.ledger.head = { version: 0, receipt: null };
      expect(await codeOf(made.ledger.found(made.enclave, charter))).toBe('LEDGER_EXISTS');
    });

    it('gives pages of the openings under a receipt that names keys, snapshot and shares', async () => {
      const made = await founded();
      const [receipt] = made.ledger.history;
      expect(receipt).toMatchObject({ event: 'found', version: 1, epoch: 1, accountCount: 3 });
      expect(receipt?.snapshot).not.toBeNull();
      expect(receipt?.changes.map(({ book, delta }) => [book, delta])).toEqual(
        books.map((book) => [book, null]),
      );
      expect(await balances(made)).toEqual({
        available: [1000n, 20n, 0n],
        pending: [0n, 0n, 0n],
        reserved: [0n, 0n, 0n],
      });
    });
  });

  describe('a batch', () => {
    it('is refused on a head that is behind, beside, or not signed by the ledger', async () => {
      const made = await founded();
      const { ledger } = made;
      const opening = { ...ledger.head };
      await ledger.batch(made.enclave, transfer(made, 'a', 'b', 1n, 0));
      const next = { ...ledger.head };
      const blob = await ledger.seal([transfer(made, 'a', 'b', 1n, 1)]);
      const attempt = async (head: typeof opening, enclave = made.enclave): Promise<string> => {
        ledger.head = head;
        return await codeOf(ledger.run(enclave, ledger.batchTask(blob)));
      };
      expect(await attempt(next)).toBe('accepted');
      expect(await attempt(opening)).toBe('STATE_ROOT_CONFLICT');
      expect(await attempt({ version: 2, receipt: opening.receipt })).toBe('STATE_ROOT_CONFLICT');
      expect(await attempt(opening, made.boot())).toBe('STATE_ROOT_CONFLICT');
      const forged = await ledger.blobs.put(utf8('{}'));
      expect(await attempt({ version: 3, receipt: forged }, made.boot())).toBe('RECEIPT_INVALID');
      expect(await attempt({ version: 3, receipt: next.receipt }, made.boot())).toBe('STATE_ROOT_CONFLICT');
    });

    it('is refused when it is no list of envelopes, or holds more intents than a batch may', async () => {
      const made = await founded();
      const { ledger, enclave } = made;
      const attempt = (blob: Uint8Array): Promise<string> =>
        codeOf(ledger.run(enclave, ledger.batchTask(blob)));
      expect(await attempt(utf8('no frames'))).toBe('INTENT_INVALID');
      const junk = utf8('x');
      const full = Array.from({ length: 9 }, () => Array.from({ length: 512 }, () => junk));
      expect(await attempt(await ledger.seal(...full))).toBe('LIMIT_EXCEEDED');
    });

    it('moves nothing for envelopes that do not open and intents that are refused, each told in its place', async () => {
      const made = await founded();
      const { ledger, enclave, name } = made;
      const before = await balances(made);
      const stranger = new SampleLedger(name, fhe, 'other');
      stranger.newest = ledger.newest;
      const intents = [
        transfer(made, 'a', 'b', 1001n, 0),
        transfer(made, 'a', 'nobody', 1n, 1),
        sampleIntent(name, 'a', { op: 'transfer', to: 'b', amount: 1n }, { nonce: 2, seed: ownerSeed('b') }),
        sampleIntent(name, 'a', { op: 'deposit', amount: 5n }, { nonce: 3 }),
        sampleIntent(name, 'a', { op: 'transfer', to: 'b', amount: 1n }, { nonce: 4, epoch: 2 }),
        sampleIntent(name, 'a', { op: 'transfer', to: 'b', amount: 1n }, { nonce: 5, notAfterMs: nowMs }),
      ];
      const own = await ledger.seal(intents);
      const foreign = await stranger.seal([transfer(made, 'a', 'b', 1n, 9)]);
      const sealed = [foreign, own].flatMap((blob) => parseFrames(intentsFormat, blob));
      const envelopes = [utf8('junk'), ...sealed];
      const outcome = await ledger.run(enclave, ledger.batchTask(encodeFrames(intentsFormat, envelopes)));
      await ledger.apply(outcome);
      expect(receiptOf(outcome)).toMatchObject({ version: 2, changes: [], intents: { count: 6 } });
      expect(memosOf(outcome, name, [memoKeyOf('a')], 0)).toEqual([null]);
      expect(memosOf(outcome, name, [memoKeyOf('a')], 1)).toEqual([null]);
      const told = memosOf(
        outcome,
        name,
        intents.map(() => memoKeyOf('a')),
        2,
      );
      expect(told.map((memo) => [memo?.status, memo?.reason])).toEqual([
        ['refused', 'INSUFFICIENT'],
        ['refused', 'ACCOUNT_UNKNOWN'],
        ['refused', 'NOT_OWNER'],
        ['refused', 'NOT_ISSUER'],
        ['refused', 'EPOCH_WRONG'],
        ['refused', 'EXPIRED'],
      ]);
      expect(await balances(made)).toEqual(before);
    });

    it('moves what was asked for by one delta that anybody can add', async () => {
      const made = await founded();
      const { ledger, enclave, name } = made;
      const outcome = await ledger.batch(
        enclave,
        transfer(made, 'a', 'b', 300n, 0),
        transfer(made, 'b', 'c', 20n, 0),
        sampleIntent(name, 'c', { op: 'deposit', amount: 7n }, { seed: issuerSeed }),
      );
      expect(receiptOf(outcome).changes.map(({ book, addCount }) => [book, addCount])).toEqual([
        ['available', 1],
      ]);
      expect((await balances(made))['available']).toEqual([700n, 300n, 27n]);
      const [first] = memosOf(outcome, name, [memoKeyOf('a')]);
      expect(first).toMatchObject({ status: 'applied', transferred: 300n, version: 2 });
    });

    it('gives outcomes of one size whatever became of the intents', async () => {
      const made = await founded();
      const { ledger, enclave } = made;
      const sizes: number[] = [];
      for (const [nonce, amount] of [1n, 1_000_000n].entries()) {
        const { outputs } = await ledger.batch(enclave, transfer(made, 'a', 'b', amount, nonce));
        const output = outputs['outcomes'];
        sizes.push(output?.kind === 'blob' ? output.bytes.length : 0);
      }
      expect(sizes[0]).toBeGreaterThan(0);
      expect(sizes[1]).toBe(sizes[0]);
    });

    it('forgets what was authorised and never became part of the chain', async () => {
      const made = await founded();
      const { ledger, enclave } = made;
      const lost = transfer(made, 'a', 'b', 900n, 0);
      await ledger.run(enclave, ledger.batchTask(await ledger.seal([lost])));
      await ledger.batch(enclave, transfer(made, 'a', 'c', 500n, 1));
      const outcome = await ledger.batch(enclave, lost);
      const [memo] = memosOf(outcome, made.name, [memoKeyOf('a')]);
      expect(memo).toMatchObject({ status: 'refused', reason: 'INSUFFICIENT' });
      expect((await balances(made))['available']).toEqual([500n, 20n, 500n]);
    });

    it('never encrypts two different deltas of one version with the same coins', async () => {
      const made = await founded();
      const { ledger, enclave } = made;
      const deltas: Uint8Array[] = [];
      for (const amount of [1n, 2n, 1n]) {
        const intents = await ledger.seal([transfer(made, 'a', 'b', amount, 0)]);
        const [change] = receiptOf(await ledger.run(enclave, ledger.batchTask(intents))).changes;
        deltas.push(await ledger.blobs.get(change?.delta ?? digestOf(utf8(''))));
      }
      const [one, two, again] = deltas;
      if (one === undefined || two === undefined || again === undefined) throw new Error('no deltas');
      expect(Buffer.compare(one, again)).toBe(0);
      // The second polynomial holds no message: under equal coins it would be the same.
      expect(Buffer.compare(one.subarray(one.length / 2), two.subarray(two.length / 2))).not.toBe(0);
    });
  });

  describe('after a restart', () => {
    async function withHistory(): Promise<Bank> {
      const made = await founded();
      await made.ledger.batch(made.enclave, transfer(made, 'a', 'b', 300n, 0));
      await made.ledger.batch(
        made.enclave,
        sampleIntent(made.name, 'b', {
          op: 'reserve',
          to: 'c',
          amount: 120n,
          closer: made.ledger.newest?.ledgerKey ?? '',
          untilMs: nowMs + 1_000_000,
        }),
      );
      return made;
    }

    const attempt = async (made: Bank): Promise<string> => {
      const blob = await made.ledger.seal([transfer(made, 'a', 'c', 1n, 7)]);
      return await codeOf(made.ledger.run(made.boot(), made.ledger.batchTask(blob)));
    };

    it('refuses to go on from a snapshot, a batch or a page that is not the signed one', async () => {
      const made = await withHistory();
      const { ledger } = made;
      const [opening, second] = ledger.history;
      const page = ledger.history.at(-1)?.changes[0]?.next;
      const lies = [opening?.snapshot, second?.intents?.digest, page];
      for (const digest of lies) {
        if (digest === undefined || digest === null) throw new Error('nothing to lie about');
        const honest = await ledger.blobs.get(digest);
        const wrong = honest.slice();
        const middle = wrong.length >> 1;
        wrong[middle] = (wrong[middle] ?? 0) ^ 1;
        ledger.blobs.replace(digest, wrong);
        expect(await attempt(made)).not.toBe('accepted');
        ledger.blobs.replace(digest, honest);
      }
      expect(await attempt(made)).toBe('accepted');
    });

    it('goes on where the chain stands, with every balance, nonce and outcome', async () => {
      const made = await withHistory();
      const again = made.boot();
      const repeated = transfer(made, 'a', 'b', 300n, 0);
      const outcome = await made.ledger.batch(again, repeated, transfer(made, 'a', 'c', 50n, 1));
      const memos = memosOf(outcome, made.name, [memoKeyOf('a'), memoKeyOf('a')]);
      expect(memos[0]).toMatchObject({ status: 'applied', repeated: true, transferred: 300n });
      expect(memos[1]).toMatchObject({ status: 'applied', repeated: false, transferred: 50n });
      expect(await balances(made)).toEqual({
        available: [650n, 200n, 50n],
        pending: [0n, 0n, 0n],
        reserved: [0n, 120n, 0n],
      });
    });
  });
});
