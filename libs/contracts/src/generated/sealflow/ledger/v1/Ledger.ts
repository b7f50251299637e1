// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { LedgerPage as _sealflow_ledger_v1_LedgerPage, LedgerPage__Output as _sealflow_ledger_v1_LedgerPage__Output } from '../../../sealflow/ledger/v1/LedgerPage.js';

export interface Ledger {
  'name'?: (string);
  'version'?: (string);
  'availablePage'?: (string);
  'reservedPage'?: (string);
  'receipt'?: (string);
  'pages'?: (_sealflow_ledger_v1_LedgerPage)[];
  'foundingRun'?: (string);
  'intentsWaiting'?: (number);
}

export interface Ledger__Output {
  'name': (string);
  'version': (string);
  'availablePage': (string);
  'reservedPage': (string);
  'receipt': (string);
  'pages': (_sealflow_ledger_v1_LedgerPage__Output)[];
  'foundingRun': (string);
  'intentsWaiting': (number);
}
