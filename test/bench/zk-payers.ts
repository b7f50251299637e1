import { randomBytes, randomUUID } from 'node:crypto';
import { digestOf, ed25519PublicKey, fromBase64, sha256, toBase64, utf8 } from '#canonical';
import { type FoundedLedger, foundLedger, type PreparedIntent, type SealflowClient } from '#client';
import {
  applyBatch,
  assetField,
  type Charter,
  commitNote,
  foundState,
  type Intent,
  type IntentBody,
  type LedgerState,
  type Note,
  noteOwner,
  packProof,
  type SpendBody,
  type SpendCircuit,
  type SpendDraft,
  signMint,
  spendContext,
  spendQuestion,
  type TransferMove,
  unpackProof,
} from '#ledger';
import { proveByTrapdoor } from '#proofs';
import { generateSealKeyPair } from '#sealing';
import { sample } from '../../libs/ledger/src/testing/note-ledger.fixture.js';
import { told } from '../support/page-ledger-story.js';

export const payerCount = 64;
/** Each payer has as many notes as it makes payments: what a batch makes cannot be spent in it. */
export const notesEach = 4;
export const nowMs = Date.UTC(2026, 10, 20, 12);

const FOUNDING_MS = 300_000;
const AMOUNT = 400n;
const issuerSeed = sha256(utf8('bench issuer'));
const issuer = toBase64(ed25519PublicKey(issuerSeed));
const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

/**
 * Payers of a ledger in zk-check, each with its notes, who pay one another. The ledger of a running stack and one in memory
 * have one charter, so that the same proofs serve both. The key of its circuit has a known trapdoor, by which hundreds of
 * proofs are made in seconds; to verify them takes what proofs of the same signals take under any key.
 */
export class ZkPayers {
  readonly circuit: SpendCircuit = sample.circuit;
  readonly #nonces = new Map<string, number>();

  private constructor(
    private readonly founded: FoundedLedger,
    private readonly terms: Omit<Charter, 'digest' | 'circuit'>,
  ) {}

  /** A ledger with all accounts and their notes, at the stack that a client calls. */
  static async found(client: SealflowClient): Promise<ZkPayers> {
    const holders = ['notary', 'auditor'].map((name) => ({
      name,
      sealKey: toBase64(generateSealKeyPair(random).publicKey),
    }));
    const terms = {
      ...{ ledger: `zk-${randomBytes(6).toString('hex')}`, asset: 'EUR', issuer, supplyMax: 1n << 40n },
      ...({ pageCount: 1, mode: 'zk-check', padding: 'touched', accounts: [], viewers: [] } as const),
      recovery: { threshold: 2, holders },
    };
    const { circuit } = sample;
    const options = { deadlineMs: FOUNDING_MS, requestId: randomUUID() };
    const founded = await foundLedger(client, { ...terms, circuit }, issuerSeed, options);
    const payers = new ZkPayers(founded, terms);
    await payers.#settle(payers.openings());
    await payers.#settle(payers.deposits());
    return payers;
  }

  get ledger() {
    return this.founded.ledger;
  }

  get charter(): Charter {
    return { ...this.terms, circuit: this.circuit, digest: this.founded.receipt.charter };
  }

  /** The same ledger in memory. */
  twin(): LedgerState {
    const state = foundState(this.charter, nowMs);
    return [this.openings(), this.deposits()].reduce((before, wishes, nonce) => {
      const items = wishes.map(
        ({ account, body }, index) =>
          ({ intent: this.#read(account, body, `${nonce} ${index}`), reason: null }) as const,
      );
      const { version } = before;
      const { outcomes, state: after } = applyBatch(before, { version, timeMs: nowMs, items });
      if (outcomes.some(({ status }) => status !== 'applied'))
        throw new Error('the ledger in memory is not made');
      return after;
    }, state);
  }

  /** All payments with their proofs. */
  proven(): SpendBody[] {
    return allNotes.map((note) => {
      const draft = this.#draft(note);
      const { salts, amount } = draft;
      const owner = noteOwner(draft.spendKey);
      const [order, nullifier] = [salts.order, BigInt(note.number)];
      const proof = proveByTrapdoor(sample.key, [
        commitNote('EUR', { owner, ...note }),
        order,
        1n,
        commitNote('EUR', { owner, amount: note.amount - amount, salt: salts.rest }),
        commitNote('EUR', { owner: draft.recipient, amount, salt: salts.payment }),
        nullifier,
        assetField('EUR'),
        spendContext(draft.charter, note.number),
      ]);
      const { rest: restSalt, payment: paymentSalt } = salts;
      return { note: note.number, restSalt, paymentSalt, order, nullifier, proof: packProof(proof) };
    });
  }

  /** What so many payers ask their provers, under the circuit of this release. */
  questions(count: number) {
    return allNotes.slice(0, count).map((note) => spendQuestion(this.#draft(note)));
  }

  /** The payment as the enclave has it once it opened and read the intent. */
  read(index: number, spend: SpendBody): Intent {
    return this.#read(nameOf(index % payerCount), paymentOf(index, spend), `pay ${index}`);
  }

  /** The payment as its payer signs it. */
  signed(index: number, spend: SpendBody): Promise<PreparedIntent> {
    return this.#signed(nameOf(index % payerCount), paymentOf(index, spend));
  }

  /** What a verifier that knows nothing of ledgers is given. */
  evidence({ note, balance, order, rest, payment, nullifier, proof }: TransferMove) {
    const context = spendContext(this.charter.digest, note);
    const signals = [balance, order, 1n, rest, payment, nullifier, assetField('EUR'), context];
    const { vkey } = this.circuit;
    return { vkey, publicSignals: signals.map(String), proof: unpackProof(fromBase64(proof)) };
  }

  openings() {
    const names = Array.from({ length: payerCount }, (_, index) => index);
    return names.map((index) => {
      const body = { op: 'open', owner: issuer, rollover: 'auto', noteOwner: ownerOf(index) } as const;
      return { account: nameOf(index), body };
    });
  }

  deposits() {
    return allNotes.map(({ number: serial, amount, salt }, index) => {
      const note = commitNote('EUR', { owner: ownerOf(index), amount, salt });
      const signature = signMint({ charter: this.charter.digest, serial, note }, issuerSeed);
      const body = { op: 'deposit', amount, mint: { serial, salt, signature } } as const;
      return { account: nameOf(index), body };
    });
  }

  async #settle(wishes: readonly { readonly account: string; readonly body: IntentBody }[]): Promise<void> {
    const intents = await Promise.all(wishes.map(({ account, body }) => this.#signed(account, body)));
    const wrong = (await this.ledger.settle(intents)).map(told).find((each) => each !== 'applied');
    if (wrong !== undefined) throw new Error(`an account or a note was ${wrong}`);
  }

  /** One key is issuer and every owner: who signs changes nothing of the work. */
  #signed(account: string, body: IntentBody): Promise<PreparedIntent> {
    const by = body.op === 'transfer' ? 'owner' : 'issuer';
    const nonce = (this.#nonces.get(`${by} ${account}`) ?? 0) + 1;
    this.#nonces.set(`${by} ${account}`, nonce);
    return this.ledger.intent({ account, seed: issuerSeed, nonce }, body);
  }

  #read(account: string, body: IntentBody, name: string): Intent {
    const { ledger, asset } = this.terms;
    const nonce = this.#nonces.get(`twin ${account}`) ?? 1;
    this.#nonces.set(`twin ${account}`, nonce + 1);
    const head = {
      ...{ intentId: digestOf(utf8(name)), ledger, asset, epoch: 1, account, nonce, seen: 0 },
      ...{ notAfterMs: nowMs + 60_000, memoKey: issuer, signer: issuer },
    };
    return { ...head, ...body };
  }

  #draft(note: Note): SpendDraft {
    const index = note.number - 1;
    const salts = { order: BigInt(index + 1), rest: BigInt(index + 2), payment: BigInt(index + 3) };
    const of = { charter: this.charter.digest, asset: 'EUR', amount: AMOUNT, salts };
    return { ...of, note, spendKey: spendKeyOf(index), recipient: ownerOf(index + 1) };
  }
}

/** In the order in which they are made, so each has the number of its mint. */
const allNotes: readonly Note[] = Array.from({ length: payerCount * notesEach }, (_, index) => ({
  number: index + 1,
  amount: 1_000n,
  salt: BigInt(7_000 + index),
}));

function paymentOf(index: number, spend: SpendBody): IntentBody {
  return { op: 'transfer', to: nameOf((index + 1) % payerCount), amount: AMOUNT, spend };
}

function spendKeyOf(index: number): bigint {
  return BigInt(90_000 + (index % payerCount));
}

function ownerOf(index: number): bigint {
  return noteOwner(spendKeyOf(index));
}

function nameOf(index: number): string {
  return `payer-${index % payerCount}`;
}
