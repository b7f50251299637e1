// Original file: /proto/sealflow/attestation/v1/attestation.proto


export interface WorkerOffer {
  'worker'?: (string);
  'operations'?: (string)[];
  'package'?: (Buffer | Uint8Array | string);
  'priceMicros'?: (string);
  'collateral'?: (Buffer | Uint8Array | string)[];
}

export interface WorkerOffer__Output {
  'worker': (string);
  'operations': (string)[];
  'package': (Buffer);
  'priceMicros': (string);
  'collateral': (Buffer)[];
}
