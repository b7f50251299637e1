// Messages and handlers of ledgers.

export type {
  GetIntentsRequest,
  GetIntentsRequest__Output,
} from './generated/sealflow/ledger/v1/GetIntentsRequest.js';
export type {
  GetIntentsResponse,
  GetIntentsResponse__Output,
} from './generated/sealflow/ledger/v1/GetIntentsResponse.js';
export type {
  GetLedgerRequest,
  GetLedgerRequest__Output,
} from './generated/sealflow/ledger/v1/GetLedgerRequest.js';
export type {
  GetLedgerResponse,
  GetLedgerResponse__Output,
} from './generated/sealflow/ledger/v1/GetLedgerResponse.js';
export type {
  IntentEnvelope,
  IntentEnvelope__Output,
} from './generated/sealflow/ledger/v1/IntentEnvelope.js';
export type { Ledger, Ledger__Output } from './generated/sealflow/ledger/v1/Ledger.js';
export type { LedgerBatch, LedgerBatch__Output } from './generated/sealflow/ledger/v1/LedgerBatch.js';
export type { LedgerEntry, LedgerEntry__Output } from './generated/sealflow/ledger/v1/LedgerEntry.js';
export type { LedgerPage, LedgerPage__Output } from './generated/sealflow/ledger/v1/LedgerPage.js';
export type { LedgerServiceHandlers } from './generated/sealflow/ledger/v1/LedgerService.js';
export type {
  ListLedgerBatchesRequest,
  ListLedgerBatchesRequest__Output,
} from './generated/sealflow/ledger/v1/ListLedgerBatchesRequest.js';
export type {
  ListLedgerBatchesResponse,
  ListLedgerBatchesResponse__Output,
} from './generated/sealflow/ledger/v1/ListLedgerBatchesResponse.js';
export type {
  ListLedgerEntriesRequest,
  ListLedgerEntriesRequest__Output,
} from './generated/sealflow/ledger/v1/ListLedgerEntriesRequest.js';
export type {
  ListLedgerEntriesResponse,
  ListLedgerEntriesResponse__Output,
} from './generated/sealflow/ledger/v1/ListLedgerEntriesResponse.js';
export type {
  SubmitIntentsRequest,
  SubmitIntentsRequest__Output,
} from './generated/sealflow/ledger/v1/SubmitIntentsRequest.js';
export type {
  SubmitIntentsResponse,
  SubmitIntentsResponse__Output,
} from './generated/sealflow/ledger/v1/SubmitIntentsResponse.js';
export type {
  SubmittedIntents,
  SubmittedIntents__Output,
} from './generated/sealflow/ledger/v1/SubmittedIntents.js';
export type {
  WatchIntentsRequest,
  WatchIntentsRequest__Output,
} from './generated/sealflow/ledger/v1/WatchIntentsRequest.js';
export type {
  WatchIntentsResponse,
  WatchIntentsResponse__Output,
} from './generated/sealflow/ledger/v1/WatchIntentsResponse.js';
