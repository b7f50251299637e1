// Original file: /proto/sealflow/ledger/v1/ledger.proto

export const LedgerBatchState = {
  LEDGER_BATCH_STATE_UNSPECIFIED: 'LEDGER_BATCH_STATE_UNSPECIFIED',
  LEDGER_BATCH_STATE_RUNNING: 'LEDGER_BATCH_STATE_RUNNING',
  LEDGER_BATCH_STATE_APPLIED: 'LEDGER_BATCH_STATE_APPLIED',
  LEDGER_BATCH_STATE_FAILED: 'LEDGER_BATCH_STATE_FAILED',
} as const;

export type LedgerBatchState =
  | 'LEDGER_BATCH_STATE_UNSPECIFIED'
  | 0
  | 'LEDGER_BATCH_STATE_RUNNING'
  | 1
  | 'LEDGER_BATCH_STATE_APPLIED'
  | 2
  | 'LEDGER_BATCH_STATE_FAILED'
  | 3

export type LedgerBatchState__Output = typeof LedgerBatchState[keyof typeof LedgerBatchState]
