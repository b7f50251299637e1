import { digestOf, fromBase64 } from '#canonical';
import { canonicalCiphertext, encodeDelta, nextAddCount, sealLibrary } from '#ciphertext';
import type { LedgerPages, LedgerReceipt } from '#evidence';
import type { FheProcess, OpenTask, TaskBlobs, TaskOutcome, TaskOutput } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { type LedgerRecord, ledgerKeyOf, type WrappedKey } from './ledger-record.js';
import type { VerifiedHead } from './lineage.js';
import { type SignedReceipt, signReceipt } from './receipt.js';
import type { Transition } from './transition.js';

/** A ledger at a verified head, with the key of its pages. */
export interface Standing extends VerifiedHead {
  readonly key: WrappedKey;
}

export interface Change {
  readonly operation: 'ledger.reserve' | 'ledger.commit' | 'ledger.release';
  readonly intentId: string;
  readonly transition: Transition;
  readonly pages: Pages;
}

export interface Pages {
  readonly available: Uint8Array;
  readonly reserved: Uint8Array;
}

export interface Authorization {
  readonly receipt: SignedReceipt;
  readonly deltas: Readonly<Record<'deltaAvailable' | 'deltaReserved', TaskOutput>>;
}

/** Two encrypted deltas and the receipt that names what they make of the pages. */
export async function authorizeChange(
  fhe: FheProcess,
  task: OpenTask,
  { record, key, head, receipt: before }: Standing,
  { operation, intentId, transition, pages }: Change,
): Promise<Authorization> {
  const addCount = nextAddCount(before.addCount);
  const available = await fhe.encrypt(key, encodeDelta(transition.available));
  const reserved = await fhe.encrypt(key, encodeDelta(transition.reserved));
  const next = {
    available: digestOf(await fhe.add(pages.available, available)),
    reserved: digestOf(await fhe.add(pages.reserved, reserved)),
  };
  const receipt = signLedgerReceipt(record, task, {
    version: head.version + 1,
    operation,
    intentId,
    prev: head.pages,
    delta: { available: digestOf(available), reserved: digestOf(reserved) },
    next,
    prevReceipt: head.receipt,
    addCount,
  });
  return { receipt, deltas: { deltaAvailable: blobOutput(available), deltaReserved: blobOutput(reserved) } };
}

type ReceiptOfTask = Omit<LedgerReceipt, 'ledger' | 'runId' | 'taskId' | 'ledgerKey' | 'keyId' | 'engine'>;

export function signLedgerReceipt(
  record: LedgerRecord,
  { runId, taskId }: OpenTask,
  members: ReceiptOfTask,
): SignedReceipt {
  const { ledger, keyId } = record;
  const engine = `${sealLibrary.name}@${sealLibrary.version}`;
  const ledgerKey = ledgerKeyOf(record);
  const receipt = { ...members, ledger, runId, taskId, ledgerKey, keyId, engine };
  return signReceipt(receipt, fromBase64(record.signingSeed));
}

/** Pages by the digests of a verified receipt: nothing else is ever decrypted. */
export async function fetchPages(blobs: TaskBlobs, { available, reserved }: LedgerPages): Promise<Pages> {
  return { available: await fetchPage(blobs, available), reserved: await fetchPage(blobs, reserved) };
}

async function fetchPage(blobs: TaskBlobs, digest: LedgerPages['available']): Promise<Uint8Array> {
  const bytes = canonicalCiphertext(await blobs.get(digest));
  if (digestOf(bytes) === digest) return bytes;
  throw refusal('STATE_INVALID', `page ${digest}: the blob store returned another page`);
}

/** The outcome of a signed change. The ledger's next task reads the receipt by the digest the head then carries. */
export async function receiptOutcome(
  blobs: TaskBlobs,
  name: string,
  { receipt, bytes, digest, value }: SignedReceipt,
  outputs: Readonly<Record<string, TaskOutput>>,
): Promise<TaskOutcome> {
  await blobs.put(bytes);
  const { ledger, version, ledgerKey } = receipt;
  return {
    public: { outcome: name, ledger, version, ledgerKey },
    outputs: { ...outputs, receipt: { kind: 'public', value } },
    evidence: {},
    blobs: [digest],
  };
}

export function blobOutput(bytes: Uint8Array): TaskOutput {
  return { kind: 'blob', bytes };
}
