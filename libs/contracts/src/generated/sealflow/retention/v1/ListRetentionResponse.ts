// Original file: /proto/sealflow/retention/v1/retention.proto

import type { RetentionRule as _sealflow_retention_v1_RetentionRule, RetentionRule__Output as _sealflow_retention_v1_RetentionRule__Output } from '../../../sealflow/retention/v1/RetentionRule.js';

export interface ListRetentionResponse {
  'rules'?: (_sealflow_retention_v1_RetentionRule)[];
}

export interface ListRetentionResponse__Output {
  'rules': (_sealflow_retention_v1_RetentionRule__Output)[];
}
