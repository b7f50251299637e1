// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { SubmittedIntents as _sealflow_ledger_v1_SubmittedIntents, SubmittedIntents__Output as _sealflow_ledger_v1_SubmittedIntents__Output } from '../../../sealflow/ledger/v1/SubmittedIntents.js';

export interface SubmitIntentsResponse {
  'submitted'?: (_sealflow_ledger_v1_SubmittedIntents)[];
}

export interface SubmitIntentsResponse__Output {
  'submitted': (_sealflow_ledger_v1_SubmittedIntents__Output)[];
}
