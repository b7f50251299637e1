// Original file: /proto/sealflow/report/v1/report.proto

import type { Policy as _sealflow_report_v1_Policy, Policy__Output as _sealflow_report_v1_Policy__Output } from '../../../sealflow/report/v1/Policy.js';

export interface GetPolicyResponse {
  'policy'?: (_sealflow_report_v1_Policy | null);
}

export interface GetPolicyResponse__Output {
  'policy': (_sealflow_report_v1_Policy__Output | null);
}
