// Original file: /proto/sealflow/worker/v1/worker.proto

import type { TaskResult as _sealflow_worker_v1_TaskResult, TaskResult__Output as _sealflow_worker_v1_TaskResult__Output } from '../../../sealflow/worker/v1/TaskResult.js';

export interface Complete {
  'lease'?: (string);
  'fence'?: (string);
  'statement'?: (Buffer | Uint8Array | string);
  'outputs'?: (_sealflow_worker_v1_TaskResult)[];
  'blobs'?: (string)[];
}

export interface Complete__Output {
  'lease': (string);
  'fence': (string);
  'statement': (Buffer);
  'outputs': (_sealflow_worker_v1_TaskResult__Output)[];
  'blobs': (string)[];
}
