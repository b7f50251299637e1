// Original file: /proto/sealflow/run/v1/run.proto


export interface SealedOutput {
  'name'?: (string);
  'edge'?: (string);
  'commitment'?: (string);
  'blob'?: (string);
}

export interface SealedOutput__Output {
  'name': (string);
  'edge': (string);
  'commitment': (string);
  'blob': (string);
}
