import { Injectable } from '@nestjs/common';
import {
  ApiError,
  type Ledger,
  type ListLedgerEntriesRequest__Output,
  type ListLedgerEntriesResponse,
} from '#contracts';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { parseLedgerName, runName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { entryList } from './ledger-lists.js';
import { LedgerStore } from './ledger-store.js';

/** Heads and receipts of ledgers, as both sides of the API show them. */
@Injectable()
export class LedgerReader {
  constructor(
    private readonly ledgers: LedgerStore,
    private readonly tokens: PageTokens,
  ) {}

  async get(name: string): Promise<Ledger> {
    const { tenant, ledger } = parseLedgerName(name);
    const row = await this.ledgers.find(tenant, ledger);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no ledger ${name}`);
    return {
      name,
      version: String(row.version),
      availablePage: row.available,
      reservedPage: row.reserved,
      receipt: row.receipt,
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
}
