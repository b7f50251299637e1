// Original file: /proto/sealflow/ledger/v1/ledger.proto

export const IntentState = {
  INTENT_STATE_UNSPECIFIED: 'INTENT_STATE_UNSPECIFIED',
  INTENT_STATE_QUEUED: 'INTENT_STATE_QUEUED',
  INTENT_STATE_BATCHED: 'INTENT_STATE_BATCHED',
  INTENT_STATE_DONE: 'INTENT_STATE_DONE',
  INTENT_STATE_REFUSED: 'INTENT_STATE_REFUSED',
} as const;

export type IntentState =
  | 'INTENT_STATE_UNSPECIFIED'
  | 0
  | 'INTENT_STATE_QUEUED'
  | 1
  | 'INTENT_STATE_BATCHED'
  | 2
  | 'INTENT_STATE_DONE'
  | 3
  | 'INTENT_STATE_REFUSED'
  | 4

export type IntentState__Output = typeof IntentState[keyof typeof IntentState]
