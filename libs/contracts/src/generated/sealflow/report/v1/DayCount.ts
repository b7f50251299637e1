// Original file: /proto/sealflow/report/v1/report.proto

import type { StateCount as _sealflow_report_v1_StateCount, StateCount__Output as _sealflow_report_v1_StateCount__Output } from '../../../sealflow/report/v1/StateCount.js';
import type { LevelCount as _sealflow_report_v1_LevelCount, LevelCount__Output as _sealflow_report_v1_LevelCount__Output } from '../../../sealflow/report/v1/LevelCount.js';

export interface DayCount {
  'day'?: (string);
  'states'?: (_sealflow_report_v1_StateCount)[];
  'levels'?: (_sealflow_report_v1_LevelCount)[];
}

export interface DayCount__Output {
  'day': (string);
  'states': (_sealflow_report_v1_StateCount__Output)[];
  'levels': (_sealflow_report_v1_LevelCount__Output)[];
}
