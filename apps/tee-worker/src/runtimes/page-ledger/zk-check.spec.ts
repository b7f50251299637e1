import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64 } from '#canonical';
import { parseMoves, type SpendBody } from '#ledger';
import { FheProcess, type TaskRuntime } from '#worker';
import { sample, sampleCircuit } from '../../../../../libs/ledger/src/testing/note-ledger.fixture.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { seededBytes } from './record.fixture.js';
import { issuerSeed, keyOf, nowMs, ownerSeed, SampleLedger } from './sample-ledger.fixture.js';
import { people, SampleNotes } from './sample-notes.fixture.js';

/** Keys with a known trapdoor: they prove what the enclave is told, and the circuit is tested elsewhere. */
describe('key enclave of a ledger in zk-check', () => {
  let folder: string;
  let fhe: FheProcess;
  let ledger: SampleLedger;
  let notes: SampleNotes;
  let enclave: TaskRuntime[];
  let boots = 0;

  const boot = (): TaskRuntime[] => {
    boots += 1;
    const options = { fhe, sealingKey: new Uint8Array(32).fill(9), stateFile: join(folder, 'ledger.sealed') };
    return pageLedgerRuntimes({ ...options, random: seededBytes(`boot ${boots}`), now: () => nowMs });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealflow-notes-'));
    fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
    await fhe.start();
    enclave = boot();
    ledger = new SampleLedger('eur-notes', fhe);
    notes = new SampleNotes(ledger);
    await ledger.found(enclave, notes.charter());
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  it('leaves the circuit of the charter to everybody, by the digests of the receipt', async () => {
    const { notes: claims } = ledger.history[0] ?? {};
    expect(claims).toMatchObject({ before: 0, after: 0, moves: null, issuer: keyOf(issuerSeed) });
    if (claims === undefined) throw new Error('no notes');
    expect(await ledger.blobs.get(claims.manifest)).toEqual(sample.circuit.manifest);
    expect(await ledger.blobs.get(claims.vkey)).toEqual(sample.circuit.vkey);
  });

  it('refuses by reason what is not proven, and moves nothing', async () => {
    await ledger.batch(enclave, ...people.map((person) => notes.open(person)));
    const made = await notes.batch(enclave, 'a', notes.deposit('a', 1_000n, 1), notes.deposit('a', 30n, 2));
    expect(made.told).toEqual(['applied', 'applied']);
    expect(made.memos.map((memo) => memo?.note)).toEqual([
      { number: 1, salt: 100n },
      { number: 2, salt: 200n },
    ]);
    const note = { number: 1, amount: 1_000n, salt: 100n };
    const pay = (amount: bigint, body?: SpendBody): Uint8Array => notes.pay('a', 'b', amount, body);
    const key = sampleCircuit(22n).key;
    const { told, receipt } = await notes.batch(
      enclave,
      'a',
      pay(10n),
      pay(11n, notes.spend('a', 'b', 10n, note)),
      pay(10n, notes.spend('a', 'b', 10n, note, { key })),
      pay(10n, { ...notes.spend('a', 'b', 10n, note), note: 7 }),
      notes.intent('a', { op: 'rollover' }),
      notes.withdraw('a', 10n, notes.burn('a', 10n, note, ownerSeed('a'))),
      notes.intent('a', { op: 'withdraw', amount: 10n }, issuerSeed),
    );
    expect(told).toEqual([
      ...['PROOF_MISSING', 'PROOF_INVALID', 'PROOF_INVALID', 'NOTE_UNKNOWN', 'MODE_REFUSED'],
      ...['PROOF_INVALID', 'NOT_OWNER'],
    ]);
    expect(receipt.notes).toMatchObject({ before: 2, after: 2, moves: null });
    expect(receipt.changes).toEqual([]);
  });

  it('applies what is, under a receipt whose moves anybody verifies, and after a restart arrives at the same', async () => {
    const note = { number: 1, amount: 1_000n, salt: 100n };
    const body = notes.spend('a', 'b', 400n, note);
    const paid = await notes.batch(enclave, 'a', notes.pay('a', 'b', 400n, body));
    expect(paid.told).toEqual(['applied']);
    expect(paid.memos[0]?.note).toEqual({ number: 3, salt: 101n });
    const digest = paid.receipt.notes?.moves;
    if (digest == null) throw new Error('no moves');
    const { moves } = parseMoves(await ledger.blobs.get(digest));
    expect(moves).toMatchObject([{ kind: 'transfer', note: 1, proof: body.proof }]);
    expect(fromBase64(body.proof)).toHaveLength(256);

    // The memory of the enclave is gone: it decides the batches again, proofs among them, from its snapshot on.
    enclave = boot();
    const late = await notes.batch(enclave, 'a', notes.pay('a', 'b', 1n, body));
    expect(late.told).toEqual(['NOTE_UNKNOWN']);
    const rest = { number: 3, amount: 600n, salt: 101n };
    const burn = notes.burn('a', 600n, rest);
    const gone = await notes.batch(enclave, 'a', notes.withdraw('a', 600n, burn));
    expect(gone.told).toEqual(['applied']);
    expect(gone.receipt.notes).toMatchObject({ before: 4, after: 5 });
    expect(await notes.replayed()).toEqual({ proven: 2, withdrawn: 1, reasons: [], unspent: 3 });
  });
});
