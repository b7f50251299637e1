// Original file: /proto/sealflow/ledger/v1/ledger.proto


export interface IntentEnvelope {
  'sealed'?: (Buffer | Uint8Array | string);
  'intents'?: (number);
}

export interface IntentEnvelope__Output {
  'sealed': (Buffer);
  'intents': (number);
}
