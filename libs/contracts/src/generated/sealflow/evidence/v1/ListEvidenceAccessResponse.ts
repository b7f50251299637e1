// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { EvidenceAccess as _sealflow_evidence_v1_EvidenceAccess, EvidenceAccess__Output as _sealflow_evidence_v1_EvidenceAccess__Output } from '../../../sealflow/evidence/v1/EvidenceAccess.js';

export interface ListEvidenceAccessResponse {
  'accesses'?: (_sealflow_evidence_v1_EvidenceAccess)[];
  'nextPageToken'?: (string);
}

export interface ListEvidenceAccessResponse__Output {
  'accesses': (_sealflow_evidence_v1_EvidenceAccess__Output)[];
  'nextPageToken': (string);
}
