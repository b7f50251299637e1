// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface WatchIntentsRequest {
  'parent'?: (string);
  'digests'?: (string)[];
}

export interface WatchIntentsRequest__Output {
  'parent': (string);
  'digests': (string)[];
}
