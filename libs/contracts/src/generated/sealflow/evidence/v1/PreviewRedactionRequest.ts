// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface PreviewRedactionRequest {
  'run'?: (string);
  'profile'?: (string);
  'withhold'?: (string)[];
}

export interface PreviewRedactionRequest__Output {
  'run': (string);
  'profile': (string);
  'withhold': (string)[];
}
