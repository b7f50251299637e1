// Original file: /proto/sealflow/report/v1/report.proto

import type { RunState as _sealflow_run_v1_RunState, RunState__Output as _sealflow_run_v1_RunState__Output } from '../../../sealflow/run/v1/RunState.js';

export interface StateCount {
  'state'?: (_sealflow_run_v1_RunState);
  'runs'?: (number);
}

export interface StateCount__Output {
  'state': (_sealflow_run_v1_RunState__Output);
  'runs': (number);
}
