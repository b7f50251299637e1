// Original file: /proto/sealflow/attestation/v1/attestation.proto


export interface DrainWorkerRequest {
  'name'?: (string);
  'reason'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface DrainWorkerRequest__Output {
  'name': (string);
  'reason': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
