// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { Ledger as _sealflow_ledger_v1_Ledger, Ledger__Output as _sealflow_ledger_v1_Ledger__Output } from '../../../sealflow/ledger/v1/Ledger.js';

export interface GetLedgerResponse {
  'ledger'?: (_sealflow_ledger_v1_Ledger | null);
}

export interface GetLedgerResponse__Output {
  'ledger': (_sealflow_ledger_v1_Ledger__Output | null);
}
