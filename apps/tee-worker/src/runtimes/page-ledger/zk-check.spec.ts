import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, parseJsonStrict, toBase64 } from '#canonical';
import {
  assetField,
  checkMoves,
  commitNote,
  type IntentBody,
  NoteBook,
  noteOwner,
  packProof,
  parseMoves,
  type SpendBody,
  signCharter,
  signMint,
  spendContext,
} from '#ledger';
import { proveByTrapdoor } from '#proofs';
import { FheProcess, type TaskRuntime } from '#worker';
import { sample, sampleCircuit } from '../../../../../libs/ledger/src/testing/note-ledger.fixture.js';
import { pageLedgerRuntimes } from './page-ledger-runtimes.js';
import { holders, seededBytes } from './record.fixture.js';
import {
  issuerSeed,
  keyOf,
  memoKeyOf,
  memosOf,
  nowMs,
  ownerSeed,
  receiptOf,
  SampleLedger,
  sampleIntent,
} from './sample-ledger.fixture.js';

const name = 'eur-notes';
const spendKeys = { a: 11n, b: 22n } as const;
type Person = keyof typeof spendKeys;
const ownerOf = (person: Person): bigint => noteOwner(spendKeys[person]);

/** Keys with a known trapdoor: they prove what the enclave is told, and the circuit is tested elsewhere. */
describe('key enclave of a ledger in zk-check', () => {
  let folder: string;
  let fhe: FheProcess;
  let ledger: SampleLedger;
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
    ledger = new SampleLedger(name, fhe);
    await ledger.found(enclave, charter());
  });
  afterAll(async () => {
    await fhe.close();
    await rm(folder, { recursive: true });
  });

  function charter() {
    const recovery = {
      threshold: 2,
      holders: holders.map((holder) => ({ name: holder.name, sealKey: toBase64(holder.publicKey) })),
    };
    const terms = {
      ledger: name,
      asset: 'EUR',
      issuer: keyOf(issuerSeed),
      supplyMax: 1n << 58n,
      pageCount: 1,
    };
    const rest = { mode: 'zk-check', padding: 'touched', accounts: [], viewers: [] } as const;
    return parseJsonStrict(signCharter({ ...terms, ...rest, recovery, circuit: sample.circuit }, issuerSeed));
  }

  function charterDigest() {
    const [receipt] = ledger.history;
    if (receipt === undefined) throw new Error('no founding');
    return receipt.charter;
  }

  let nonce = 0;
  function intent(account: Person, body: IntentBody, seed?: Uint8Array): Uint8Array {
    nonce += 1;
    return sampleIntent(name, account, body, { nonce, ...(seed === undefined ? {} : { seed }) });
  }

  /** Applies intents of one signer's memo key in one batch; reasons or statuses, and the receipt. */
  async function batch(account: Person, ...intents: readonly Uint8Array[]) {
    const outcome = await ledger.batch(enclave, ...intents);
    const memos = memosOf(
      outcome,
      name,
      intents.map(() => memoKeyOf(account)),
    );
    return { told: memos.map((memo) => memo?.reason ?? memo?.status), memos, receipt: receiptOf(outcome) };
  }

  function deposit(account: Person, amount: bigint, serial: number): Uint8Array {
    const salt = BigInt(serial) * 100n;
    const note = commitNote('EUR', { owner: ownerOf(account), amount, salt });
    const signature = signMint({ charter: charterDigest(), serial, note }, issuerSeed);
    return intent(account, { op: 'deposit', amount, mint: { serial, salt, signature } }, issuerSeed);
  }

  function spend(
    from: Person,
    to: Person,
    amount: bigint,
    note: { readonly number: number; readonly amount: bigint; readonly salt: bigint },
    key = sample.key,
  ): SpendBody {
    const [restSalt, paymentSalt] = [note.salt + 1n, note.salt + 2n];
    const proof = proveByTrapdoor(key, [
      commitNote('EUR', { owner: ownerOf(from), ...note }),
      1n,
      1n,
      commitNote('EUR', { owner: ownerOf(from), amount: note.amount - amount, salt: restSalt }),
      commitNote('EUR', { owner: ownerOf(to), amount, salt: paymentSalt }),
      2n,
      assetField('EUR'),
      spendContext(charterDigest(), note.number),
    ]);
    return { note: note.number, restSalt, paymentSalt, order: 1n, nullifier: 2n, proof: packProof(proof) };
  }

  it('leaves the circuit of the charter to everybody, by the digests of the receipt', async () => {
    const { notes } = ledger.history[0] ?? {};
    expect(notes).toMatchObject({ before: 0, after: 0, moves: null, issuer: keyOf(issuerSeed) });
    if (notes === undefined) throw new Error('no notes');
    expect(await ledger.blobs.get(notes.manifest)).toEqual(sample.circuit.manifest);
    expect(await ledger.blobs.get(notes.vkey)).toEqual(sample.circuit.vkey);
  });

  it('refuses by reason what is not proven, and moves nothing', async () => {
    const opened = (['a', 'b'] as const).map((person) => {
      const owner = keyOf(ownerSeed(person));
      return intent(person, { op: 'open', owner, rollover: 'auto', noteOwner: ownerOf(person) }, issuerSeed);
    });
    await ledger.batch(enclave, ...opened);
    const made = await batch('a', deposit('a', 1_000n, 1), deposit('a', 30n, 2));
    expect(made.told).toEqual(['applied', 'applied']);
    expect(made.memos.map((memo) => memo?.note)).toEqual([
      { number: 1, salt: 100n },
      { number: 2, salt: 200n },
    ]);
    const note = { number: 1, amount: 1_000n, salt: 100n };
    const pay = (amount: bigint, body?: SpendBody): Uint8Array =>
      intent('a', { op: 'transfer', to: 'b', amount, ...(body === undefined ? {} : { spend: body }) });
    const { told, receipt } = await batch(
      'a',
      pay(10n),
      pay(11n, spend('a', 'b', 10n, note)),
      pay(10n, spend('a', 'b', 10n, note, sampleCircuit(22n).key)),
      pay(10n, { ...spend('a', 'b', 10n, note), note: 7 }),
      intent('a', { op: 'rollover' }),
    );
    expect(told).toEqual(['PROOF_MISSING', 'PROOF_INVALID', 'PROOF_INVALID', 'NOTE_UNKNOWN', 'MODE_REFUSED']);
    expect(receipt.notes).toMatchObject({ before: 2, after: 2, moves: null });
    expect(receipt.changes).toEqual([]);
  });

  it('applies what is, under a receipt whose moves anybody verifies, and after a restart arrives at the same', async () => {
    const note = { number: 1, amount: 1_000n, salt: 100n };
    const body = spend('a', 'b', 400n, note);
    const paid = await batch('a', intent('a', { op: 'transfer', to: 'b', amount: 400n, spend: body }));
    expect(paid.told).toEqual(['applied']);
    expect(paid.memos[0]?.note).toEqual({ number: 3, salt: 101n });
    const digest = paid.receipt.notes?.moves;
    if (digest == null) throw new Error('no moves');
    const { moves } = parseMoves(await ledger.blobs.get(digest));
    expect(moves).toMatchObject([{ kind: 'transfer', note: 1, proof: body.proof }]);
    expect(fromBase64(body.proof)).toHaveLength(256);

    // The memory of the enclave is gone: it decides the batches again, proofs among them, from its snapshot on.
    enclave = boot();
    const late = await batch('a', intent('a', { op: 'transfer', to: 'b', amount: 1n, spend: body }));
    expect(late.told).toEqual(['NOTE_UNKNOWN']);
    const rest = { number: 3, amount: 600n, salt: 101n };
    const second = spend('a', 'b', 600n, rest);
    const again = await batch('a', intent('a', { op: 'transfer', to: 'b', amount: 600n, spend: second }));
    expect(again.told).toEqual(['applied']);

    const book = new NoteBook();
    const policy = { manifests: [again.receipt.notes?.manifest ?? digest], allowDev: true };
    let proven = 0;
    for (const receipt of ledger.history) {
      const { notes } = receipt;
      const named = [notes?.moves, notes?.manifest, notes?.vkey].flatMap((one) => one ?? []);
      const blobs = new Map(
        await Promise.all(named.map(async (one) => [one, await ledger.blobs.get(one)] as const)),
      );
      const checked = checkMoves(receipt, { blob: (one) => blobs.get(one) ?? null, policy });
      expect(checked.findings).toEqual([]);
      expect(book.apply(checked.moves ?? [], notes ?? { before: 0 })).toEqual([]);
      proven += checked.proven;
    }
    expect({ proven, unspent: book.size }).toEqual({ proven: 2, unspent: 4 });
  });
});
