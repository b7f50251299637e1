// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { WorkflowRevision as _sealflow_workflow_v1_WorkflowRevision, WorkflowRevision__Output as _sealflow_workflow_v1_WorkflowRevision__Output } from '../../../sealflow/workflow/v1/WorkflowRevision.js';

export interface ListWorkflowRevisionsResponse {
  'revisions'?: (_sealflow_workflow_v1_WorkflowRevision)[];
  'nextPageToken'?: (string);
}

export interface ListWorkflowRevisionsResponse__Output {
  'revisions': (_sealflow_workflow_v1_WorkflowRevision__Output)[];
  'nextPageToken': (string);
}
