// Original file: /proto/sealflow/workflow/v1/workflow.proto


export interface ListWorkflowsRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  'filter'?: (string);
  'orderBy'?: (string);
  'showDeleted'?: (boolean);
}

export interface ListWorkflowsRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
  'filter': (string);
  'orderBy': (string);
  'showDeleted': (boolean);
}
