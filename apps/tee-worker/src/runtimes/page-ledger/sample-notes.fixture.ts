/**
 * A ledger in `zk-check` for tests of the key enclave: two people with notes, and what anybody finds who replays it. Its
 * circuit has a known trapdoor, which proves what it is told; what the circuit forbids is tested with the circuit. No
 * production code uses it.
 */
import { type Digest, type Json, parseJsonStrict, toBase64 } from '#canonical';
import {
  assetField,
  type BatchReceipt,
  type BurnBody,
  burnContext,
  burnOwner,
  commitNote,
  type IntentBody,
  type Note,
  NoteBook,
  noteOwner,
  packProof,
  replayNotes,
  type SpendBody,
  signBurn,
  signCharter,
  signMint,
  spendContext,
} from '#ledger';
import { proveByTrapdoor } from '#proofs';
import type { TaskOutcome, TaskRuntime } from '#worker';
import { sample } from '../../../../../libs/ledger/src/testing/note-ledger.fixture.js';
import { holders } from './record.fixture.js';
import {
  issuerSeed,
  keyOf,
  memoKeyOf,
  memosOf,
  ownerSeed,
  receiptOf,
  type SampleLedger,
  sampleIntent,
} from './sample-ledger.fixture.js';

const spendKeys = { a: 11n, b: 22n } as const;
export type Person = keyof typeof spendKeys;
export const people = ['a', 'b'] as const;

export function ownerOf(person: Person): bigint {
  return noteOwner(spendKeys[person]);
}

/** What a payment is proven with, honest unless told otherwise. */
export interface ProvenBy {
  readonly key?: typeof sample.key;
  readonly charter?: Digest;
}

export class SampleNotes {
  /** Of the ledger's keys, in which people sign. */
  epoch = 1;
  #nonce = 0;

  constructor(
    readonly ledger: SampleLedger,
    readonly name = ledger.ledger,
  ) {}

  charter(): Json {
    const terms = {
      ...{ ledger: this.name, asset: 'EUR', issuer: keyOf(issuerSeed), supplyMax: 1n << 58n, pageCount: 1 },
      ...({ mode: 'zk-check', padding: 'touched', accounts: [], viewers: [] } as const),
      circuit: sample.circuit,
      recovery: {
        threshold: 2,
        holders: holders.map(({ name, publicKey }) => ({ name, sealKey: toBase64(publicKey) })),
      },
    };
    return parseJsonStrict(signCharter(terms, issuerSeed));
  }

  get digest(): Digest {
    const [receipt] = this.ledger.history;
    if (receipt === undefined) throw new Error('no founding');
    return receipt.charter;
  }

  intent(account: Person, body: IntentBody, seed?: Uint8Array): Uint8Array {
    this.#nonce += 1;
    const signer = seed === undefined ? {} : { seed };
    return sampleIntent(this.name, account, body, { nonce: this.#nonce, epoch: this.epoch, ...signer });
  }

  open(person: Person): Uint8Array {
    const owner = keyOf(ownerSeed(person));
    return this.intent(
      person,
      { op: 'open', owner, rollover: 'auto', noteOwner: ownerOf(person) },
      issuerSeed,
    );
  }

  /** The note's salt is a hundred times the serial. */
  deposit(account: Person, amount: bigint, serial: number): Uint8Array {
    const salt = BigInt(serial) * 100n;
    const note = commitNote('EUR', { owner: ownerOf(account), amount, salt });
    const signature = signMint({ charter: this.digest, serial, note }, issuerSeed);
    return this.intent(account, { op: 'deposit', amount, mint: { serial, salt, signature } }, issuerSeed);
  }

  pay(from: Person, to: Person, amount: bigint, spend?: SpendBody): Uint8Array {
    return this.intent(from, { op: 'transfer', to, amount, ...(spend === undefined ? {} : { spend }) });
  }

  withdraw(account: Person, amount: bigint, burn: BurnBody): Uint8Array {
    return this.intent(account, { op: 'withdraw', amount, burn });
  }

  /** What is left has the salt behind the note's, and what was paid the one behind that. */
  spend(from: Person, to: Person, amount: bigint, note: Note, by: ProvenBy = {}): SpendBody {
    return this.#proven(from, ownerOf(to), amount, note, by, spendContext);
  }

  burn(from: Person, amount: bigint, note: Note, word: Uint8Array = issuerSeed): BurnBody {
    const spend = this.#proven(from, burnOwner, amount, note, {}, burnContext);
    const burnt = commitNote('EUR', { owner: burnOwner, amount, salt: spend.paymentSalt });
    return { ...spend, signature: signBurn({ charter: this.digest, note: note.number, burnt }, word) };
  }

  /** Applies intents in one batch of one signer's memo key; reasons or statuses, and the receipt. */
  async batch(enclave: readonly TaskRuntime[], account: Person, ...intents: readonly Uint8Array[]) {
    const outcome: TaskOutcome = await this.ledger.batch(enclave, ...intents);
    const memos = memosOf(
      outcome,
      this.name,
      intents.map(() => memoKeyOf(account)),
    );
    return { told: memos.map((memo) => memo?.reason ?? memo?.status), memos, receipt: receiptOf(outcome) };
  }

  /** What anybody finds who has the receipts and what they name, and no key. */
  async replayed() {
    const book = new NoteBook();
    const totals = { proven: 0, withdrawn: 0 };
    const reasons: string[] = [];
    for (const receipt of this.ledger.history) {
      const blobs = await this.#named(receipt);
      const policy = { manifests: [receipt.notes?.manifest ?? receipt.charter], allowDev: true };
      const step = replayNotes(book, receipt, { blob: (digest) => blobs.get(digest) ?? null, policy });
      reasons.push(...step.findings.map(({ reason }) => reason));
      totals.proven += step.proven ?? 0;
      totals.withdrawn += step.withdrawn;
    }
    return { ...totals, reasons, unspent: book.size };
  }

  async #named({ notes }: BatchReceipt): Promise<ReadonlyMap<Digest, Uint8Array>> {
    const named = [notes?.moves, notes?.manifest, notes?.vkey].flatMap((digest) => digest ?? []);
    const { blobs } = this.ledger;
    return new Map(
      await Promise.all(named.map(async (digest) => [digest, await blobs.get(digest)] as const)),
    );
  }

  #proven(
    from: Person,
    recipient: bigint,
    amount: bigint,
    note: Note,
    { key = sample.key, charter = this.digest }: ProvenBy,
    context: typeof spendContext,
  ): SpendBody {
    const [restSalt, paymentSalt] = [note.salt + 1n, note.salt + 2n];
    const proof = proveByTrapdoor(key, [
      commitNote('EUR', { owner: ownerOf(from), ...note }),
      1n,
      1n,
      commitNote('EUR', { owner: ownerOf(from), amount: note.amount - amount, salt: restSalt }),
      commitNote('EUR', { owner: recipient, amount, salt: paymentSalt }),
      2n,
      assetField('EUR'),
      context(charter, note.number),
    ]);
    return { note: note.number, restSalt, paymentSalt, order: 1n, nullifier: 2n, proof: packProof(proof) };
  }
}
