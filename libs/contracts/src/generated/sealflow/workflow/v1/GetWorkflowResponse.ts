// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { Workflow as _sealflow_workflow_v1_Workflow, Workflow__Output as _sealflow_workflow_v1_Workflow__Output } from '../../../sealflow/workflow/v1/Workflow.js';

export interface GetWorkflowResponse {
  'workflow'?: (_sealflow_workflow_v1_Workflow | null);
}

export interface GetWorkflowResponse__Output {
  'workflow': (_sealflow_workflow_v1_Workflow__Output | null);
}
