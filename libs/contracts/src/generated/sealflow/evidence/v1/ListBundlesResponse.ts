// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { BundleSummary as _sealflow_evidence_v1_BundleSummary, BundleSummary__Output as _sealflow_evidence_v1_BundleSummary__Output } from '../../../sealflow/evidence/v1/BundleSummary.js';

export interface ListBundlesResponse {
  'bundles'?: (_sealflow_evidence_v1_BundleSummary)[];
  'nextPageToken'?: (string);
}

export interface ListBundlesResponse__Output {
  'bundles': (_sealflow_evidence_v1_BundleSummary__Output)[];
  'nextPageToken': (string);
}
