// Original file: /proto/sealflow/retention/v1/retention.proto

import type { LegalHold as _sealflow_retention_v1_LegalHold, LegalHold__Output as _sealflow_retention_v1_LegalHold__Output } from '../../../sealflow/retention/v1/LegalHold.js';

export interface ListHoldsResponse {
  'holds'?: (_sealflow_retention_v1_LegalHold)[];
}

export interface ListHoldsResponse__Output {
  'holds': (_sealflow_retention_v1_LegalHold__Output)[];
}
