// Original file: /proto/sealflow/run/v1/run.proto

import type { Run as _sealflow_run_v1_Run, Run__Output as _sealflow_run_v1_Run__Output } from '../../../sealflow/run/v1/Run.js';

export interface ResumeRunResponse {
  'run'?: (_sealflow_run_v1_Run | null);
}

export interface ResumeRunResponse__Output {
  'run': (_sealflow_run_v1_Run__Output | null);
}
