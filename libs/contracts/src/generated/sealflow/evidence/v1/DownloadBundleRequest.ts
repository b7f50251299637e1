// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface DownloadBundleRequest {
  'run'?: (string);
}

export interface DownloadBundleRequest__Output {
  'run': (string);
}
