// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface DeleteWorkflowRequest {
  'name'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface DeleteWorkflowRequest__Output {
  'name': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
