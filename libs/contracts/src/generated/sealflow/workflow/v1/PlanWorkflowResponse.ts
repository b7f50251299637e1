// Original file: /proto/sealflow/workflow/v1/workflow.proto

import type { RouteDecision as _sealflow_run_v1_RouteDecision, RouteDecision__Output as _sealflow_run_v1_RouteDecision__Output } from '../../../sealflow/run/v1/RouteDecision.js';

export interface PlanWorkflowResponse {
  'plan'?: (string);
  'signedPlan'?: (Buffer | Uint8Array | string);
  'routes'?: (_sealflow_run_v1_RouteDecision)[];
  'estimateMs'?: (number);
  'memoryMib'?: (number);
  'costMicros'?: (string);
  'p90Ms'?: (number);
}

export interface PlanWorkflowResponse__Output {
  'plan': (string);
  'signedPlan': (Buffer);
  'routes': (_sealflow_run_v1_RouteDecision__Output)[];
  'estimateMs': (number);
  'memoryMib': (number);
  'costMicros': (string);
  'p90Ms': (number);
}
