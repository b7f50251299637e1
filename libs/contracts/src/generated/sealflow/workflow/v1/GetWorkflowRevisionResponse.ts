// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { WorkflowRevision as _sealflow_workflow_v1_WorkflowRevision, WorkflowRevision__Output as _sealflow_workflow_v1_WorkflowRevision__Output } from '../../../sealflow/workflow/v1/WorkflowRevision.js';

export interface GetWorkflowRevisionResponse {
  'revision'?: (_sealflow_workflow_v1_WorkflowRevision | null);
}

export interface GetWorkflowRevisionResponse__Output {
  'revision': (_sealflow_workflow_v1_WorkflowRevision__Output | null);
}
