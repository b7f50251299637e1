/**
 * What a run does with a ledger of pages. `submit` seals to the ledger one intent that its owner signed before the run
 * began; `confirm` says what became of it, under the receipt of the batch that carried it.
 *
 * The orchestrator decides when a batch is made and which one it shows here, and is believed in neither: a receipt
 * counts with the ledger's signature, on the chain that leads to the verified head, and an outcome by the memo that lies
 * in that receipt's outcomes.
 */
import {
  type Digest,
  digestOf,
  fromBase64,
  isDigest,
  isJsonObject,
  type JsonObject,
  parseJsonStrict,
} from '#canonical';
import {
  type BatchReceipt,
  checkKeyUse,
  type HeldSettlement,
  type Intent,
  type IntentReason,
  keysOf,
  LedgerError,
  type LedgerState,
  type Memo,
  openHeld,
  openIntentEnvelope,
  openMemo,
  outcomesFormat,
  parseFrames,
  parseSettlement,
  readIntent,
  type Settlement,
  type SettlementVerb,
  sealHeld,
  sealIntents,
  splitMemos,
} from '#ledger';
import { type OpenTask, TaskError, type TaskOutcome } from '#worker';
import { verifyDecision } from '../ledger/decision-proof.js';
import { refusal } from '../shared/ledger-error.js';
import { checkPinnedLedger, openedValue } from '../shared/task-inputs.js';
import { claimOrderOf, verifyClaim } from './claim-proof.js';
import { epochKeys, intentPublicKey, type LedgerRecord, ledgerKeyOf } from './ledger-secrets.js';
import { type ClaimedHead, parseClaimedHead, walkBack } from './lineage.js';
import { type EnclaveParts, recordOf } from './parts.js';
import { seenAt } from './standing.js';

/** Sets aside what the owner signed for, if the decision of this run is proved and covers it. */
export async function submitReserve(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const settlement = settlementOf(task);
  const standing = await lookAt(task, parts);
  checkSigned(settlement, standing);
  if (settlement.reserve.intent.amount > (await verifyDecision(task))) {
    throw refusal('DECISION_NOT_PROVEN', 'settlement.reserve.amount: more than the proven limit');
  }
  return submitSigned(settlement, task, standing, parts);
}

/** Sets aside what an order of the owner is about, if that is to the cent what the claim of this run is proved to be worth. */
export async function submitClaimReserve(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const standing = await lookAt(task, parts);
  const order = await claimOrderOf(task, standing.record);
  checkSigned(order.settlement, standing);
  await verifyClaim(task, order);
  return submitSigned(order.settlement, task, standing, parts);
}

function checkSigned({ reserve: { intent } }: Settlement, { record, state }: Look): void {
  if (intent.ledger !== record.ledger) {
    throw refusal('STATE_INVALID', 'settlement.reserve.ledger: the plan pins another ledger for this step');
  }
  checkOwner(intent, state);
}

async function submitSigned(
  settlement: Settlement,
  task: OpenTask,
  standing: Look,
  parts: EnclaveParts,
): Promise<TaskOutcome> {
  const { intentKey, record } = standing;
  const subject = { tenant: task.tenant, ledger: record.ledger, runId: task.runId };
  const held = await sealHeld(settlement, subject, { intentKey, random: parts.random });
  const submitted = await sealedToLedger(settlement.reserve.bytes, task, standing, parts);
  return { ...submitted, outputs: { ...submitted.outputs, held: { kind: 'blob', bytes: held } } };
}

export function submitHeld(verb: keyof HeldSettlement) {
  return async (task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> => {
    const standing = await lookAt(task, parts);
    const { record } = standing;
    const message = blobOf(task, 'reservation');
    const subject = { tenant: task.tenant, ledger: record.ledger, runId: task.runId };
    for (const { intentKey } of record.epochs) {
      const held = await openHeld(message, fromBase64(intentKey), subject);
      if (held !== null) return await sealedToLedger(held[verb].bytes, task, standing, parts);
    }
    throw refusal('RESERVATION_INVALID', 'input reservation: not of this ledger and run');
  };
}

/** What became of the intent that an earlier task submitted. The names of the outcomes are those of the plan. */
export function confirm(verb: SettlementVerb, applied: string) {
  return async (task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> => {
    const decided = await decidedIntent(task, parts);
    const { intent, memo, reason } = decided;
    if (intent.op !== verb) throw refusal('INTENT_INVALID', `input envelope: expected an intent ${verb}`);
    if (memo.silent)
      throw refusal('RECEIPT_INVALID', 'the outcome: expected one that its signer may be told');
    return stated(task, decided, { outcome: reason === null ? applied : noOf(verb, reason), reason });
  };
}

/** An intent of a run, and how the batch that carried it decided. */
export interface DecidedIntent {
  readonly intent: Intent;
  readonly memo: Memo;
  /** null where it was applied for this run. */
  readonly reason: IntentReason | null;
  readonly record: LedgerRecord;
  readonly head: ClaimedHead;
  readonly receipt: BatchReceipt;
  readonly receiptDigest: Digest;
}

export async function decidedIntent(task: OpenTask, parts: EnclaveParts): Promise<DecidedIntent> {
  const { head, batch } = parseCarried(task.state);
  checkPinnedLedger(task, head.ledger);
  const record = await recordOf(parts, task.tenant, head.ledger);
  const receipt = await receiptOnChain(head, batch, record, task, parts);
  const intent = await submittedIntent(blobOf(task, 'envelope'), record);
  const memo = await memoOf(intent, receipt, batch.position, task);
  // One envelope of a run is decided once. What was decided before was decided for somebody else, who has the effect.
  const reason = memo.repeated ? 'REPLAYED' : memo.reason;
  return { intent, memo, reason, record, head, receipt, receiptDigest: batch.receipt };
}

/** The facts of a step that waited for its intent. A reservation that was made goes on to the step that closes it. */
export async function stated(
  task: OpenTask,
  { intent, memo, receipt, receiptDigest }: DecidedIntent,
  { outcome, reason }: { readonly outcome: string; readonly reason: IntentReason | null },
): Promise<TaskOutcome> {
  const held = intent.op === 'reserve' && reason === null ? blobOf(task, 'held') : null;
  const { ledger, version, ledgerKey, runId } = receipt;
  return {
    public: { outcome, reason, ledger, version, ledgerKey, intent: memo.intentId, batch: runId },
    outputs: {
      receipt: { kind: 'public', value: await envelopeOf(receiptDigest, task) },
      ...(held === null ? {} : { reservation: { kind: 'blob', bytes: held } as const }),
    },
    evidence: {},
    // The bundle follows the chain for one link.
    blobs: receipt.prevReceipt === null ? [] : [receipt.prevReceipt],
  };
}

/** Where a ledger stands for a run that submits to it. */
export interface Look {
  readonly record: LedgerRecord;
  readonly state: LedgerState;
  /** Public half of the key that intents of the present epoch are sealed to. */
  readonly intentKey: Uint8Array;
}

export async function lookAt(task: OpenTask, parts: EnclaveParts): Promise<Look> {
  const head = parseHead(task.state);
  checkPinnedLedger(task, head.ledger);
  const record = await recordOf(parts, task.tenant, head.ledger);
  const { state } = await seenAt(head, record, task.blobs, parts);
  checkProtects(state);
  return { record, state, intentKey: intentPublicKey(epochKeys(record, state.terms.epoch)) };
}

/** Whatever a run submits is sealed anew. A suspension may end while the run can still wait; what follows it cannot. */
function checkProtects(state: LedgerState): void {
  try {
    checkKeyUse(keysOf(state), state.terms.epoch, 'protect');
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new TaskError(error.code, error.message, error.code === 'KEY_SUSPENDED');
  }
}

function settlementOf(task: OpenTask): Settlement {
  try {
    return parseSettlement(openedValue(task, 'settlement'));
  } catch (error) {
    if (error instanceof LedgerError) throw refusal('INTENT_INVALID', error.message);
    throw error;
  }
}

/** A delegate is not told whether an amount was there; a run that goes on with the answer would tell it. */
function checkOwner({ account, signer }: Intent, { accounts, indexOf }: LedgerState): void {
  if (accounts[indexOf.get(account) ?? -1]?.owner === signer) return;
  throw refusal('INTENT_SIGNATURE_INVALID', 'settlement.reserve.signer: expected the owner of the account');
}

export async function sealedToLedger(
  intent: Uint8Array,
  { tenant }: OpenTask,
  { record, intentKey }: Look,
  { random }: EnclaveParts,
): Promise<TaskOutcome> {
  const { ledger } = record;
  const envelope = await sealIntents({ tenant, ledger, intents: [intent], intentKey, random });
  return {
    public: { ledger, ledgerKey: ledgerKeyOf(record) },
    outputs: { envelope: { kind: 'blob', bytes: envelope } },
    evidence: {},
  };
}

async function submittedIntent(envelope: Uint8Array, { tenant, ledger, epochs }: LedgerRecord) {
  for (const { intentKey } of epochs) {
    const [bytes] = (await openIntentEnvelope(envelope, fromBase64(intentKey), { tenant, ledger })) ?? [];
    const intent = bytes === undefined ? null : readIntent(bytes).intent;
    if (intent !== null) return intent;
  }
  throw refusal('INTENT_INVALID', 'input envelope: expected an intent that was sealed to this ledger');
}

interface Carried {
  readonly version: number;
  readonly receipt: Digest;
  /** Of the envelope in its batch. */
  readonly position: number;
}

/** A receipt of the ledger's own key counts once it lies on the chain: of several for one version one alone does. */
async function receiptOnChain(
  head: ClaimedHead,
  { version, receipt: digest }: Carried,
  record: LedgerRecord,
  { blobs }: OpenTask,
  { vault }: EnclaveParts,
): Promise<BatchReceipt> {
  const ledgerKey = ledgerKeyOf(record);
  const known = await vault.head(record.tenant, record.ledger);
  const from = known !== null && known.version >= head.version ? { ...head, ...known } : head;
  if (version > from.version) {
    throw refusal('STATE_ROOT_CONFLICT', `version ${version} lies beyond the head ${from.version}`, true);
  }
  const links = await walkBack(from, { ledgerKey, blobs, known, downTo: version, has: () => true });
  const found = links.find(({ receipt }) => receipt.version === version);
  if (found?.digest === digest && found.receipt.event === 'batch') return found.receipt;
  throw refusal('RECEIPT_INVALID', `receipt ${digest}: not the one of version ${version} on the chain`);
}

async function memoOf(
  { intentId, memoKey, ledger }: Intent,
  { outcomes, version }: BatchReceipt,
  position: number,
  { blobs }: OpenTask,
): Promise<Memo> {
  const digest = outcomes ?? '';
  const bytes = isDigest(digest) ? await blobs.get(digest) : new Uint8Array(0);
  if (digestOf(bytes) !== digest) throw refusal('RECEIPT_INVALID', 'outcomes: the blob has another digest');
  const frame = parseFrames(outcomesFormat, bytes)[position] ?? new Uint8Array(0);
  const [sealed = new Uint8Array(0)] = splitMemos(frame);
  const memo = openMemo(sealed, fromBase64(memoKey), ledger);
  if (memo?.intentId === intentId) return memo;
  throw refusal('RECEIPT_INVALID', `version ${version}: no outcome of this intent at place ${position}`);
}

function noOf(verb: SettlementVerb, reason: IntentReason): string {
  return verb === 'reserve' && reason === 'INSUFFICIENT' ? 'insufficient' : 'refused';
}

async function envelopeOf(digest: Digest, { blobs }: OpenTask): Promise<JsonObject> {
  const value = parseJsonStrict(await blobs.get(digest));
  if (isJsonObject(value)) return value;
  throw refusal('RECEIPT_INVALID', `receipt ${digest}: expected an envelope`);
}

export function blobOf(task: OpenTask, port: string): Uint8Array {
  const input = task.inputs[port];
  if (input?.kind === 'blob') return input.bytes;
  throw refusal('INPUT_MISSING', `input ${port}: expected a blob, got ${input?.kind ?? 'none'}`);
}

/** Where the ledger stands, without a claim on it. Refuses with `STATE_INVALID`. */
function parseHead(state: JsonObject | null): ClaimedHead {
  const { kind, ledger, head } = state ?? {};
  if (kind !== 'settlement' || !isJsonObject(head)) {
    throw refusal('STATE_INVALID', 'state: expected the head of a ledger that a run settles on');
  }
  return parseClaimedHead({ ...head, kind: 'pages', ledger: ledger ?? null });
}

/** Refuses with `INTENT_INVALID` where the envelope went into no batch. */
function parseCarried(state: JsonObject | null): { readonly head: ClaimedHead; readonly batch: Carried } {
  const head = parseHead(state);
  const { batch, refused } = state ?? {};
  if (typeof refused === 'string') {
    throw refusal('INTENT_INVALID', `the envelope was refused as a whole: ${refused}; nothing of it moved`);
  }
  const { version, receipt, position } = isJsonObject(batch) ? batch : {};
  const counts = [version, position].every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
  if (!counts || typeof receipt !== 'string' || !isDigest(receipt)) {
    throw refusal('STATE_INVALID', 'state.batch: expected version, receipt and position of the envelope');
  }
  return { head, batch: { version: Number(version), receipt, position: Number(position) } };
}
