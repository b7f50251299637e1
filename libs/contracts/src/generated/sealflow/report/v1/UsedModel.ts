// Original file: /proto/sealflow/report/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface UsedModel {
  'operation'?: (string);
  'fact'?: (string);
  'value'?: (string);
  'steps'?: (number);
  'lastTime'?: (_google_protobuf_Timestamp | null);
}

export interface UsedModel__Output {
  'operation': (string);
  'fact': (string);
  'value': (string);
  'steps': (number);
  'lastTime': (_google_protobuf_Timestamp__Output | null);
}
