// Original file: /proto/sealflow/report/v1/report.proto

import type { Run as _sealflow_run_v1_Run, Run__Output as _sealflow_run_v1_Run__Output } from '../../../sealflow/run/v1/Run.js';

export interface SampledRun {
  'rank'?: (string);
  'run'?: (_sealflow_run_v1_Run | null);
}

export interface SampledRun__Output {
  'rank': (string);
  'run': (_sealflow_run_v1_Run__Output | null);
}
