// Original file: /proto/sealflow/report/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface Executor {
  'worker'?: (string);
  'operations'?: (string)[];
  'steps'?: (number);
  'failedSteps'?: (number);
  'firstTime'?: (_google_protobuf_Timestamp | null);
  'lastTime'?: (_google_protobuf_Timestamp | null);
}

export interface Executor__Output {
  'worker': (string);
  'operations': (string)[];
  'steps': (number);
  'failedSteps': (number);
  'firstTime': (_google_protobuf_Timestamp__Output | null);
  'lastTime': (_google_protobuf_Timestamp__Output | null);
}
