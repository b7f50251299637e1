// Original file: /proto/sealflow/run/v1/run.proto


export interface SealedInput {
  'name'?: (string);
  'commitment'?: (string);
  'blob'?: (string);
}

export interface SealedInput__Output {
  'name': (string);
  'commitment': (string);
  'blob': (string);
}
