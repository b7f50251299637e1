// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { LogCheckpoint as _sealflow_evidence_v1_LogCheckpoint, LogCheckpoint__Output as _sealflow_evidence_v1_LogCheckpoint__Output } from '../../../sealflow/evidence/v1/LogCheckpoint.js';

export interface ListCheckpointsResponse {
  'checkpoints'?: (_sealflow_evidence_v1_LogCheckpoint)[];
  'nextPageToken'?: (string);
}

export interface ListCheckpointsResponse__Output {
  'checkpoints': (_sealflow_evidence_v1_LogCheckpoint__Output)[];
  'nextPageToken': (string);
}
