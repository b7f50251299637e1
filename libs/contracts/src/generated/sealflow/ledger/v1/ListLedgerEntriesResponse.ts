// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { LedgerEntry as _sealflow_ledger_v1_LedgerEntry, LedgerEntry__Output as _sealflow_ledger_v1_LedgerEntry__Output } from '../../../sealflow/ledger/v1/LedgerEntry.js';

export interface ListLedgerEntriesResponse {
  'entries'?: (_sealflow_ledger_v1_LedgerEntry)[];
  'nextPageToken'?: (string);
}

export interface ListLedgerEntriesResponse__Output {
  'entries': (_sealflow_ledger_v1_LedgerEntry__Output)[];
  'nextPageToken': (string);
}
