// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface UpdateWorkflowRevisionRequest {
  'name'?: (string);
  'deprecated'?: (boolean);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
  '_deprecated'?: "deprecated";
}

export interface UpdateWorkflowRevisionRequest__Output {
  'name': (string);
  'deprecated'?: (boolean);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
  '_deprecated'?: "deprecated";
}
