// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface GetIntentsRequest {
  'parent'?: (string);
  'digests'?: (string)[];
}

export interface GetIntentsRequest__Output {
  'parent': (string);
  'digests': (string)[];
}
