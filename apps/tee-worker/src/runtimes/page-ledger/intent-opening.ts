/**
 * The sealed intents of a batch. Whoever submitted them is trusted with nothing: an envelope that does not open counts
 * as one without intents, and what is wrong with an intent is for its own outcome. Only a batch that nobody could have
 * made by the rules is refused as a whole.
 */
import { setImmediate } from 'node:timers/promises';
import { fromBase64 } from '#canonical';
import {
  type IntentReading,
  intentsFormat,
  LedgerError,
  ledgerLimits,
  openIntentEnvelope,
  parseFrames,
  readIntent,
} from '#ledger';
import { refusal } from '../shared/ledger-error.js';
import type { EpochKeys, LedgerRecord } from './ledger-secrets.js';

/** A signature takes a tenth of a millisecond: sessions and deadlines get their turn between these. */
const turnIntents = 128;

export interface OpenedIntents {
  /** Of all envelopes, in order. */
  readonly items: readonly IntentReading[];
  /** How many of them each envelope held; 0 for one that does not open. */
  readonly counts: readonly number[];
}

/** Refuses with `INTENT_INVALID` or `LIMIT_EXCEEDED`. @param keys of the epoch that the batch is in */
export async function openIntents(
  blob: Uint8Array,
  record: LedgerRecord,
  keys: EpochKeys,
): Promise<OpenedIntents> {
  const secretKeys = intentKeysOf(record, keys);
  const items: IntentReading[] = [];
  const counts: number[] = [];
  for (const envelope of envelopesOf(blob)) {
    const intents = await opened(envelope, secretKeys, record);
    if (items.length + intents.length > ledgerLimits.batchIntentsMax) {
      throw refusal(
        'LIMIT_EXCEEDED',
        `the batch holds more than ${ledgerLimits.batchIntentsMax} intents; make it of fewer envelopes`,
      );
    }
    for (const intent of intents) {
      items.push(readIntent(intent));
      if (items.length % turnIntents === 0) await setImmediate();
    }
    counts.push(intents.length);
  }
  return { items, counts };
}

/** With that of the epoch before: who sealed under it is told EPOCH_WRONG for each intent, instead of nothing. */
function intentKeysOf({ epochs }: LedgerRecord, { epoch }: EpochKeys): readonly Uint8Array[] {
  const wanted = [epoch, epoch - 1];
  return wanted
    .flatMap((one) => epochs.filter((keys) => keys.epoch === one))
    .map((keys) => fromBase64(keys.intentKey));
}

async function opened(
  envelope: Uint8Array,
  secretKeys: readonly Uint8Array[],
  { tenant, ledger }: LedgerRecord,
): Promise<readonly Uint8Array[]> {
  for (const secretKey of secretKeys) {
    const intents = await openIntentEnvelope(envelope, secretKey, { tenant, ledger });
    if (intents !== null) return intents;
  }
  return [];
}

function envelopesOf(blob: Uint8Array): readonly Uint8Array[] {
  try {
    return parseFrames(intentsFormat, blob);
  } catch (error) {
    if (error instanceof LedgerError) throw refusal('INTENT_INVALID', `intents: ${error.message}`);
    throw error;
  }
}
