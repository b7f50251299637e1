// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface ValidateWorkflowRequest {
  'definition'?: (Buffer | Uint8Array | string);
}

export interface ValidateWorkflowRequest__Output {
  'definition': (Buffer);
}
