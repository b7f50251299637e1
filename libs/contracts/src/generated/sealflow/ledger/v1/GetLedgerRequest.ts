// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface GetLedgerRequest {
  'name'?: (string);
}

export interface GetLedgerRequest__Output {
  'name': (string);
}
