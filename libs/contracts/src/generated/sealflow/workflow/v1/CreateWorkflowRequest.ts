// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface CreateWorkflowRequest {
  'parent'?: (string);
  'definition'?: (Buffer | Uint8Array | string);
  'description'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface CreateWorkflowRequest__Output {
  'parent': (string);
  'definition': (Buffer);
  'description': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
