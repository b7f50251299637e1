// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetBundleRequest {
  'run'?: (string);
}

export interface GetBundleRequest__Output {
  'run': (string);
}
