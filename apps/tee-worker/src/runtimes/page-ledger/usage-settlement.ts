/**
 * A run that pays for what it used (ADR 021). The agent's intent sets the most aside and names the ledger's own key as
 * its closer; this enclave signs for exactly the charge that the attested step states, or gives all of it back.
 */
import { fromBase64, toBase64 } from '#canonical';
import {
  LedgerError,
  openUsageHeld,
  openUsageOrder,
  sealUsageHeld,
  signIntent,
  type UsageOrder,
} from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { openedValue } from '../shared/task-inputs.js';
import { type LedgerRecord, ledgerKeyOf } from './ledger-secrets.js';
import type { EnclaveParts } from './parts.js';
import { blobOf, decidedIntent, type Look, lookAt, sealedToLedger, stated, submitHeld } from './settle.js';
import { seenAt } from './standing.js';
import { chargeOf } from './usage-charge.js';

const MEMO_KEY_BYTES = 32;
/** Longer than any run waits for the batch that gives something back. */
const RELEASE_MS = 3_600_000;

/** Sets aside what the agent signed for; delegates may, as the ledger's limits of a mandate are about them. */
export async function submitUsageReserve(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const look = await lookAt(task, parts);
  const { record, intentKey } = look;
  const order = await orderOf(task, record);
  const { intent, bytes } = order.reserve;
  if (intent.ledger !== record.ledger)
    throw refusal('STATE_INVALID', 'order.reserve.ledger: the plan pins another ledger for this step');
  if (intent.closer !== ledgerKeyOf(record))
    throw refusal(
      'INTENT_INVALID',
      'order.reserve.closer: expected the key of the ledger, which takes what was used',
    );
  const held = await sealUsageHeld(order, subjectOf(task, record), { intentKey, random: parts.random });
  const submitted = await sealedToLedger(bytes, task, look, parts);
  return {
    ...submitted,
    public: { ...submitted.public, payment: order.payment },
    outputs: { ...submitted.outputs, held: { kind: 'blob', bytes: held } },
  };
}

/**
 * A delegate is answered alike whether its amount was there or not, so this looks at the reservation itself: nothing is
 * used on the strength of one that holds nothing.
 */
export async function confirmUsageReserve(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const decided = await decidedIntent(task, parts);
  const { intent, reason, record, head } = decided;
  if (intent.op !== 'reserve') throw refusal('INTENT_INVALID', 'input envelope: expected an intent reserve');
  if (reason !== null)
    return stated(task, decided, { outcome: reason === 'INSUFFICIENT' ? 'insufficient' : 'refused', reason });
  const { state } = await seenAt(head, record, task.blobs, parts);
  const account = state.accounts[state.indexOf.get(intent.account) ?? -1];
  const reservation = account?.reservations.find(({ id }) => id === intent.intentId);
  return reservation?.amount === intent.amount
    ? stated(task, decided, { outcome: 'reserved', reason: null })
    : stated(task, decided, { outcome: 'insufficient', reason: 'INSUFFICIENT' });
}

/** Takes exactly what the attested step of this run states. */
export async function submitUsageCommit(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const look = await lookAt(task, parts);
  const order = await heldOrder(task, look.record);
  if (order === null) throw refusal('RESERVATION_INVALID', 'input reservation: not of this ledger and run');
  return await submitClose(order, chargeOf(task, order), task, look, parts);
}

export async function confirmUsageCommit(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const decided = await decidedIntent(task, parts);
  const { intent, reason } = decided;
  if (intent.op !== 'commit' && intent.op !== 'release')
    throw refusal('INTENT_INVALID', 'input envelope: expected an intent commit or release');
  const applied = intent.op === 'commit' ? 'committed' : 'released';
  return stated(task, decided, { outcome: reason === null ? applied : 'refused', reason });
}

/** Gives all of it back: of a payment for usage, or of a settlement whose owner signed for this. */
export async function submitRelease(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const look = await lookAt(task, parts);
  const order = await heldOrder(task, look.record);
  if (order === null) return await submitHeld('release')(task, parts);
  return await submitClose(order, 0n, task, look, parts);
}

/** The ledger's own signature closes a reservation that names it; nothing was set aside twice, so it is closed once. */
async function submitClose(
  { reserve: { intent } }: UsageOrder,
  charge: bigint,
  task: OpenTask,
  look: Look,
  parts: EnclaveParts,
): Promise<TaskOutcome> {
  const { record, state } = look;
  const head = {
    ...{ ledger: record.ledger, asset: state.terms.asset, epoch: state.terms.epoch, account: intent.account },
    // A closer has no window of numbers: the reservation is what can be used once.
    ...{ nonce: 0, seen: state.version, memoKey: toBase64(parts.random(MEMO_KEY_BYTES)) },
    notAfterMs: Math.max(intent.untilMs, parts.now() + RELEASE_MS),
  };
  const reservation = intent.intentId;
  const body =
    charge === 0n
      ? ({ op: 'release', reservation } as const)
      : ({ op: 'commit', reservation, amount: charge } as const);
  const { bytes } = signIntent({ ...head, ...body }, fromBase64(record.signingSeed));
  return await sealedToLedger(bytes, task, look, parts);
}

async function orderOf(task: OpenTask, record: LedgerRecord): Promise<UsageOrder> {
  const value = openedValue(task, 'order');
  const order = await underAnyEpoch(record, (key) => openUsageOrder(value, key, record));
  if (order !== null) return order;
  throw refusal('INTENT_INVALID', 'input order: expected an order that was sealed to this ledger');
}

function heldOrder(task: OpenTask, record: LedgerRecord): Promise<UsageOrder | null> {
  const message = blobOf(task, 'reservation');
  return underAnyEpoch(record, (key) => openUsageHeld(message, key, subjectOf(task, record)));
}

function subjectOf({ tenant, runId }: OpenTask, { ledger }: LedgerRecord) {
  return { tenant, ledger, runId };
}

async function underAnyEpoch(
  { epochs }: LedgerRecord,
  open: (secretKey: Uint8Array) => Promise<UsageOrder | null>,
): Promise<UsageOrder | null> {
  try {
    for (const { intentKey } of epochs) {
      const order = await open(fromBase64(intentKey));
      if (order !== null) return order;
    }
    return null;
  } catch (error) {
    if (error instanceof LedgerError) throw refusal('INTENT_INVALID', error.message);
    throw error;
  }
}
