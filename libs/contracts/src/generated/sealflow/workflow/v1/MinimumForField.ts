// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { Assurance as _sealflow_run_v1_Assurance, Assurance__Output as _sealflow_run_v1_Assurance__Output } from '../../../sealflow/run/v1/Assurance.js';

export interface MinimumForField {
  'reference'?: (string);
  'minimum'?: (_sealflow_run_v1_Assurance | null);
}

export interface MinimumForField__Output {
  'reference': (string);
  'minimum': (_sealflow_run_v1_Assurance__Output | null);
}
