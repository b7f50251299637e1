// Original file: /proto/sealflow/report/v1/report.proto

import type { Integrity as _sealflow_run_v1_Integrity, Integrity__Output as _sealflow_run_v1_Integrity__Output } from '../../../sealflow/run/v1/Integrity.js';
import type { Confidentiality as _sealflow_run_v1_Confidentiality, Confidentiality__Output as _sealflow_run_v1_Confidentiality__Output } from '../../../sealflow/run/v1/Confidentiality.js';

export interface LevelCount {
  'integrity'?: (_sealflow_run_v1_Integrity);
  'confidentiality'?: (_sealflow_run_v1_Confidentiality);
  'steps'?: (number);
}

export interface LevelCount__Output {
  'integrity': (_sealflow_run_v1_Integrity__Output);
  'confidentiality': (_sealflow_run_v1_Confidentiality__Output);
  'steps': (number);
}
