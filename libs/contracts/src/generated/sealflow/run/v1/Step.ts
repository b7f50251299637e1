// Original file: /proto/sealflow/run/v1/run.proto

import type { StepState as _sealflow_run_v1_StepState, StepState__Output as _sealflow_run_v1_StepState__Output } from '../../../sealflow/run/v1/StepState.js';
import type { ProofState as _sealflow_run_v1_ProofState, ProofState__Output as _sealflow_run_v1_ProofState__Output } from '../../../sealflow/run/v1/ProofState.js';
import type { SettlementState as _sealflow_run_v1_SettlementState, SettlementState__Output as _sealflow_run_v1_SettlementState__Output } from '../../../sealflow/run/v1/SettlementState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { StepAttempt as _sealflow_run_v1_StepAttempt, StepAttempt__Output as _sealflow_run_v1_StepAttempt__Output } from '../../../sealflow/run/v1/StepAttempt.js';

export interface Step {
  'id'?: (string);
  'operation'?: (string);
  'state'?: (_sealflow_run_v1_StepState);
  'proof'?: (_sealflow_run_v1_ProofState);
  'settlement'?: (_sealflow_run_v1_SettlementState);
  'attempt'?: (number);
  'worker'?: (string);
  'startTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
  'publicJson'?: (string);
  'reason'?: (string);
  'attempts'?: (_sealflow_run_v1_StepAttempt)[];
}

export interface Step__Output {
  'id': (string);
  'operation': (string);
  'state': (_sealflow_run_v1_StepState__Output);
  'proof': (_sealflow_run_v1_ProofState__Output);
  'settlement': (_sealflow_run_v1_SettlementState__Output);
  'attempt': (number);
  'worker': (string);
  'startTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
  'publicJson': (string);
  'reason': (string);
  'attempts': (_sealflow_run_v1_StepAttempt__Output)[];
}
