/**
 * One batch of sealed intents on a page ledger. Its runs are made by the orchestrator, of what clients submitted: who
 * reads the intents has the ledger's intent key, which no client of a run gives out.
 */
export const LEDGER_BATCH_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-batch
version: 1
inputs:
  intents: { class: financial-state, type: ciphertext, bytesMax: 8388608 }
steps:
  batch:
    operation: ledger.batch
    in: { intents: inputs/intents }
outputs:
  receipt: batch/receipt
rejected: []
priority: high
minimums:
  classes:
    financial-state: { confidentiality: ENCLAVE }
`;
