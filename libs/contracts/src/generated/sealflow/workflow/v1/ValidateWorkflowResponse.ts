// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface ValidateWorkflowResponse {
  'digest'?: (string);
  'workflow'?: (string);
  'version'?: (number);
}

export interface ValidateWorkflowResponse__Output {
  'digest': (string);
  'workflow': (string);
  'version': (number);
}
