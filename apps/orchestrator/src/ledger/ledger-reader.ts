import { Injectable } from '@nestjs/common';
import {
  ApiError,
  type Ledger,
  type LedgerBatch,
  type ListLedgerBatchesRequest__Output,
  type ListLedgerBatchesResponse,
  type ListLedgerEntriesRequest__Output,
  type ListLedgerEntriesResponse,
  type ListLedgersRequest__Output,
  type ListLedgersResponse,
} from '#contracts';
import { pageSize, parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { parseLedgerName, parseTenantName, runName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { type BatchRow, BatchStore } from './batch-store.js';
import { IntentQueue } from './intent-queue.js';
import { batchList, entryList } from './ledger-lists.js';
import { LedgerStore } from './ledger-store.js';
import { PageLedgerStore } from './page-ledger-store.js';

/** Heads and receipts of ledgers, as both sides of the API show them. */
@Injectable()
export class LedgerReader {
  constructor(
    private readonly ledgers: LedgerStore,
    private readonly pages: PageLedgerStore,
    private readonly queue: IntentQueue,
    private readonly batchStore: BatchStore,
    private readonly tokens: PageTokens,
  ) {}

  /** Ledgers of both kinds; one name is one ledger. */
  async list(request: ListLedgersRequest__Output): Promise<ListLedgersResponse> {
    const tenant = parseTenantName(request.parent);
    const question = { method: 'ListLedgers', scope: tenant };
    const size = pageSize(request.pageSize);
    const after = String(this.tokens.open(question, request.pageToken)?.['ledger'] ?? '');
    const [single, paged] = await Promise.all([
      this.ledgers.named(tenant, after, size + 1),
      this.pages.named(tenant, after, size + 1),
    ]);
    const all = [
      ...single.map((row) => ({ row, paged: false })),
      ...paged.map((row) => ({ row, paged: true })),
    ].sort((one, other) => (one.row.ledger < other.row.ledger ? -1 : 1));
    const page = all.slice(0, size);
    const last = page.at(-1);
    return {
      ledgers: page.map((entry) => ({
        name: `tenants/${tenant}/ledgers/${entry.row.ledger}`,
        version: String(entry.row.version),
        paged: entry.paged,
        receipt: entry.row.receipt,
      })),
      nextPageToken:
        all.length > size && last !== undefined
          ? this.tokens.seal(question, { ledger: last.row.ledger })
          : '',
    };
  }

  async get(name: string): Promise<Ledger> {
    const { tenant, ledger } = parseLedgerName(name);
    const row = await this.ledgers.find(tenant, ledger);
    if (row === undefined) return this.#ofPages(name, tenant, ledger);
    return {
      name,
      version: String(row.version),
      availablePage: row.available,
      reservedPage: row.reserved,
      receipt: row.receipt,
    };
  }

  async #ofPages(name: string, tenant: string, ledger: string): Promise<Ledger> {
    const row = await this.pages.find(tenant, ledger);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no ledger ${name}`);
    const [pages, waiting] = await Promise.all([
      this.pages.pages(tenant, ledger),
      this.queue.waiting(tenant, ledger),
    ]);
    return {
      name,
      version: String(row.version),
      receipt: row.receipt,
      pages: pages.map(({ page, book, digest, version, addCount }) => ({
        page,
        book,
        digest,
        version: String(version),
        addCount,
      })),
      foundingRun: runName(tenant, row.foundingRun),
      intentsWaiting: waiting,
    };
  }

  async entries(request: ListLedgerEntriesRequest__Output): Promise<ListLedgerEntriesResponse> {
    const { tenant, ledger } = parseLedgerName(request.parent);
    const query = parseListQuery(entryList, request.parent, request, this.tokens);
    const { rows, nextPageToken } = query.page(await this.ledgers.entries(tenant, ledger, query));
    return {
      entries: rows.map((row) => ({
        version: String(row.version),
        operation: row.operation,
        run: runName(row.tenant, row.runId),
        receipt: row.receipt,
        time: timestamp(row.time),
      })),
      nextPageToken,
    };
  }

  async batches(request: ListLedgerBatchesRequest__Output): Promise<ListLedgerBatchesResponse> {
    const { tenant, ledger } = parseLedgerName(request.parent);
    const query = parseListQuery(batchList, request.parent, request, this.tokens);
    const { rows, nextPageToken } = query.page(await this.batchStore.list(tenant, ledger, query));
    return { batches: rows.map(batchMessage), nextPageToken };
  }
}

const batchStates = {
  running: 'LEDGER_BATCH_STATE_RUNNING',
  applied: 'LEDGER_BATCH_STATE_APPLIED',
  failed: 'LEDGER_BATCH_STATE_FAILED',
} as const;

function batchMessage(row: BatchRow): LedgerBatch {
  return {
    run: runName(row.tenant, row.batch),
    state: batchStates[row.state as keyof typeof batchStates],
    version: row.version === null ? '' : String(row.version),
    intents: row.intents ?? '',
    outcomes: row.outcomes ?? '',
    receipt: row.receipt ?? '',
    envelopes: row.envelopes,
    reason: row.reason ?? '',
    createTime: timestamp(row.createdAt),
    endTime: timestamp(row.endedAt),
  };
}
