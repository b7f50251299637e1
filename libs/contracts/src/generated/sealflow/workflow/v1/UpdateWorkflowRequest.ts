// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface UpdateWorkflowRequest {
  'name'?: (string);
  'definition'?: (Buffer | Uint8Array | string);
  'description'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
  '_definition'?: "definition";
  '_description'?: "description";
}

export interface UpdateWorkflowRequest__Output {
  'name': (string);
  'definition'?: (Buffer);
  'description'?: (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
  '_definition'?: "definition";
  '_description'?: "description";
}
