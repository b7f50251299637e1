// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface GetWorkflowRequest {
  'name'?: (string);
}

export interface GetWorkflowRequest__Output {
  'name': (string);
}
