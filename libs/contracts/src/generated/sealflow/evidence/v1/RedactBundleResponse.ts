// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface RedactBundleResponse {
  'data'?: (Buffer | Uint8Array | string);
}

export interface RedactBundleResponse__Output {
  'data': (Buffer);
}
