// Original file: /proto/sealflow/error/v1/status.proto

import type { Detail as _sealflow_error_v1_Detail, Detail__Output as _sealflow_error_v1_Detail__Output } from '../../../sealflow/error/v1/Detail.js';

export interface Status {
  'code'?: (number);
  'message'?: (string);
  'details'?: (_sealflow_error_v1_Detail)[];
}

export interface Status__Output {
  'code': (number);
  'message': (string);
  'details': (_sealflow_error_v1_Detail__Output)[];
}
