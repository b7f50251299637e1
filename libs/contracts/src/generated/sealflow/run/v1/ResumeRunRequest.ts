// Original file: /proto/sealflow/run/v1/run.proto


export interface ResumeRunRequest {
  'name'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface ResumeRunRequest__Output {
  'name': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
