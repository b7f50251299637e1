// Original file: /proto/sealflow/worker/v1/worker.proto


export interface LeaseInput {
  'port'?: (string);
  'edge'?: (string);
  'commitment'?: (string);
  'kind'?: (string);
  'blob'?: (string);
  'producerStatement'?: (Buffer | Uint8Array | string);
  'producerCollateral'?: (Buffer | Uint8Array | string)[];
}

export interface LeaseInput__Output {
  'port': (string);
  'edge': (string);
  'commitment': (string);
  'kind': (string);
  'blob': (string);
  'producerStatement': (Buffer);
  'producerCollateral': (Buffer)[];
}
