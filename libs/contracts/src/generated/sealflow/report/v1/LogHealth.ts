// Original file: /proto/sealflow/report/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { WitnessHealth as _sealflow_report_v1_WitnessHealth, WitnessHealth__Output as _sealflow_report_v1_WitnessHealth__Output } from '../../../sealflow/report/v1/WitnessHealth.js';

export interface LogHealth {
  'origin'?: (string);
  'size'?: (string);
  'publishedSize'?: (string);
  'checkpointTime'?: (_google_protobuf_Timestamp | null);
  'leavesWaiting'?: (number);
  'oldestLeafTime'?: (_google_protobuf_Timestamp | null);
  'quorum'?: (number);
  'witnesses'?: (_sealflow_report_v1_WitnessHealth)[];
}

export interface LogHealth__Output {
  'origin': (string);
  'size': (string);
  'publishedSize': (string);
  'checkpointTime': (_google_protobuf_Timestamp__Output | null);
  'leavesWaiting': (number);
  'oldestLeafTime': (_google_protobuf_Timestamp__Output | null);
  'quorum': (number);
  'witnesses': (_sealflow_report_v1_WitnessHealth__Output)[];
}
