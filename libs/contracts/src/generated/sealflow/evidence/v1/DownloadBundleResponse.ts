// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface DownloadBundleResponse {
  'data'?: (Buffer | Uint8Array | string);
}

export interface DownloadBundleResponse__Output {
  'data': (Buffer);
}
