import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, parseDigest, toBase64 } from '#canonical';
import { handShares, openShare } from '#ledger';
import { FheProcess, type TaskOutcome, type TaskRuntime } from '#worker';
import { sealedInput } from '../ledger/sample-loan.fixture.js';
import { codeOf } from '../task-error.fixture.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { holders, seededBytes } from './record.fixture.js';
import {
  memoKeyOf,
  memosOf,
  nowMs,
  SampleLedger,
  sampleCharter,
  sampleIntent,
} from './sample-ledger.fixture.js';

/** What a holder does at its own place with the published document. */
async function shareOf(document: JsonObject, index: number): Promise<Uint8Array> {
  const holder = holders[index];
  if (holder === undefined) throw new Error('no such holder');
  return await openShare(document, holder.name, holder.secretKey);
}

function documentOf({ outputs }: TaskOutcome): JsonObject {
  const { shares } = outputs;
  if (shares?.kind === 'public' && isJsonObject(shares.value)) return shares.value;
  throw new Error('no shares');
}

describe('takeover by a second key enclave', () => {
  let folder: string;
  let first: FheProcess;
  let second: FheProcess;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-takeover-'));
    first = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    second = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
  });
  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
    await rm(folder, { recursive: true });
  });

  /** An enclave on a machine of its own: another sealing key, another disk, another engine. */
  function enclave(name: string, fhe: FheProcess): TaskRuntime[] {
    const sealingKey = new Uint8Array(32).fill(name.length);
    const stateFile = join(folder, name, 'ledger.sealed');
    return pageLedgerRuntimes({ fhe, sealingKey, stateFile, random: seededBytes(name), now: () => nowMs });
  }

  interface Lost {
    readonly ledger: SampleLedger;
    readonly name: string;
    readonly document: JsonObject;
    readonly old: TaskRuntime[];
  }

  /** A ledger whose enclave is gone after two batches. */
  async function lost(): Promise<Lost> {
    count += 1;
    const name = `lost-${count}`;
    const ledger = new SampleLedger(name, first);
    const old = enclave(`${name}-first`, first);
    const founded = await ledger.found(old, sampleCharter(name, { a: 1000n, b: 20n, c: 0n }));
    await ledger.batch(old, transfer(name, 'a', 'b', 300n, 0));
    await ledger.batch(old, transfer(name, 'b', 'c', 15n, 0));
    return { ledger, name, document: documentOf(founded), old };
  }

  function transfer(
    ledger: string,
    from: string,
    to: string,
    amount: bigint,
    nonce: number,
    epoch = 1,
  ): Uint8Array {
    return sampleIntent(ledger, from, { op: 'transfer', to, amount }, { nonce, epoch });
  }

  async function recover(
    { ledger, name, document }: Lost,
    runtimes: readonly TaskRuntime[],
    members: JsonObject = {},
  ): Promise<TaskOutcome> {
    const { version, receipt } = ledger.head;
    const { package: packaged } = document;
    if (receipt === null || typeof packaged !== 'string') throw new Error('nothing to recover');
    const handed = handShares({
      ledger: name,
      head: { version, receipt },
      package: parseDigest(packaged),
      shares: [await shareOf(document, 2), await shareOf(document, 0)],
    });
    const request = { ...handed, ...members };
    return await ledger.run(
      runtimes,
      ledger.task('ledger.recover', { shares: sealedInput('inputs/shares', request) }),
    );
  }

  it('is refused with too few or wrong shares, and leaves nothing behind', async () => {
    const gone = await lost();
    const next = enclave(`${gone.name}-second`, second);
    const one = await shareOf(gone.document, 0);
    const wrong = [one, new Uint8Array(33).fill(7)].map((share) => toBase64(share));
    expect(await codeOf(recover(gone, next, { shares: [toBase64(one)] }))).toBe('RECOVERY_FAILED');
    expect(await codeOf(recover(gone, next, { shares: wrong }))).toBe('RECOVERY_FAILED');
    expect(await codeOf(recover(gone, next, { shares: ['no share'] }))).toBe('RECOVERY_FAILED');
    expect(await codeOf(recover(gone, next, { receipt: null }))).toBe('RECOVERY_FAILED');
    const blob = await gone.ledger.seal([transfer(gone.name, 'a', 'b', 1n, 5)]);
    expect(await codeOf(gone.ledger.run(next, gone.ledger.batchTask(blob)))).toBe('LEDGER_UNKNOWN');
  });

  it('is refused where the enclave holds the secrets, and for a head that the ledger did not sign', async () => {
    const gone = await lost();
    expect(await codeOf(recover(gone, gone.old))).toBe('LEDGER_EXISTS');
    const next = enclave(`${gone.name}-second`, second);
    const other = await lost();
    const foreign = { receipt: other.ledger.head.receipt };
    await gone.ledger.blobs.put(await other.ledger.blobs.get(other.ledger.head.receipt ?? 'sha256:'));
    expect(await codeOf(recover(gone, next, foreign))).toBe('RECEIPT_INVALID');
  });

  it('goes on with the same balances, keys and nonces, and the chain takes its next batch', async () => {
    const gone = await lost();
    const { ledger, name } = gone;
    const next = enclave(`${name}-second`, second);
    const { public: facts } = await recover(gone, next);
    expect(facts).toMatchObject({ outcome: 'recovered', version: 3, ledgerKey: ledger.newest?.ledgerKey });
    const keys = ['a', 'b', 'a'].map(memoKeyOf);
    const outcome = await ledger.batch(
      next,
      transfer(name, 'a', 'b', 700n, 1),
      transfer(name, 'b', 'a', 306n, 1),
      transfer(name, 'a', 'b', 300n, 0),
    );
    expect(memosOf(outcome, name, keys)).toMatchObject([
      { status: 'applied', transferred: 700n },
      // 20 + 300 - 15 = 305: what comes in within a batch is spent in the next one.
      { status: 'refused', reason: 'INSUFFICIENT' },
      { status: 'applied', repeated: true },
    ]);
    expect(ledger.newest).toMatchObject({ version: 4, epoch: 1 });
    // The enclave that was thought dead learns of it from the chain.
    await ledger.batch(gone.old, transfer(name, 'b', 'c', 1005n, 2));
    expect(ledger.newest?.version).toBe(5);
  });

  it('rotates keys: intents of before are refused, pages and shares are new, and old shares open the old only', async () => {
    const gone = await lost();
    const { ledger, name, old } = gone;
    const stale = await ledger.seal([transfer(name, 'a', 'b', 1n, 7)]);
    const before = ledger.newest;
    const rotated = await ledger.run(old, ledger.task('ledger.rotate.authorize', {}));
    // Until its receipt is part of the chain, batches go on under the old keys.
    expect(await codeOf(ledger.run(old, ledger.batchTask(stale)))).toBe('accepted');
    await ledger.apply(rotated);
    const after = ledger.newest;
    expect(after).toMatchObject({
      event: 'rotate',
      epoch: 2,
      version: 4,
      commitments: { before: before?.commitments.after },
    });
    expect(after?.changes.map(({ delta, addCount }) => [delta, addCount])).toEqual([
      [null, 0],
      [null, 0],
      [null, 0],
    ]);
    expect(after?.keyId).not.toBe(before?.keyId);
    expect(after?.intentKey).not.toBe(before?.intentKey);
    const outcome = await ledger.batch(
      old,
      transfer(name, 'a', 'b', 1n, 7),
      transfer(name, 'a', 'b', 1n, 7, 2),
    );
    expect(memosOf(outcome, name, [memoKeyOf('a'), memoKeyOf('a')])).toMatchObject([
      { status: 'refused', reason: 'EPOCH_WRONG' },
      { status: 'applied', transferred: 1n },
    ]);
    // Sealed to the old key and under way when it changed: its signer is told.
    const late = await ledger.run(old, ledger.batchTask(stale));
    expect(memosOf(late, name, [memoKeyOf('a')])).toMatchObject([{ reason: 'EPOCH_WRONG' }]);
    const next = enclave(`${name}-second`, second);
    expect(await codeOf(recover(gone, next))).toBe('EPOCH_WRONG');
    await recover({ ...gone, document: documentOf(rotated) }, next);
    await ledger.batch(next, transfer(name, 'a', 'c', 699n, 8, 2));
    expect(ledger.newest).toMatchObject({ version: 6, epoch: 2 });
  });
});
