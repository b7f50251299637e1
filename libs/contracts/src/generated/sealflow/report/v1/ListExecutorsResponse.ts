// Original file: /proto/sealflow/report/v1/report.proto

import type { Executor as _sealflow_report_v1_Executor, Executor__Output as _sealflow_report_v1_Executor__Output } from '../../../sealflow/report/v1/Executor.js';
import type { UsedModel as _sealflow_report_v1_UsedModel, UsedModel__Output as _sealflow_report_v1_UsedModel__Output } from '../../../sealflow/report/v1/UsedModel.js';

export interface ListExecutorsResponse {
  'executors'?: (_sealflow_report_v1_Executor)[];
  'models'?: (_sealflow_report_v1_UsedModel)[];
  'runs'?: (number);
}

export interface ListExecutorsResponse__Output {
  'executors': (_sealflow_report_v1_Executor__Output)[];
  'models': (_sealflow_report_v1_UsedModel__Output)[];
  'runs': (number);
}
