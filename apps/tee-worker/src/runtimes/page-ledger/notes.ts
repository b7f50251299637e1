/**
 * What the key enclave does for a ledger in `zk-check` besides its other work: it verifies the proofs of a batch before it
 * decides it, and leaves what proves the moves of notes to everybody. Whoever breaks it can skip the first; then the
 * second does not hold, and each who replays the ledger finds it (ADR 015).
 */
import { setImmediate } from 'node:timers/promises';
import { type Digest, digestOf } from '#canonical';
import {
  type BatchReceipt,
  type BatchResult,
  type Charter,
  encodeMoves,
  type IntentReading,
  type LedgerState,
  markProven,
  type SpendCircuit,
  spendsOf,
} from '#ledger';
import type { TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import type { ByteCache } from './byte-cache.js';
import { type OpenedIntents, openIntents } from './intent-opening.js';
import type { EpochKeys, LedgerRecord } from './ledger-secrets.js';
import type { SpendVerifier } from './spend-verifier.js';

/**
 * Proofs that are judged in one go, by one of the threads. More at once are hardly cheaper: what they share, one pairing
 * check, is a tenth of the work at half this number.
 */
const provedAtOnce = 32;

export interface ProvingOptions {
  readonly record: LedgerRecord;
  readonly keys: EpochKeys;
  readonly blobs: TaskBlobs;
  readonly pages: ByteCache;
  readonly spends: SpendVerifier;
}

/** The intents of a batch on the state that it continues, those marked whose proofs hold. */
export async function provenIntents(
  blob: Uint8Array,
  state: LedgerState,
  { record, keys, blobs, pages, spends }: ProvingOptions,
): Promise<OpenedIntents> {
  const opened = await openIntents(blob, record, keys);
  const { notes, asset } = state.terms;
  if (notes === undefined) return opened;
  const terms = { ...notes, asset, circuit: await circuitOf(state, blobs, pages) };
  const parts: Promise<readonly IntentReading[]>[] = [];
  for (let from = 0; from < opened.items.length; from += provedAtOnce) {
    const items = opened.items.slice(from, from + provedAtOnce);
    const claimed = spendsOf(state, items);
    // Of the bytes of the batch, so that whoever makes the state again comes to the same.
    const weights = `batch ${digestOf(blob)} ${from}`;
    const asked = spends.reasonsOf({ spends: claimed.filter((spend) => spend !== null), terms, weights });
    const part = asked.then((reasons) => markProven(items, claimed, reasons));
    // Awaited with the others; until then a thread that ended must not end the process.
    part.catch(() => undefined);
    parts.push(part);
    // Sessions and deadlines get their turn in between.
    await setImmediate();
  }
  return { ...opened, items: (await Promise.all(parts)).flat() };
}

/** The circuit of a charter, for everybody to fetch by the digests that receipts name. */
export async function keepCircuit({ circuit }: Charter, blobs: TaskBlobs): Promise<void> {
  if (circuit === undefined) return;
  await blobs.put(circuit.manifest);
  await blobs.put(circuit.vkey);
}

/** @returns null where no note moved */
export async function keepMoves({ state, moves }: BatchResult, blobs: TaskBlobs): Promise<Digest | null> {
  if (moves.length === 0) return null;
  const { version, terms } = state;
  return await blobs.put(encodeMoves({ ledger: terms.ledger, version, moves }));
}

/** What a receipt says of notes; nothing on a ledger without. */
export function claimsOfNotes(
  { terms, made }: LedgerState,
  before: LedgerState,
  moves: Digest | null,
): Pick<BatchReceipt, 'notes'> {
  if (terms.notes === undefined) return {};
  const { manifest, vkey } = terms.notes;
  const counts = { before: before.made?.notes ?? 0, after: made?.notes ?? 0 };
  return { notes: { issuer: terms.issuer, manifest, vkey, ...counts, moves } };
}

/** Blobs that a bundle carries, so that who has it can verify the proofs. */
export function noteBlobs({ terms }: LedgerState, moves: Digest | null): readonly Digest[] {
  if (terms.notes === undefined) return [];
  return [terms.notes.manifest, terms.notes.vkey, ...(moves === null ? [] : [moves])];
}

async function circuitOf({ terms }: LedgerState, blobs: TaskBlobs, pages: ByteCache): Promise<SpendCircuit> {
  const bytesOf = async (digest: Digest): Promise<Uint8Array> => {
    const cached = pages.get(digest);
    if (cached !== undefined) return cached;
    const bytes = await blobs.get(digest);
    if (digestOf(bytes) !== digest)
      throw refusal('STATE_INVALID', `circuit ${digest}: the blob store returned another blob`);
    pages.put(digest, bytes);
    return bytes;
  };
  if (terms.notes === undefined) throw new Error('a ledger without notes has no circuit');
  return { manifest: await bytesOf(terms.notes.manifest), vkey: await bytesOf(terms.notes.vkey) };
}
