import { digestOf, fromBase64 } from '#canonical';
import type { FheCalls, OpenTask, TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import type { ByteCache } from './byte-cache.js';
import { ChainStates } from './chain-states.js';
import type { LedgerAt } from './ledger-at.js';
import { type EpochKeys, type LedgerRecord, ledgerKeyOf } from './ledger-secrets.js';
import type { LedgerVault } from './ledger-vault.js';
import type { RateLimit } from './rate-limit.js';
import type { SpendVerifier } from './spend-verifier.js';

/** What all operations of the key enclave share. */
export interface EnclaveParts {
  /** Started with `keyed: true` and the parameters `ledger-pages`. */
  readonly fhe: FheCalls;
  readonly vault: LedgerVault;
  /** Ciphertexts and public keys of late. */
  readonly pages: ByteCache;
  readonly states: LedgersInMemory;
  readonly spends: SpendVerifier;
  /** How often one asker of a ledger may ask to be shown something. */
  readonly askers: RateLimit;
  readonly random: (count: number) => Uint8Array;
  readonly now: () => number;
}

/** Ledgers whose state is in memory; the one that was asked for longest ago is forgotten first, and made again. */
export class LedgersInMemory {
  readonly #ledgers = new Map<string, ChainStates<LedgerAt>>();

  constructor(private readonly ledgersMax: number) {}

  of({ tenant, ledger }: LedgerRecord): ChainStates<LedgerAt> {
    const name = `${tenant}|${ledger}`;
    const states = this.#ledgers.get(name) ?? new ChainStates<LedgerAt>();
    this.#ledgers.delete(name);
    this.#ledgers.set(name, states);
    const [oldest] = this.#ledgers.keys();
    if (this.#ledgers.size > this.ledgersMax && oldest !== undefined) this.#ledgers.delete(oldest);
    return states;
  }
}

/** Refuses with `LEDGER_UNKNOWN`. */
export async function recordOf(parts: EnclaveParts, tenant: string, ledger: string): Promise<LedgerRecord> {
  const record = await parts.vault.load(tenant, ledger);
  if (record !== null) return record;
  throw refusal(
    'LEDGER_UNKNOWN',
    'this key enclave holds no secrets of the ledger; hand it the recovery shares with ledger.recover',
  );
}

/** The public key of an epoch, by the digest that this enclave sealed away. */
export async function publicKeyOf(
  { publicKeyId }: Pick<EpochKeys, 'publicKeyId'>,
  blobs: TaskBlobs,
  pages: ByteCache,
): Promise<Uint8Array> {
  const cached = pages.get(publicKeyId);
  if (cached !== undefined) return cached;
  const bytes = await blobs.get(publicKeyId);
  if (digestOf(bytes) !== publicKeyId) {
    throw refusal('STATE_INVALID', `public key ${publicKeyId}: the blob store returned another blob`);
  }
  pages.put(publicKeyId, bytes);
  return bytes;
}

/** What a receipt says of keys and of the task, which no change of a ledger alters. */
export function receiptBasis(record: LedgerRecord, keys: EpochKeys, { runId, taskId }: OpenTask) {
  const { ledger, charter } = record;
  const { epoch, keyId, publicKeyId } = keys;
  return { ledger, charter, epoch, keyId, publicKeyId, runId, taskId, ledgerKey: ledgerKeyOf(record) };
}

export function signingSeedOf({ signingSeed }: LedgerRecord): Uint8Array {
  return fromBase64(signingSeed);
}
