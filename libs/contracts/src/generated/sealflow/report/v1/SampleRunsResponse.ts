// Original file: /proto/sealflow/report/v1/report.proto

import type { SampledRun as _sealflow_report_v1_SampledRun, SampledRun__Output as _sealflow_report_v1_SampledRun__Output } from '../../../sealflow/report/v1/SampledRun.js';

export interface SampleRunsResponse {
  'runs'?: (_sealflow_report_v1_SampledRun)[];
  'population'?: (number);
  'populationDigest'?: (string);
  'seed'?: (string);
  'filter'?: (string);
}

export interface SampleRunsResponse__Output {
  'runs': (_sealflow_report_v1_SampledRun__Output)[];
  'population': (number);
  'populationDigest': (string);
  'seed': (string);
  'filter': (string);
}
