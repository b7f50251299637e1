// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface ListCheckpointsRequest {
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListCheckpointsRequest__Output {
  'pageSize': (number);
  'pageToken': (string);
}
