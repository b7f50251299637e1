// Original file: /proto/sealflow/run/v1/run.proto


export interface WatchRunRequest {
  'name'?: (string);
  'resumeToken'?: (string);
}

export interface WatchRunRequest__Output {
  'name': (string);
  'resumeToken': (string);
}
