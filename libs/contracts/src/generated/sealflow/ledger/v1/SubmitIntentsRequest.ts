// Original file: /proto/sealflow/ledger/v1/ledger.proto

import type { IntentEnvelope as _sealflow_ledger_v1_IntentEnvelope, IntentEnvelope__Output as _sealflow_ledger_v1_IntentEnvelope__Output } from '../../../sealflow/ledger/v1/IntentEnvelope.js';

export interface SubmitIntentsRequest {
  'parent'?: (string);
  'envelopes'?: (_sealflow_ledger_v1_IntentEnvelope)[];
}

export interface SubmitIntentsRequest__Output {
  'parent': (string);
  'envelopes': (_sealflow_ledger_v1_IntentEnvelope__Output)[];
}
