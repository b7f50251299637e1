import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  ApiError,
  type GetLedgerRequest__Output,
  type GetLedgerResponse,
  type ListLedgerEntriesRequest__Output,
  type ListLedgerEntriesResponse,
} from '#contracts';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { parseLedgerName, runName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { entryList } from './ledger-lists.js';
import { LedgerStore } from './ledger-store.js';

/** Heads and receipts of ledgers. Balances are nowhere here: only their owners can open them. */
@Controller()
export class LedgerController {
  constructor(
    private readonly ledgers: LedgerStore,
    private readonly tokens: PageTokens,
  ) {}

  @GrpcMethod('LedgerService', 'GetLedger')
  async getLedger(request: GetLedgerRequest__Output): Promise<GetLedgerResponse> {
    const { tenant, ledger } = parseLedgerName(request.name);
    const row = await this.ledgers.find(tenant, ledger);
    if (row === undefined) throw new ApiError('NOT_FOUND', `no ledger ${request.name}`);
    return {
      ledger: {
        name: request.name,
        version: String(row.version),
        availablePage: row.available,
        reservedPage: row.reserved,
        receipt: row.receipt,
      },
    };
  }

  @GrpcMethod('LedgerService', 'ListLedgerEntries')
  async listLedgerEntries(request: ListLedgerEntriesRequest__Output): Promise<ListLedgerEntriesResponse> {
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
