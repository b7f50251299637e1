// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { Workflow as _sealflow_workflow_v1_Workflow, Workflow__Output as _sealflow_workflow_v1_Workflow__Output } from '../../../sealflow/workflow/v1/Workflow.js';

export interface ListWorkflowsResponse {
  'workflows'?: (_sealflow_workflow_v1_Workflow)[];
  'nextPageToken'?: (string);
}

export interface ListWorkflowsResponse__Output {
  'workflows': (_sealflow_workflow_v1_Workflow__Output)[];
  'nextPageToken': (string);
}
