// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface LedgerSummary {
  'name'?: (string);
  'version'?: (string);
  'paged'?: (boolean);
  'receipt'?: (string);
}

export interface LedgerSummary__Output {
  'name': (string);
  'version': (string);
  'paged': (boolean);
  'receipt': (string);
}
