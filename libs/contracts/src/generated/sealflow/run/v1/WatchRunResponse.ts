// Original file: /proto/sealflow/run/v1/run.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { Run as _sealflow_run_v1_Run, Run__Output as _sealflow_run_v1_Run__Output } from '../../../sealflow/run/v1/Run.js';
import type { Step as _sealflow_run_v1_Step, Step__Output as _sealflow_run_v1_Step__Output } from '../../../sealflow/run/v1/Step.js';
import type { Heartbeat as _sealflow_run_v1_Heartbeat, Heartbeat__Output as _sealflow_run_v1_Heartbeat__Output } from '../../../sealflow/run/v1/Heartbeat.js';
import type { CurrentRun as _sealflow_run_v1_CurrentRun, CurrentRun__Output as _sealflow_run_v1_CurrentRun__Output } from '../../../sealflow/run/v1/CurrentRun.js';

export interface WatchRunResponse {
  'sequence'?: (string);
  'prevDigest'?: (Buffer | Uint8Array | string);
  'time'?: (_google_protobuf_Timestamp | null);
  'resumeToken'?: (string);
  'snapshot'?: (_sealflow_run_v1_Run | null);
  'step'?: (_sealflow_run_v1_Step | null);
  'heartbeat'?: (_sealflow_run_v1_Heartbeat | null);
  'current'?: (_sealflow_run_v1_CurrentRun | null);
  'kind'?: "snapshot"|"step"|"heartbeat"|"current";
}

export interface WatchRunResponse__Output {
  'sequence': (string);
  'prevDigest': (Buffer);
  'time': (_google_protobuf_Timestamp__Output | null);
  'resumeToken': (string);
  'snapshot'?: (_sealflow_run_v1_Run__Output | null);
  'step'?: (_sealflow_run_v1_Step__Output | null);
  'heartbeat'?: (_sealflow_run_v1_Heartbeat__Output | null);
  'current'?: (_sealflow_run_v1_CurrentRun__Output | null);
  'kind'?: "snapshot"|"step"|"heartbeat"|"current";
}
