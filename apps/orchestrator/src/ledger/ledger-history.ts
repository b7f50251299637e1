import { Injectable } from '@nestjs/common';
import { type Digest, parseDigest } from '#canonical';
import { ApiError } from '#contracts';
import { openLedgerBatch, type SignedBatchReceipt } from '#evidence';
import { BlobStore } from '../blobs/blob-store.js';
import { PageTokens } from '../listing/page-tokens.js';
import { invalidField } from '../request-fields.js';
import { parseLedgerName } from '../runs/resource-names.js';
import { PageLedgerStore } from './page-ledger-store.js';

/** A receipt has a few kilobytes. */
const RECEIPTS_MAX = 50;

export interface ReceiptPage {
  /** The newest first; each is named by the one before it in this list. */
  readonly receipts: readonly {
    readonly digest: string;
    readonly version: number;
    readonly statement: string;
  }[];
  readonly nextPageToken: string;
}

/**
 * The history of a ledger of pages for whoever replays it: signed receipts from the head down to the founding, and the
 * ciphertexts that these name. All of it is sealed to the ledger's key, and nothing is asked to be believed: receipts
 * are signed, each names the one before, and ciphertexts count by their digests.
 */
@Injectable()
export class LedgerHistory {
  constructor(
    private readonly ledgers: PageLedgerStore,
    private readonly blobs: BlobStore,
    private readonly tokens: PageTokens,
  ) {}

  async receipts(name: string, pageToken: string): Promise<ReceiptPage> {
    const { tenant, ledger } = parseLedgerName(name);
    const question = { method: 'ListLedgerReceipts', scope: name };
    const after = this.tokens.open(question, pageToken)?.['receipt'];
    let next: string | null = after === undefined ? await this.#head(name) : String(after);
    const receipts: ReceiptPage['receipts'][number][] = [];
    while (next !== null && receipts.length < RECEIPTS_MAX) {
      const bytes = await this.blobs.getFor(tenant, next);
      const { receipt } = this.#open(bytes, ledger, next);
      const statement = Buffer.from(bytes).toString('base64');
      receipts.push({ digest: next, version: receipt.version, statement });
      next = receipt.prevReceipt;
    }
    const nextPageToken = next === null ? '' : this.tokens.seal(question, { receipt: next });
    return { receipts, nextPageToken };
  }

  /** @param of digest of a receipt of this ledger that names the ciphertext */
  async ciphertext(name: string, of: string, digest: string): Promise<Uint8Array> {
    const { tenant, ledger } = parseLedgerName(name);
    await this.#head(name);
    const named = this.#digest('receipt', of);
    const wanted = this.#digest('ciphertext', digest);
    const { receipt } = this.#open(await this.blobs.getFor(tenant, named), ledger, named);
    const known = receipt.changes.some(({ prev, delta, next }) => [prev, delta, next].includes(wanted));
    if (!known) throw new ApiError('NOT_FOUND', `receipt ${named} names no ciphertext ${wanted}`);
    return this.blobs.getFor(tenant, wanted);
  }

  async #head(name: string): Promise<string> {
    const { tenant, ledger } = parseLedgerName(name);
    const row = await this.ledgers.find(tenant, ledger);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no ledger of pages ${name}`);
    return row.receipt;
  }

  /** A blob that is no receipt of this ledger is none that this address has. */
  #open(bytes: Uint8Array, ledger: string, digest: string): SignedBatchReceipt {
    try {
      const opened = openLedgerBatch(bytes);
      if (opened.receipt.ledger === ledger) return opened;
    } catch {
      // What the blob is instead is nobody's business here.
    }
    throw new ApiError('NOT_FOUND', `ledger ${ledger} has no receipt ${digest}`);
  }

  #digest(field: string, text: string): Digest {
    const digest = /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : text;
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw invalidField(field, '64 hex digits of a SHA-256');
    return parseDigest(digest);
  }
}
