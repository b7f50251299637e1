// Original file: /proto/sealflow/run/v1/run.proto

import type { Run as _sealflow_run_v1_Run, Run__Output as _sealflow_run_v1_Run__Output } from '../../../sealflow/run/v1/Run.js';

export interface CurrentRun {
  'run'?: (_sealflow_run_v1_Run | null);
  'sequence'?: (string);
  'digest'?: (Buffer | Uint8Array | string);
}

export interface CurrentRun__Output {
  'run': (_sealflow_run_v1_Run__Output | null);
  'sequence': (string);
  'digest': (Buffer);
}
