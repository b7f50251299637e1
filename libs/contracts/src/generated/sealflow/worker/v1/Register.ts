// Original file: /proto/sealflow/worker/v1/worker.proto


export interface Register {
  'worker'?: (string);
  'operations'?: (string)[];
  'package'?: (Buffer | Uint8Array | string);
  'leasesMax'?: (number);
}

export interface Register__Output {
  'worker': (string);
  'operations': (string)[];
  'package': (Buffer);
  'leasesMax': (number);
}
