// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { ReappraisedRun as _sealflow_evidence_v1_ReappraisedRun, ReappraisedRun__Output as _sealflow_evidence_v1_ReappraisedRun__Output } from '../../../sealflow/evidence/v1/ReappraisedRun.js';

export interface ReappraiseRunsResponse {
  'runs'?: (_sealflow_evidence_v1_ReappraisedRun)[];
  'nextPageToken'?: (string);
  'judgedCount'?: (number);
}

export interface ReappraiseRunsResponse__Output {
  'runs': (_sealflow_evidence_v1_ReappraisedRun__Output)[];
  'nextPageToken': (string);
  'judgedCount': (number);
}
