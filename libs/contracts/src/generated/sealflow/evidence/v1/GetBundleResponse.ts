// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface GetBundleResponse {
  'digest'?: (string);
  'size'?: (string);
  'mediaType'?: (string);
}

export interface GetBundleResponse__Output {
  'digest': (string);
  'size': (string);
  'mediaType': (string);
}
