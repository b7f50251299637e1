// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';

export interface WorkflowRevision {
  'name'?: (string);
  'digest'?: (string);
  'version'?: (number);
  'number'?: (number);
  'definition'?: (Buffer | Uint8Array | string);
  'size'?: (number);
  'creator'?: (string);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'deprecateTime'?: (_google_protobuf_Timestamp | null);
  'etag'?: (string);
}

export interface WorkflowRevision__Output {
  'name': (string);
  'digest': (string);
  'version': (number);
  'number': (number);
  'definition': (Buffer);
  'size': (number);
  'creator': (string);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'deprecateTime': (_google_protobuf_Timestamp__Output | null);
  'etag': (string);
}
