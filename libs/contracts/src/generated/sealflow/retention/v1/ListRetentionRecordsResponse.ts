// Original file: /proto/sealflow/retention/v1/retention.proto

import type { RetentionRecord as _sealflow_retention_v1_RetentionRecord, RetentionRecord__Output as _sealflow_retention_v1_RetentionRecord__Output } from '../../../sealflow/retention/v1/RetentionRecord.js';

export interface ListRetentionRecordsResponse {
  'records'?: (_sealflow_retention_v1_RetentionRecord)[];
  'nextPageToken'?: (string);
}

export interface ListRetentionRecordsResponse__Output {
  'records': (_sealflow_retention_v1_RetentionRecord__Output)[];
  'nextPageToken': (string);
}
