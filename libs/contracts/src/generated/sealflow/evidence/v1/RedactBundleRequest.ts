// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface RedactBundleRequest {
  'run'?: (string);
  'profile'?: (string);
  'withhold'?: (string)[];
}

export interface RedactBundleRequest__Output {
  'run': (string);
  'profile': (string);
  'withhold': (string)[];
}
