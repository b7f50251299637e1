/**
 * The key enclave: the one party that can read balances.
 *
 * Trusted for confidentiality of a tenant's balances and for the check that a payer has what is moved. Not needed
 * for the sums: whoever holds the pages replays them. It decrypts nothing but pages that its own receipts name,
 * and of those only the slots a transition needs; the FHE secret key stays in the engine's process, outside of
 * which it exists only wrapped.
 *
 * A host that puts an older sealed file back makes the enclave forget spent intents of later versions; it would
 * then sign a second chain from the old head. Both chains carry the ledger's signature over the same version, which
 * is evidence of the fork to anybody who sees two bundles.
 */
import { type Digest, digestOf, fromBase64, toBase64 } from '#canonical';
import { canonicalCiphertext, decodeBalance, encodeBalances, encodeDelta, nextAddCount, sealLibrary } from '#ciphertext';
import type { LedgerPages, LedgerReceipt } from '#evidence';
import type { FheProcess, OpenTask, TaskBlobs, TaskOutcome, TaskOutput, WrappedKey } from '#worker';
import { type Charter, parseCharter } from './charter.js';
import { verifyDecision } from './decision-proof.js';
import { checkIntent, parseIntent } from './intent.js';
import { refusal } from './ledger-error.js';
import { checkNoLedgerYet, parseLedgerHead } from './ledger-head.js';
import { ledgerKeyOf, type OpenLedger, recordVersion } from './ledger-record.js';
import { keyContext, type LedgerStore } from './ledger-store.js';
import { type VerifiedHead, verifyHead } from './lineage.js';
import { type SignedReceipt, signReceipt } from './receipt.js';
import { encodeReservation, parseReservation, type Reservation } from './reservation.js';
import { checkPinnedLedger, openedInput, openedValue } from './task-inputs.js';
import { commitTransition, releaseTransition, reserveTransition, type Transition } from './transition.js';

export interface LedgerEnclaveOptions {
  readonly fhe: FheProcess;
  readonly store: LedgerStore;
  readonly random: (count: number) => Uint8Array;
  readonly now: () => number;
}

/** A ledger at a head that this task may change. */
interface Standing extends VerifiedHead {
  readonly key: WrappedKey;
}

interface Change {
  readonly operation: string;
  readonly intentId: string;
  readonly transition: Transition;
  readonly pages: Pages;
}

interface Pages {
  readonly available: Uint8Array;
  readonly reserved: Uint8Array;
}

const engine = `${sealLibrary.name}@${sealLibrary.version}`;

export class LedgerEnclave {
  constructor(private readonly options: LedgerEnclaveOptions) {}

  /** Genesis pages of a signed charter under a new key. A repeated attempt of the same task keeps the key. */
  async open(task: OpenTask): Promise<TaskOutcome> {
    checkNoLedgerYet(task.state);
    const charter = parseCharter(openedValue(task, 'charter'));
    checkPinnedLedger(task, charter.ledger);
    const { fhe } = this.options;
    const balances = encodeBalances(charter.accounts.map(({ openingCents }) => openingCents));
    const { record, key } = await this.#founded(task, charter);
    const available = await fhe.encrypt(key, balances);
    const reserved = await fhe.encrypt(key, encodeBalances([]));
    const next = { available: digestOf(available), reserved: digestOf(reserved) };
    const receipt = signReceipt(
      {
        ...this.#receiptBase({ record, key }, task),
        version: 1,
        operation: 'ledger.open',
        intentId: null,
        prev: null,
        delta: null,
        next,
        prevReceipt: null,
        addCount: 0,
      },
      fromBase64(record.signingSeed),
    );
    const pages = { pageAvailable: blob(available), pageReserved: blob(reserved) };
    return await outcome(task.blobs, 'opened', receipt, pages);
  }

  /** Sets aside what was asked for, at most the proven limit; `insufficient` moves nothing and signs nothing. */
  async reserve(task: OpenTask): Promise<TaskOutcome> {
    const intent = parseIntent(openedValue(task, 'intent'));
    const standing = await this.#standing(task);
    const { record } = standing;
    const route = checkIntent(intent, record, this.options.now());
    if (record.intents[intent.intentId] !== undefined) {
      throw refusal('NULLIFIER_SPENT', 'this intent was used before; the owner must sign a new one');
    }
    const limitCents = await verifyDecision(task, openedInput(task, 'limit'));
    const amountCents = intent.amountCents < limitCents ? intent.amountCents : limitCents;
    const pages = await fetchPages(task.blobs, standing.receipt.next);
    const [balance = 0n] = await this.#balances(standing.key, pages.available, [route.from]);
    if (balance < amountCents) return insufficient(ledgerKeyOf(record));
    const { receipt, deltas } = await this.#authorize(task, standing, {
      operation: 'ledger.reserve',
      intentId: intent.intentId,
      transition: reserveTransition(route.from, amountCents),
      pages,
    });
    const reservation: Reservation = {
      ledger: record.ledger,
      runId: task.runId,
      intentId: intent.intentId,
      from: intent.from,
      to: intent.to,
      amountCents,
      requestedCents: intent.amountCents,
      receipt: receipt.digest,
    };
    const sealed = encodeReservation(reservation, fromBase64(record.signingSeed));
    return await outcome(task.blobs, 'reserved', receipt, {
      ...deltas,
      reservation: { kind: 'sealed', value: sealed },
    });
  }

  /** Hands a reservation over to the payee. */
  async commit(task: OpenTask): Promise<TaskOutcome> {
    const { reservation, receipt, deltas } = await this.#close(task, 'ledger.commit', ({ from, to, amount }) =>
      commitTransition(from, to, amount),
    );
    const settlement: TaskOutput = {
      kind: 'sealed',
      value: {
        intentId: reservation.intentId,
        transferredCents: reservation.amountCents.toString(),
        outcome: 'committed',
      },
    };
    return await outcome(task.blobs, 'committed', receipt, { ...deltas, settlement });
  }

  /** Gives a reservation back to the payer. */
  async release(task: OpenTask): Promise<TaskOutcome> {
    const { receipt, deltas } = await this.#close(task, 'ledger.release', ({ from, amount }) =>
      releaseTransition(from, amount),
    );
    return await outcome(task.blobs, 'released', receipt, deltas);
  }

  async #close(
    task: OpenTask,
    operation: string,
    transitionOf: (slots: { from: number; to: number; amount: bigint }) => Transition,
  ): Promise<{ reservation: Reservation; receipt: SignedReceipt; deltas: Record<string, TaskOutput> }> {
    const standing = await this.#standing(task);
    const { record } = standing;
    const reservation = parseReservation(openedValue(task, 'reservation'), ledgerKeyOf(record));
    if (reservation.ledger !== record.ledger || reservation.runId !== task.runId) {
      throw refusal('RESERVATION_INVALID', 'the reservation belongs to another ledger or run');
    }
    const entry = record.intents[reservation.intentId];
    if (entry?.receipt !== reservation.receipt) {
      throw refusal('RESERVATION_UNKNOWN', 'the receipt of this reservation is not part of the ledger');
    }
    if (entry.state === 'closed') {
      throw refusal('NULLIFIER_SPENT', 'the reservation was committed or released before');
    }
    const from = record.accounts.findIndex(({ id }) => id === reservation.from);
    const to = record.accounts.findIndex(({ id }) => id === reservation.to);
    const pages = await fetchPages(task.blobs, standing.receipt.next);
    const [held = 0n] = await this.#balances(standing.key, pages.reserved, [from]);
    if (held < reservation.amountCents) {
      throw refusal('RESERVATION_UNKNOWN', 'the reserved book holds less than the reservation');
    }
    const transition = transitionOf({ from, to, amount: reservation.amountCents });
    const change = { operation, intentId: reservation.intentId, transition, pages };
    return { reservation, ...(await this.#authorize(task, standing, change)) };
  }

  /** Two encrypted deltas and the receipt that names what they make of the pages. */
  async #authorize(
    task: OpenTask,
    { record, key, head, receipt: before }: Standing,
    { operation, intentId, transition, pages }: Change,
  ): Promise<{ receipt: SignedReceipt; deltas: Record<string, TaskOutput> }> {
    const { fhe } = this.options;
    const addCount = nextAddCount(before.addCount);
    const available = await fhe.encrypt(key, encodeDelta(transition.available));
    const reserved = await fhe.encrypt(key, encodeDelta(transition.reserved));
    const next = {
      available: digestOf(await fhe.add(pages.available, available)),
      reserved: digestOf(await fhe.add(pages.reserved, reserved)),
    };
    const receipt = signReceipt(
      {
        ...this.#receiptBase({ record, key }, task),
        version: head.version + 1,
        operation,
        intentId,
        prev: head.pages,
        delta: { available: digestOf(available), reserved: digestOf(reserved) },
        next,
        prevReceipt: head.receipt,
        addCount,
      },
      fromBase64(record.signingSeed),
    );
    return { receipt, deltas: { deltaAvailable: blob(available), deltaReserved: blob(reserved) } };
  }

  /** The ledger of the task at its verified head. What the head taught is on disk before anything is signed. */
  async #standing(task: OpenTask): Promise<Standing> {
    const head = parseLedgerHead(task.state);
    checkPinnedLedger(task, head.ledger);
    const ledger = await this.options.store.load(task.tenant, head.ledger);
    if (ledger === null) throw refusal('LEDGER_UNKNOWN', 'this key enclave holds no key of the ledger');
    const verified = await verifyHead(head, ledger.record, task.blobs);
    if (verified.advanced) await this.options.store.save({ record: verified.record, key: ledger.key });
    return { ...verified, key: ledger.key };
  }

  async #founded(task: OpenTask, charter: Charter): Promise<OpenLedger> {
    const { store, fhe, random } = this.options;
    const existing = await store.load(task.tenant, charter.ledger);
    if (existing !== null) {
      const { openedBy, head } = existing.record;
      const same = openedBy.runId === task.runId && openedBy.taskId === task.taskId;
      if (same && head === null && existing.record.charter === charter.digest) return existing;
      throw refusal('LEDGER_EXISTS', 'this key enclave has opened a ledger of this name before');
    }
    const key = await fhe.createKey(store.wrapKey, keyContext(task.tenant, charter.ledger));
    const ledger: OpenLedger = {
      key,
      record: {
        v: recordVersion,
        tenant: task.tenant,
        ledger: charter.ledger,
        asset: charter.asset,
        issuer: charter.issuer,
        charter: charter.digest,
        openedBy: { runId: task.runId, taskId: task.taskId },
        accounts: charter.accounts.map(({ id, owner }) => ({ id, owner })),
        signingSeed: toBase64(random(32)),
        keyId: digestOf(key.wrapped),
        head: null,
        intents: {},
      },
    };
    await store.save(ledger);
    return ledger;
  }

  async #balances(key: WrappedKey, page: Uint8Array, slots: readonly number[]): Promise<readonly bigint[]> {
    const values = await this.options.fhe.readSlots(key, page, slots);
    return values.map(decodeBalance);
  }

  #receiptBase(
    { record }: OpenLedger,
    { runId, taskId }: OpenTask,
  ): Pick<LedgerReceipt, 'ledger' | 'runId' | 'taskId' | 'ledgerKey' | 'keyId' | 'engine'> {
    return { ledger: record.ledger, runId, taskId, ledgerKey: ledgerKeyOf(record), keyId: record.keyId, engine };
  }
}

/** Pages by the digests of a verified receipt: nothing else is ever decrypted. */
async function fetchPages(blobs: TaskBlobs, pages: LedgerPages): Promise<Pages> {
  const [available, reserved] = await Promise.all([
    fetchPage(blobs, pages.available),
    fetchPage(blobs, pages.reserved),
  ]);
  return { available, reserved };
}

async function fetchPage(blobs: TaskBlobs, digest: Digest): Promise<Uint8Array> {
  const bytes = canonicalCiphertext(await blobs.get(digest));
  if (digestOf(bytes) === digest) return bytes;
  throw refusal('STATE_INVALID', `page ${digest}: the blob store returned another page`);
}

async function outcome(
  blobs: TaskBlobs,
  name: string,
  { receipt, bytes, digest, value }: SignedReceipt,
  outputs: Readonly<Record<string, TaskOutput>>,
): Promise<TaskOutcome> {
  // The next task of this ledger reads the receipt by the digest that the head then carries.
  await blobs.put(bytes);
  return {
    public: { outcome: name, ledger: receipt.ledger, version: receipt.version, ledgerKey: receipt.ledgerKey },
    outputs: { ...outputs, receipt: { kind: 'public', value } },
    evidence: {},
    blobs: [digest],
  };
}

function insufficient(ledgerKey: string): TaskOutcome {
  return { public: { outcome: 'insufficient', ledgerKey }, outputs: {}, evidence: {} };
}

function blob(bytes: Uint8Array): TaskOutput {
  return { kind: 'blob', bytes };
}
