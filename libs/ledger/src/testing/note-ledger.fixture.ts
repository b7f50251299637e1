/**
 * A ledger in `zk-check` and its payers, for tests. Its key has a known trapdoor, which proves any signals at once: what
 * the circuit itself forbids is tested with the circuit. No production code uses it.
 */
import { digestOf } from '#canonical';
import { encodeManifest, proveByTrapdoor, sampleManifest, trapdoorKey } from '#proofs';
import type { BurnBody, IntentReading, SpendBody } from '../intent/intent.js';
import { signBurn } from '../notes/burn.js';
import { signMint } from '../notes/mint.js';
import type { Move } from '../notes/moves.js';
import {
  assetField,
  burnContext,
  burnOwner,
  commitNote,
  type Note,
  noteOwner,
  spendContext,
} from '../notes/note.js';
import { packProof } from '../notes/packed-proof.js';
import { proveReadings } from '../notes/prove-readings.js';
import { drawnWeights, type SpendCircuit } from '../notes/verify-spends.js';
import { applyBatch, type BatchResult } from '../state/apply-batch.js';
import type { Charter } from '../state/charter.js';
import { foundState } from '../state/found-state.js';
import type { LedgerState } from '../state/state.js';
import { keyOf, Signers, sampleCharter, seedOf, startMs, type Wish } from './ledger.fixture.js';

const SIGNALS = 8;

/** @param seed circuits of one seed are equal */
export function sampleCircuit(seed: bigint) {
  const key = trapdoorKey(seed, SIGNALS);
  const edge = (index: number, port: string, side: 'input' | 'output') =>
    ({ index, name: `${port}Commitment`, bits: 254, meaning: 'commitment', side, port }) as const;
  const manifest = sampleManifest(key.vkey, {
    name: 'transfer',
    signals: [
      edge(0, 'balance', 'input'),
      edge(1, 'order', 'input'),
      {
        ...{ index: 2, name: 'outcome', bits: 1, meaning: 'value', side: 'output', port: 'outcome' },
        values: ['insufficient', 'transferred'],
      },
      edge(3, 'rest', 'output'),
      edge(4, 'payment', 'output'),
      { index: 5, name: 'nullifier', bits: 254, meaning: 'fact', port: 'nullifier' },
      { index: 6, name: 'asset', bits: 254, meaning: 'fact', port: 'asset' },
      { index: 7, name: 'context', bits: 248, meaning: 'context', port: 'context' },
    ],
  });
  return { key, circuit: { manifest: encodeManifest(manifest), vkey: key.vkey } satisfies SpendCircuit };
}

export const sample = sampleCircuit(21n);

export function noteCharter(members: Partial<Charter> = {}): Charter {
  return sampleCharter({ mode: 'zk-check', accounts: [], circuit: sample.circuit, ...members });
}

export const spendKeys: Readonly<Record<string, bigint>> = { alice: 11n, bob: 22n, carol: 33n };

export function ownerOfNotes(account: string): bigint {
  return noteOwner(spendKeys[account] ?? 99n);
}

/** What a payer says about a payment, honest unless told otherwise. */
export interface Payment {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly note: Note;
  /** Whose note it is, where it is not the payer's. */
  readonly owner?: string;
  /** What the proof is of, where it is not the amount of the intent. */
  readonly proven?: bigint;
  readonly charter?: Charter['digest'];
  readonly key?: typeof sample.key;
}

/** What an owner says about what is to leave, honest unless told otherwise. */
export interface Leaving extends Omit<Payment, 'to'> {
  /** Who signs for the burn; the issuer unless told. */
  readonly word?: string;
  /** What the issuer's word is of, where it is not the amount of the intent. */
  readonly worded?: bigint;
  /** What the proof was made for, where it is no burn. */
  readonly context?: typeof burnContext;
}

/** No account has this name. */
const leavesTo = ' burn';

export class NoteLedger {
  readonly signers = new Signers();
  state: LedgerState;
  result: BatchResult | null = null;
  #salts = 1_000n;
  serial = 0;

  constructor(readonly charter: Charter = noteCharter()) {
    this.state = foundState(charter, startMs);
  }

  /** `alice`, `bob` and `carol`, alice with notes of 1,000 and 50. */
  static open(): NoteLedger {
    const ledger = new NoteLedger();
    const opened = Object.keys(spendKeys).map((account) => ledger.wishToOpen(account));
    const done = [ledger.run(...opened), ledger.run(ledger.mint('alice', 1_000n), ledger.mint('alice', 50n))];
    if (done.flat().some((status) => status !== 'applied')) throw new Error(`note ledger: ${done.join()}`);
    return ledger;
  }

  wishToOpen(account: string): Wish {
    const noteOf = ownerOfNotes(account);
    return { op: 'open', account, owner: keyOf(account), rollover: 'auto', noteOwner: noteOf };
  }

  mint(account: string, amount: bigint, by = 'issuer', serial = this.#nextSerial()): Wish {
    const salt = this.#salt();
    const note = commitNote('EUR', { owner: ownerOfNotes(account), amount, salt });
    const signature = signMint({ charter: this.charter.digest, serial, note }, seedOf(by));
    return { op: 'deposit', account, amount, mint: { serial, salt, signature } };
  }

  notesOf(account: string): readonly Note[] {
    return this.state.accounts[this.state.indexOf.get(account) ?? -1]?.purse?.notes ?? [];
  }

  /** The largest note of an account. */
  note(account: string): Note {
    const [largest] = [...this.notesOf(account)].sort((a, b) => (a.amount < b.amount ? 1 : -1));
    if (largest === undefined) throw new Error(`${account} has no note`);
    return largest;
  }

  pay(payment: Payment): Wish {
    const { from, to, amount } = payment;
    return { op: 'transfer', account: from, to, amount, spend: this.spend(payment) };
  }

  leave(leaving: Leaving): Wish {
    const { from, amount } = leaving;
    return { op: 'withdraw', account: from, amount, burn: this.burn(leaving) };
  }

  burn({ word = 'issuer', worded, context = burnContext, ...leaving }: Leaving): BurnBody {
    const spend = this.spend({ ...leaving, to: leavesTo }, context);
    const { note, amount } = leaving;
    const burnt = commitNote('EUR', {
      ...{ owner: burnOwner, amount: worded ?? amount, salt: spend.paymentSalt },
    });
    const burn = { charter: this.charter.digest, note: note.number, burnt };
    return { ...spend, signature: signBurn(burn, seedOf(word)) };
  }

  spend(
    {
      from,
      to,
      amount: asked,
      note,
      owner = from,
      proven: amount = asked,
      charter = this.charter.digest,
      key = sample.key,
    }: Payment,
    context = spendContext,
  ): SpendBody {
    const [restSalt, paymentSalt, order, nullifier] = [
      this.#salt(),
      this.#salt(),
      this.#salt(),
      this.#salt(),
    ];
    const rest = note.amount < amount ? 0n : note.amount - amount;
    const proof = proveByTrapdoor(key, [
      commitNote('EUR', { owner: ownerOfNotes(owner), ...note }),
      order,
      1n,
      commitNote('EUR', { owner: ownerOfNotes(owner), amount: rest, salt: restSalt }),
      commitNote('EUR', { owner: to === leavesTo ? burnOwner : ownerOfNotes(to), amount, salt: paymentSalt }),
      nullifier,
      assetField('EUR'),
      context(charter, note.number),
    ]);
    return { note: note.number, restSalt, paymentSalt, order, nullifier, proof: packProof(proof) };
  }

  apply(items: readonly IntentReading[]): BatchResult {
    const { version } = this.state;
    const weights = drawnWeights(`test ${version}`);
    const readings = proveReadings(this.state, items, sample.circuit, weights);
    this.result = applyBatch(this.state, { version, timeMs: startMs, items: readings });
    this.state = this.result.state;
    return this.result;
  }

  /** Applies wishes in one batch; the statuses or reasons in their order. */
  run(...wishes: readonly (Wish & { readonly by?: string })[]): readonly string[] {
    const items = wishes.map(({ by, ...wish }) => this.signers.read(wish as Wish, by));
    return this.apply(items).outcomes.map(({ reason, status }) => reason ?? status);
  }

  get moves(): readonly Move[] {
    return this.result?.moves ?? [];
  }

  #nextSerial(): number {
    this.serial += 1;
    return this.serial;
  }

  #salt(): bigint {
    this.#salts += 1n;
    return this.#salts;
  }
}

export const circuitDigests = {
  manifest: digestOf(sample.circuit.manifest),
  vkey: digestOf(sample.circuit.vkey),
};
export const issuerKey = keyOf('issuer');
