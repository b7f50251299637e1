// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface Ledger {
  'name'?: (string);
  'version'?: (string);
  'availablePage'?: (string);
  'reservedPage'?: (string);
  'receipt'?: (string);
}

export interface Ledger__Output {
  'name': (string);
  'version': (string);
  'availablePage': (string);
  'reservedPage': (string);
  'receipt': (string);
}
