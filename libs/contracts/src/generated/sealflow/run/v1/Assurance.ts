// Original file: /proto/sealflow/run/v1/assurance.proto

import type { Integrity as _sealflow_run_v1_Integrity, Integrity__Output as _sealflow_run_v1_Integrity__Output } from '../../../sealflow/run/v1/Integrity.js';
import type { Confidentiality as _sealflow_run_v1_Confidentiality, Confidentiality__Output as _sealflow_run_v1_Confidentiality__Output } from '../../../sealflow/run/v1/Confidentiality.js';

export interface Assurance {
  'integrity'?: (_sealflow_run_v1_Integrity);
  'confidentiality'?: (_sealflow_run_v1_Confidentiality);
}

export interface Assurance__Output {
  'integrity': (_sealflow_run_v1_Integrity__Output);
  'confidentiality': (_sealflow_run_v1_Confidentiality__Output);
}
