// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface GetWorkflowRevisionRequest {
  'name'?: (string);
}

export interface GetWorkflowRevisionRequest__Output {
  'name': (string);
}
