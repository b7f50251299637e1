// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface UndeleteWorkflowRequest {
  'name'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface UndeleteWorkflowRequest__Output {
  'name': (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
