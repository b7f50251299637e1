// Original file: /proto/sealflow/report/v1/report.proto

import type { Policy as _sealflow_report_v1_Policy, Policy__Output as _sealflow_report_v1_Policy__Output } from '../../../sealflow/report/v1/Policy.js';

export interface ListPoliciesResponse {
  'policies'?: (_sealflow_report_v1_Policy)[];
}

export interface ListPoliciesResponse__Output {
  'policies': (_sealflow_report_v1_Policy__Output)[];
}
