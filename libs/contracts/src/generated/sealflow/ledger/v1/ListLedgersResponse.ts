// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { LedgerSummary as _sealflow_ledger_v1_LedgerSummary, LedgerSummary__Output as _sealflow_ledger_v1_LedgerSummary__Output } from '../../../sealflow/ledger/v1/LedgerSummary.js';

export interface ListLedgersResponse {
  'ledgers'?: (_sealflow_ledger_v1_LedgerSummary)[];
  'nextPageToken'?: (string);
}

export interface ListLedgersResponse__Output {
  'ledgers': (_sealflow_ledger_v1_LedgerSummary__Output)[];
  'nextPageToken': (string);
}
