// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface ListWorkflowRevisionsRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  'filter'?: (string);
  'orderBy'?: (string);
}

export interface ListWorkflowRevisionsRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
  'filter': (string);
  'orderBy': (string);
}
