// Original file: /proto/sealflow/run/v1/assurance.proto

import type { Protection as _sealflow_run_v1_Protection, Protection__Output as _sealflow_run_v1_Protection__Output } from '../../../sealflow/run/v1/Protection.js';
import type { Assurance as _sealflow_run_v1_Assurance, Assurance__Output as _sealflow_run_v1_Assurance__Output } from '../../../sealflow/run/v1/Assurance.js';

export interface _sealflow_run_v1_RouteDecision_Rejected {
  'protection'?: (_sealflow_run_v1_Protection);
  'reason'?: (string);
}

export interface _sealflow_run_v1_RouteDecision_Rejected__Output {
  'protection': (_sealflow_run_v1_Protection__Output);
  'reason': (string);
}

export interface RouteDecision {
  'step'?: (string);
  'chosen'?: (_sealflow_run_v1_Protection);
  'assurance'?: (_sealflow_run_v1_Assurance | null);
  'rule'?: (string);
  'reason'?: (string);
  'rejected'?: (_sealflow_run_v1_RouteDecision_Rejected)[];
  'estimateMs'?: (number);
  'memoryMib'?: (number);
  'costMicros'?: (string);
  'measuredTasks'?: (number);
  'p90Ms'?: (number);
  'items'?: (number);
}

export interface RouteDecision__Output {
  'step': (string);
  'chosen': (_sealflow_run_v1_Protection__Output);
  'assurance': (_sealflow_run_v1_Assurance__Output | null);
  'rule': (string);
  'reason': (string);
  'rejected': (_sealflow_run_v1_RouteDecision_Rejected__Output)[];
  'estimateMs': (number);
  'memoryMib': (number);
  'costMicros': (string);
  'measuredTasks': (number);
  'p90Ms': (number);
  'items': (number);
}
