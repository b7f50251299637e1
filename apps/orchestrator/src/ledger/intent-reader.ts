import { Injectable } from '@nestjs/common';
import type { SubmittedIntents } from '#contracts';
import { LedgerError, outcomesFormat, parseFrames } from '#ledger';
import { BlobStore } from '../blobs/blob-store.js';
import { Keyring } from '../keys/keyring.js';
import { runName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { BatchStore } from './batch-store.js';
import { IntentQueue, type IntentStatus } from './intent-queue.js';

const states = {
  queued: 'INTENT_STATE_QUEUED',
  batched: 'INTENT_STATE_BATCHED',
  done: 'INTENT_STATE_DONE',
  refused: 'INTENT_STATE_REFUSED',
} as const;

/** Outcomes of batches that are kept split; each is at most a blob. */
const KEPT_MAX = 8;

/** What became of envelopes, with their sealed outcomes. */
@Injectable()
export class IntentReader {
  readonly #outcomes = new Map<string, readonly Uint8Array[]>();

  constructor(
    private readonly queue: IntentQueue,
    private readonly batches: BatchStore,
    private readonly blobs: BlobStore,
    private readonly keys: Keyring,
  ) {
    keys.onChange(() => this.#outcomes.clear());
  }

  /** Those that are there, in the order of their digests. */
  async find(tenant: string, ledger: string, digests: readonly string[]): Promise<SubmittedIntents[]> {
    await this.keys.requireActive(tenant);
    const rows = await this.queue.find(tenant, ledger, digests);
    const batches = new Set(
      rows.flatMap(({ state, batch }) => (state === 'done' && batch !== null ? batch : [])),
    );
    const outcomes = new Map<string, readonly Uint8Array[]>();
    for (const batch of batches) outcomes.set(batch, await this.#outcomesOf(tenant, batch));
    const byDigest = new Map(rows.map((row) => [row.digest, row]));
    return digests.flatMap((digest) => {
      const row = byDigest.get(digest);
      return row === undefined ? [] : message(tenant, row, outcomes.get(row.batch ?? '') ?? []);
    });
  }

  async #outcomesOf(tenant: string, batch: string): Promise<readonly Uint8Array[]> {
    const known = this.#outcomes.get(batch);
    if (known !== undefined) return known;
    const row = await this.batches.find(batch);
    if (row?.outcomes == null) return [];
    const blob = row.outcomes;
    const bytes = await this.blobs.getFor(tenant, blob);
    const entries = framesOf(bytes);
    if (this.#outcomes.size >= KEPT_MAX) this.#outcomes.clear();
    this.#outcomes.set(batch, entries);
    return entries;
  }
}

/** An enclave that wrote none can be read by nobody; its batch counts all the same. */
function framesOf(bytes: Uint8Array): readonly Uint8Array[] {
  try {
    return parseFrames(outcomesFormat, bytes);
  } catch (error) {
    if (error instanceof LedgerError) return [];
    throw error;
  }
}

function message(tenant: string, row: IntentStatus, outcomes: readonly Uint8Array[]): SubmittedIntents {
  const { digest, state, batch, position, version, reason, createdAt, endedAt } = row;
  return {
    digest,
    state: states[state as keyof typeof states],
    version: version === null ? '' : String(version),
    run: batch === null ? '' : runName(tenant, batch),
    outcome: Buffer.from((state === 'done' && position !== null ? outcomes[position] : undefined) ?? []),
    reason: reason ?? '',
    submitTime: timestamp(createdAt),
    endTime: timestamp(endedAt),
  };
}
