// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { Workflow as _sealflow_workflow_v1_Workflow, Workflow__Output as _sealflow_workflow_v1_Workflow__Output } from '../../../sealflow/workflow/v1/Workflow.js';
import type { WorkflowRevision as _sealflow_workflow_v1_WorkflowRevision, WorkflowRevision__Output as _sealflow_workflow_v1_WorkflowRevision__Output } from '../../../sealflow/workflow/v1/WorkflowRevision.js';

export interface CreateWorkflowResponse {
  'workflow'?: (_sealflow_workflow_v1_Workflow | null);
  'revision'?: (_sealflow_workflow_v1_WorkflowRevision | null);
}

export interface CreateWorkflowResponse__Output {
  'workflow': (_sealflow_workflow_v1_Workflow__Output | null);
  'revision': (_sealflow_workflow_v1_WorkflowRevision__Output | null);
}
