// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { MinimumForClass as _sealflow_workflow_v1_MinimumForClass, MinimumForClass__Output as _sealflow_workflow_v1_MinimumForClass__Output } from '../../../sealflow/workflow/v1/MinimumForClass.js';
import type { MinimumForField as _sealflow_workflow_v1_MinimumForField, MinimumForField__Output as _sealflow_workflow_v1_MinimumForField__Output } from '../../../sealflow/workflow/v1/MinimumForField.js';

export interface PlanWorkflowRequest {
  'parent'?: (string);
  'definition'?: (Buffer | Uint8Array | string);
  'minimums'?: (_sealflow_workflow_v1_MinimumForClass)[];
  'parametersJson'?: (string);
  'fieldMinimums'?: (_sealflow_workflow_v1_MinimumForField)[];
  'workflowRevision'?: (string);
}

export interface PlanWorkflowRequest__Output {
  'parent': (string);
  'definition': (Buffer);
  'minimums': (_sealflow_workflow_v1_MinimumForClass__Output)[];
  'parametersJson': (string);
  'fieldMinimums': (_sealflow_workflow_v1_MinimumForField__Output)[];
  'workflowRevision': (string);
}
