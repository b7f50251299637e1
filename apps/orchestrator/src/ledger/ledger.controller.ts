import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetLedgerRequest__Output,
  GetLedgerResponse,
  ListLedgerEntriesRequest__Output,
  ListLedgerEntriesResponse,
  ListLedgersRequest__Output,
  ListLedgersResponse,
} from '#contracts';
import { LedgerReader } from './ledger-reader.js';

/** Heads and receipts of ledgers. Balances are nowhere here: only their owners can open them. */
@Controller()
export class LedgerController {
  constructor(private readonly reader: LedgerReader) {}

  @GrpcMethod('LedgerService', 'ListLedgers')
  listLedgers(request: ListLedgersRequest__Output): Promise<ListLedgersResponse> {
    return this.reader.list(request);
  }

  @GrpcMethod('LedgerService', 'GetLedger')
  async getLedger(request: GetLedgerRequest__Output): Promise<GetLedgerResponse> {
    return { ledger: await this.reader.get(request.name) };
  }

  @GrpcMethod('LedgerService', 'ListLedgerEntries')
  listLedgerEntries(request: ListLedgerEntriesRequest__Output): Promise<ListLedgerEntriesResponse> {
    return this.reader.entries(request);
  }
}
