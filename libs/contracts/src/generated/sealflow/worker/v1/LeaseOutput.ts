// Original file: /proto/sealflow/worker/v1/worker.proto


export interface LeaseOutput {
  'port'?: (string);
  'edge'?: (string);
  'consumers'?: (string)[];
  'clientReads'?: (boolean);
}

export interface LeaseOutput__Output {
  'port': (string);
  'edge': (string);
  'consumers': (string)[];
  'clientReads': (boolean);
}
