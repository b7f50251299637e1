// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface ListLedgersRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListLedgersRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
