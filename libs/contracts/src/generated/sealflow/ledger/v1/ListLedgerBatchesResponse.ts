// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { LedgerBatch as _sealflow_ledger_v1_LedgerBatch, LedgerBatch__Output as _sealflow_ledger_v1_LedgerBatch__Output } from '../../../sealflow/ledger/v1/LedgerBatch.js';

export interface ListLedgerBatchesResponse {
  'batches'?: (_sealflow_ledger_v1_LedgerBatch)[];
  'nextPageToken'?: (string);
}

export interface ListLedgerBatchesResponse__Output {
  'batches': (_sealflow_ledger_v1_LedgerBatch__Output)[];
  'nextPageToken': (string);
}
