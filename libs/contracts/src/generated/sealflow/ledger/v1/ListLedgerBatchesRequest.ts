// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface ListLedgerBatchesRequest {
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  'filter'?: (string);
  'orderBy'?: (string);
}

export interface ListLedgerBatchesRequest__Output {
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
  'filter': (string);
  'orderBy': (string);
}
