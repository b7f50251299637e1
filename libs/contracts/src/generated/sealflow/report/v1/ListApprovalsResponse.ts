// Original file: /proto/sealflow/report/v1/report.proto

import type { WaitingApproval as _sealflow_report_v1_WaitingApproval, WaitingApproval__Output as _sealflow_report_v1_WaitingApproval__Output } from '../../../sealflow/report/v1/WaitingApproval.js';

export interface ListApprovalsResponse {
  'approvals'?: (_sealflow_report_v1_WaitingApproval)[];
  'nextPageToken'?: (string);
}

export interface ListApprovalsResponse__Output {
  'approvals': (_sealflow_report_v1_WaitingApproval__Output)[];
  'nextPageToken': (string);
}
