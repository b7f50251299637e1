// Original file: /proto/sealflow/retention/v1/retention.proto

import type { RetentionRule as _sealflow_retention_v1_RetentionRule, RetentionRule__Output as _sealflow_retention_v1_RetentionRule__Output } from '../../../sealflow/retention/v1/RetentionRule.js';

export interface SetRetentionResponse {
  'rule'?: (_sealflow_retention_v1_RetentionRule | null);
}

export interface SetRetentionResponse__Output {
  'rule': (_sealflow_retention_v1_RetentionRule__Output | null);
}
