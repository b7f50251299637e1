// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface ReappraiseRunsRequest {
  'parent'?: (string);
  'trustFile'?: (Buffer | Uint8Array | string);
  'startTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
  'measurements'?: (string)[];
  'advisories'?: (string)[];
  'circuits'?: (string)[];
  'models'?: (string)[];
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ReappraiseRunsRequest__Output {
  'parent': (string);
  'trustFile': (Buffer);
  'startTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
  'measurements': (string)[];
  'advisories': (string)[];
  'circuits': (string)[];
  'models': (string)[];
  'pageSize': (number);
  'pageToken': (string);
}
