import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, isJsonObject, type JsonObject, parseDigest, utf8 } from '#canonical';
import { handShares, openShare } from '#ledger';
import { FheProcess, type TaskOutcome, type TaskRuntime } from '#worker';
import { sealedInput } from '../ledger/sample-loan.fixture.js';
import { codeOf } from '../task-error.fixture.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { holders, seededBytes } from './record.fixture.js';
import { nowMs, SampleLedger } from './sample-ledger.fixture.js';
import { people, SampleNotes } from './sample-notes.fixture.js';

function sharesOf({ outputs }: TaskOutcome): JsonObject {
  const { shares } = outputs;
  if (shares?.kind === 'public' && isJsonObject(shares.value)) return shares.value;
  throw new Error('no shares');
}

/** One ledger over three key enclaves, a restart and a rotation; what anybody replays must be one history. */
describe('notes of a ledger whose key enclave is another one', () => {
  let folder: string;
  let fhe: FheProcess;
  let ledger: SampleLedger;
  let notes: SampleNotes;
  let enclave: TaskRuntime[];
  let first: TaskRuntime[];
  let shares: JsonObject;
  /** Bytes of the payment that came before everything else. */
  let early: Uint8Array;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-notes-takeover-'));
    fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    await fhe.start();
    ledger = new SampleLedger('eur-notes', fhe);
    notes = new SampleNotes(ledger);
    first = machine('first');
    enclave = first;
    shares = sharesOf(await ledger.found(enclave, notes.charter()));
    await ledger.batch(enclave, ...people.map((person) => notes.open(person)));
    await ledger.batch(enclave, notes.deposit('a', 1_000n, 1), notes.deposit('a', 30n, 2));
    early = notes.pay('a', 'b', 400n, notes.spend('a', 'b', 400n, given));
    expect((await notes.batch(enclave, 'a', early)).told).toEqual(['applied']);
    const burn = notes.burn('b', 100n, got);
    expect((await notes.batch(enclave, 'b', notes.withdraw('b', 100n, burn))).told).toEqual(['applied']);
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  /** Notes 1 and 2 were given to a. Its payment of 400 made 3 and 4, and b's withdrawal of 100 made 5. */
  const given = { number: 1, amount: 1_000n, salt: 100n };
  const small = { number: 2, amount: 30n, salt: 200n };
  const rest = { number: 3, amount: 600n, salt: 101n };
  const got = { number: 4, amount: 400n, salt: 102n };
  const kept = { number: 5, amount: 300n, salt: 103n };

  /** A machine of its own: another sealing key and another disk, which a second boot finds again. */
  function machine(name: string, boot = 1): TaskRuntime[] {
    const sealingKey = new Uint8Array(32).fill(name.length);
    const stateFile = join(folder, name, 'ledger.sealed');
    const random = seededBytes(`${name} ${boot}`);
    return pageLedgerRuntimes({ fhe, sealingKey, stateFile, random, now: () => nowMs });
  }

  async function takenOver(by: TaskRuntime[]): Promise<TaskRuntime[]> {
    const { version, receipt } = ledger.head;
    if (receipt === null) throw new Error('nothing to recover');
    const opened = await Promise.all(
      holders.slice(0, 2).map(({ name, secretKey }) => openShare(shares, name, secretKey)),
    );
    const handed = handShares({
      ...{ ledger: ledger.ledger, head: { version, receipt }, shares: opened },
      package: parseDigest(String(shares['package'])),
    });
    await ledger.run(by, ledger.task('ledger.recover', { shares: sealedInput('inputs/shares', handed) }));
    return by;
  }

  it('that were spent stay spent after a takeover, and those that were not can be spent', async () => {
    const before = await notes.replayed();
    enclave = await takenOver(machine('second'));
    expect(await notes.replayed()).toEqual(before);
    const { told, memos } = await notes.batch(
      enclave,
      'a',
      early,
      notes.pay('a', 'b', 400n, notes.spend('a', 'b', 400n, given)),
      notes.pay('a', 'b', 1n, notes.spend('a', 'b', 1n, { ...given, number: 3 })),
      notes.pay('a', 'b', 1n, notes.spend('a', 'b', 1n, rest, { charter: digestOf(utf8('another')) })),
    );
    expect(told).toEqual(['applied', 'NOTE_UNKNOWN', 'PROOF_INVALID', 'PROOF_INVALID']);
    // The intent of before gets its first answer, note and all, and moves nothing again.
    expect(memos[0]).toMatchObject({ repeated: true, note: { number: 3, salt: 101n } });
    expect(ledger.newest?.notes).toMatchObject({ before: 5, after: 5, moves: null });
    const burnt = await notes.batch(enclave, 'b', notes.withdraw('b', 100n, notes.burn('b', 100n, got)));
    expect(burnt.told).toEqual(['NOTE_UNKNOWN']);
    const paid = await notes.batch(
      enclave,
      'a',
      notes.pay('a', 'b', 600n, notes.spend('a', 'b', 600n, rest)),
    );
    expect(paid.receipt.notes).toMatchObject({ before: 5, after: 7 });
  });

  it('are known to the enclave that was thought dead, once it sees the chain', async () => {
    const late = notes.pay('a', 'b', 1n, notes.spend('a', 'b', 1n, rest));
    expect((await notes.batch(first, 'a', late)).told).toEqual(['NOTE_UNKNOWN']);
  });

  it('are the same after a rotation: an intent of the old epoch is refused, its proof is not', async () => {
    const before = await notes.replayed();
    const proof = notes.spend('b', 'a', 250n, kept);
    const old = notes.pay('b', 'a', 250n, proof);
    const rotated = await ledger.run(enclave, ledger.task('ledger.rotate.authorize', {}));
    await ledger.apply(rotated);
    shares = sharesOf(rotated);
    notes.epoch = 2;
    expect(ledger.newest).toMatchObject({
      ...{ event: 'rotate', epoch: 2 },
      notes: { before: 7, after: 7, moves: null },
    });
    expect(await notes.replayed()).toEqual(before);
    const { told } = await notes.batch(
      enclave,
      'b',
      old,
      notes.pay('b', 'a', 250n, proof),
      notes.withdraw('b', 100n, notes.burn('b', 100n, got)),
    );
    expect(told).toEqual(['EPOCH_WRONG', 'applied', 'NOTE_UNKNOWN']);
  });

  it('are the same for a third enclave after the rotation, and for its next boot', async () => {
    const before = await notes.replayed();
    enclave = await takenOver(machine('third one'));
    const burn = notes.burn('a', 30n, small);
    const gone = await notes.batch(enclave, 'a', notes.withdraw('a', 30n, burn));
    expect(gone.told).toEqual(['applied']);
    enclave = machine('third one', 2);
    const again = await notes.batch(enclave, 'a', notes.withdraw('a', 30n, burn));
    expect(again.told).toEqual(['NOTE_UNKNOWN']);
    // The first enclave has no keys of the epoch that began without it.
    const blob = await ledger.seal([notes.withdraw('a', 30n, burn)]);
    expect(await codeOf(ledger.run(first, ledger.batchTask(blob)))).toBe('EPOCH_WRONG');
    expect(await notes.replayed()).toEqual({
      ...{ proven: before.proven + 1, withdrawn: 2, reasons: [] },
      unspent: before.unspent,
    });
  });
});
