// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { SubmittedIntents as _sealflow_ledger_v1_SubmittedIntents, SubmittedIntents__Output as _sealflow_ledger_v1_SubmittedIntents__Output } from '../../../sealflow/ledger/v1/SubmittedIntents.js';

export interface GetIntentsResponse {
  'submitted'?: (_sealflow_ledger_v1_SubmittedIntents)[];
}

export interface GetIntentsResponse__Output {
  'submitted': (_sealflow_ledger_v1_SubmittedIntents__Output)[];
}
