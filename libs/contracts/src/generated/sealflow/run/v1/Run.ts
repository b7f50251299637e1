// Original file: /proto/sealflow/run/v1/run.proto

import type { RunState as _sealflow_run_v1_RunState, RunState__Output as _sealflow_run_v1_RunState__Output } from '../../../sealflow/run/v1/RunState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { Step as _sealflow_run_v1_Step, Step__Output as _sealflow_run_v1_Step__Output } from '../../../sealflow/run/v1/Step.js';
import type { SealedOutput as _sealflow_run_v1_SealedOutput, SealedOutput__Output as _sealflow_run_v1_SealedOutput__Output } from '../../../sealflow/run/v1/SealedOutput.js';

export interface Run {
  'name'?: (string);
  'state'?: (_sealflow_run_v1_RunState);
  'plan'?: (string);
  'definition'?: (string);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'endTime'?: (_google_protobuf_Timestamp | null);
  'deadline'?: (_google_protobuf_Timestamp | null);
  'steps'?: (_sealflow_run_v1_Step)[];
  'outputs'?: (_sealflow_run_v1_SealedOutput)[];
  'bundle'?: (string);
  'reason'?: (string);
  'previousRun'?: (string);
  'workflow'?: (string);
  'etag'?: (string);
  'workflowRevision'?: (string);
}

export interface Run__Output {
  'name': (string);
  'state': (_sealflow_run_v1_RunState__Output);
  'plan': (string);
  'definition': (string);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'endTime': (_google_protobuf_Timestamp__Output | null);
  'deadline': (_google_protobuf_Timestamp__Output | null);
  'steps': (_sealflow_run_v1_Step__Output)[];
  'outputs': (_sealflow_run_v1_SealedOutput__Output)[];
  'bundle': (string);
  'reason': (string);
  'previousRun': (string);
  'workflow': (string);
  'etag': (string);
  'workflowRevision': (string);
}
