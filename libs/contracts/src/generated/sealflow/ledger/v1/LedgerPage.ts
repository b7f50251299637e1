// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface LedgerPage {
  'page'?: (number);
  'book'?: (string);
  'digest'?: (string);
  'version'?: (string);
  'addCount'?: (number);
}

export interface LedgerPage__Output {
  'page': (number);
  'book': (string);
  'digest': (string);
  'version': (string);
  'addCount': (number);
}
