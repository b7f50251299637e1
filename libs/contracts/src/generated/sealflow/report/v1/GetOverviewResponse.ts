// Original file: /proto/sealflow/report/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { StateCount as _sealflow_report_v1_StateCount, StateCount__Output as _sealflow_report_v1_StateCount__Output } from '../../../sealflow/report/v1/StateCount.js';
import type { WorkflowCount as _sealflow_report_v1_WorkflowCount, WorkflowCount__Output as _sealflow_report_v1_WorkflowCount__Output } from '../../../sealflow/report/v1/WorkflowCount.js';
import type { LevelCount as _sealflow_report_v1_LevelCount, LevelCount__Output as _sealflow_report_v1_LevelCount__Output } from '../../../sealflow/report/v1/LevelCount.js';
import type { IncompleteCount as _sealflow_report_v1_IncompleteCount, IncompleteCount__Output as _sealflow_report_v1_IncompleteCount__Output } from '../../../sealflow/report/v1/IncompleteCount.js';
import type { DayCount as _sealflow_report_v1_DayCount, DayCount__Output as _sealflow_report_v1_DayCount__Output } from '../../../sealflow/report/v1/DayCount.js';
import type { LogHealth as _sealflow_report_v1_LogHealth, LogHealth__Output as _sealflow_report_v1_LogHealth__Output } from '../../../sealflow/report/v1/LogHealth.js';

export interface GetOverviewResponse {
  'startTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
  'runs'?: (number);
  'states'?: (_sealflow_report_v1_StateCount)[];
  'workflows'?: (_sealflow_report_v1_WorkflowCount)[];
  'levels'?: (_sealflow_report_v1_LevelCount)[];
  'incomplete'?: (_sealflow_report_v1_IncompleteCount | null);
  'days'?: (_sealflow_report_v1_DayCount)[];
  'log'?: (_sealflow_report_v1_LogHealth | null);
  'approvalsWaiting'?: (number);
  'oldestApprovalTime'?: (_google_protobuf_Timestamp | null);
}

export interface GetOverviewResponse__Output {
  'startTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
  'runs': (number);
  'states': (_sealflow_report_v1_StateCount__Output)[];
  'workflows': (_sealflow_report_v1_WorkflowCount__Output)[];
  'levels': (_sealflow_report_v1_LevelCount__Output)[];
  'incomplete': (_sealflow_report_v1_IncompleteCount__Output | null);
  'days': (_sealflow_report_v1_DayCount__Output)[];
  'log': (_sealflow_report_v1_LogHealth__Output | null);
  'approvalsWaiting': (number);
  'oldestApprovalTime': (_google_protobuf_Timestamp__Output | null);
}
