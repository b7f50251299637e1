// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface Workflow {
  'name'?: (string);
  'description'?: (string);
  'currentRevision'?: (string);
  'version'?: (number);
  'revisionCount'?: (number);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'updateTime'?: (_google_protobuf_Timestamp | null);
  'deleteTime'?: (_google_protobuf_Timestamp | null);
  'purgeTime'?: (_google_protobuf_Timestamp | null);
  'etag'?: (string);
}

export interface Workflow__Output {
  'name': (string);
  'description': (string);
  'currentRevision': (string);
  'version': (number);
  'revisionCount': (number);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'updateTime': (_google_protobuf_Timestamp__Output | null);
  'deleteTime': (_google_protobuf_Timestamp__Output | null);
  'purgeTime': (_google_protobuf_Timestamp__Output | null);
  'etag': (string);
}
