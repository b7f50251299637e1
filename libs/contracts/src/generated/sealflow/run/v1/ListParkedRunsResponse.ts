// Original file: /proto/sealflow/run/v1/run.proto

import type { ParkedRun as _sealflow_run_v1_ParkedRun, ParkedRun__Output as _sealflow_run_v1_ParkedRun__Output } from '../../../sealflow/run/v1/ParkedRun.js';

export interface ListParkedRunsResponse {
  'runs'?: (_sealflow_run_v1_ParkedRun)[];
  'nextPageToken'?: (string);
}

export interface ListParkedRunsResponse__Output {
  'runs': (_sealflow_run_v1_ParkedRun__Output)[];
  'nextPageToken': (string);
}
