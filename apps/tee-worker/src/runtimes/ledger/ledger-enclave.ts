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
import { canonicalBytes, digestOf, fromBase64, type Json, type JsonObject } from '#canonical';
import { decodeBalance } from '#ciphertext';
import type { FheProcess, KeptInput, OpenTask, TaskOutcome, TaskOutput } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { checkPinnedLedger, openedValue } from '../shared/task-inputs.js';
import {
  type Authorization,
  authorizeChange,
  type Change,
  fetchPages,
  receiptOutcome,
  type Standing,
} from './authorization.js';
import { verifyDecision } from './decision-proof.js';
import { checkIntent, parseIntent } from './intent.js';
import { parseLedgerHead } from './ledger-head.js';
import { openLedger } from './ledger-opening.js';
import { type LedgerRecord, ledgerKeyOf } from './ledger-record.js';
import type { LedgerStore } from './ledger-store.js';
import { verifyHead } from './lineage.js';
import type { SignedReceipt } from './receipt.js';
import { encodeReservation, parseReservation, type Reservation } from './reservation.js';
import { commitTransition, releaseTransition, reserveTransition, type Transition } from './transition.js';

export interface LedgerEnclaveOptions {
  readonly fhe: FheProcess;
  readonly store: LedgerStore;
  readonly random: (count: number) => Uint8Array;
  readonly now: () => number;
}

/** An open reservation in terms of slots. */
interface Hold {
  readonly from: number;
  readonly to: number;
  readonly amountCents: bigint;
}

export class LedgerEnclave {
  constructor(private readonly options: LedgerEnclaveOptions) {}

  async open(task: OpenTask): Promise<TaskOutcome> {
    return await openLedger(task, this.options);
  }

  /** Sets aside what was asked for, at most the proven limit; `insufficient` moves nothing and signs nothing. */
  async reserve(task: OpenTask): Promise<TaskOutcome> {
    const intent = parseIntent(openedValue(task, 'intent'));
    const standing = await this.#standing(task);
    const { record } = standing;
    const { from } = checkIntent(intent, record, this.options.now());
    if (record.intents[intent.intentId] !== undefined) {
      throw refusal('NULLIFIER_SPENT', 'this intent was used before; the owner must sign a new one');
    }
    const limitCents = await verifyDecision(task);
    const capped = intent.amountCents > limitCents;
    const amountCents = capped ? limitCents : intent.amountCents;
    const pages = await fetchPages(task.blobs, standing.receipt.next);
    if ((await this.#balance(standing, pages.available, from)) < amountCents) {
      return { public: { outcome: 'insufficient' }, outputs: {}, evidence: {} };
    }
    const transition = reserveTransition(from, amountCents);
    const change: Change = { operation: 'ledger.reserve', intentId: intent.intentId, transition, pages };
    const { receipt, deltas } = await authorizeChange(this.options.fhe, task, standing, change);
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
    await this.#keep(standing, receipt, sealed);
    const outputs = { ...deltas, reservation: { kind: 'sealed', value: sealed } as const };
    return await receiptOutcome(task.blobs, 'reserved', receipt, outputs);
  }

  /** Hands a reservation over to the payee. */
  async commit(task: OpenTask): Promise<TaskOutcome> {
    const { reservation, receipt, deltas } = await this.#close(task, 'ledger.commit', (hold) =>
      commitTransition(hold.from, hold.to, hold.amountCents),
    );
    const { intentId, amountCents } = reservation;
    const settlement: TaskOutput = {
      kind: 'sealed',
      value: { intentId, transferredCents: amountCents.toString(), outcome: 'committed' },
    };
    return await receiptOutcome(task.blobs, 'committed', receipt, { ...deltas, settlement });
  }

  /** Gives a reservation back to the payer. */
  async release(task: OpenTask): Promise<TaskOutcome> {
    const { receipt, deltas } = await this.#close(task, 'ledger.release', (hold) =>
      releaseTransition(hold.from, hold.amountCents),
    );
    return await receiptOutcome(task.blobs, 'released', receipt, deltas);
  }

  async #close(
    task: OpenTask,
    operation: Change['operation'],
    transitionOf: (hold: Hold) => Transition,
  ): Promise<Authorization & { readonly reservation: Reservation }> {
    const standing = await this.#standing(task);
    const { record } = standing;
    const input = task.inputs['reservation'];
    const document =
      input?.kind === 'kept' ? keptReservation(input, record) : openedValue(task, 'reservation');
    const reservation = parseReservation(document, ledgerKeyOf(record));
    checkOpen(reservation, record, task.runId);
    const { amountCents, intentId } = reservation;
    const from = record.accounts.findIndex(({ id }) => id === reservation.from);
    const to = record.accounts.findIndex(({ id }) => id === reservation.to);
    const pages = await fetchPages(task.blobs, standing.receipt.next);
    if ((await this.#balance(standing, pages.reserved, from)) < amountCents) {
      throw refusal('RESERVATION_UNKNOWN', 'the reserved book holds less than the reservation');
    }
    const transition = transitionOf({ from, to, amountCents });
    const change: Change = { operation, intentId, transition, pages };
    return { reservation, ...(await authorizeChange(this.options.fhe, task, standing, change)) };
  }

  /** The ledger of the task at its verified head. What the head taught is on disk before anything is signed. */
  async #standing(task: OpenTask): Promise<Standing> {
    const head = parseLedgerHead(task.state);
    checkPinnedLedger(task, head.ledger);
    const ledger = await this.options.store.load(task.tenant, head.ledger);
    if (ledger === null) throw refusal('LEDGER_UNKNOWN', 'this key enclave holds no key of the ledger');
    const { key } = ledger;
    const verified = await verifyHead(head, ledger.record, task.blobs);
    if (verified.advanced) await this.options.store.save({ record: verified.record, key });
    return { ...verified, key };
  }

  /** Before the reserve is told to anybody: from then on money may be set aside that only this file gives back. */
  async #keep(
    { record, key }: Standing,
    { digest, receipt }: SignedReceipt,
    document: JsonObject,
  ): Promise<void> {
    const reservations = { ...record.reservations, [digest]: { version: receipt.version, document } };
    await this.options.store.save({ record: { ...record, reservations }, key });
  }

  async #balance({ key }: Standing, page: Uint8Array, slot: number): Promise<bigint> {
    const [value = 0n] = await this.options.fhe.readSlots(key, page, [slot]);
    return decodeBalance(value);
  }
}

/** The reservation of an envelope for an earlier boot, found by the receipt that its producer states. */
function keptReservation({ producer }: KeptInput, record: LedgerRecord): Json {
  const receipt = producer?.public['receipt'];
  const kept = receipt === undefined ? undefined : record.reservations[digestOf(canonicalBytes(receipt))];
  if (kept !== undefined) return kept.document;
  throw refusal('RESERVATION_UNKNOWN', 'this key enclave kept no open reservation of that receipt');
}

function checkOpen(reservation: Reservation, record: LedgerRecord, runId: string): void {
  if (reservation.ledger !== record.ledger || reservation.runId !== runId) {
    throw refusal('RESERVATION_INVALID', 'the reservation belongs to another ledger or run');
  }
  const entry = record.intents[reservation.intentId];
  if (entry?.receipt !== reservation.receipt) {
    throw refusal('RESERVATION_UNKNOWN', 'the receipt of this reservation is not part of the ledger');
  }
  if (entry.state === 'closed') {
    throw refusal('NULLIFIER_SPENT', 'the reservation was committed or released before');
  }
}
