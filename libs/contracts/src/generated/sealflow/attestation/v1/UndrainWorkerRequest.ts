// Original file: /proto/sealflow/attestation/v1/attestation.proto


export interface UndrainWorkerRequest {
  'name'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
}

export interface UndrainWorkerRequest__Output {
  'name': (string);
  'requestId': (string);
  'validateOnly': (boolean);
}
