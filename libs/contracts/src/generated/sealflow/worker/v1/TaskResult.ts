// Original file: /proto/sealflow/worker/v1/worker.proto


export interface TaskResult {
  'port'?: (string);
  'edge'?: (string);
  'commitment'?: (string);
  'blob'?: (string);
}

export interface TaskResult__Output {
  'port': (string);
  'edge': (string);
  'commitment': (string);
  'blob': (string);
}
