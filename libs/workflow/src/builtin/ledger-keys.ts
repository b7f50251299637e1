/** Puts the pages of a ledger under keys of a new epoch; the old key opens what lies behind, until it is destroyed. */
export const LEDGER_ROTATE_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-rotate
version: 1
inputs: {}
steps:
  rotate:
    operation: ledger.rotate
    in: {}
outputs:
  receipt: rotate/receipt
  shares: rotate/shares
rejected: []
`;

/** The issuer suspends, activates, gives up or destroys the key of an epoch, by a signed order. */
export const LEDGER_KEY_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-key
version: 1
inputs:
  order: { class: financial-state, type: json, bytesMax: 4096 }
steps:
  key:
    operation: ledger.key
    in: { order: inputs/order }
outputs:
  receipt: key/receipt
  shares: key/shares
rejected: []
minimums:
  classes:
    financial-state: { confidentiality: ENCLAVE }
`;

/** Another enclave takes a ledger over from the shares of its recovery holders. */
export const LEDGER_RECOVER_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-recover
version: 1
inputs:
  shares: { class: financial-state, type: json, bytesMax: 65536 }
steps:
  recover:
    operation: ledger.recover
    in: { shares: inputs/shares }
outputs: {}
rejected: []
minimums:
  classes:
    financial-state: { confidentiality: ENCLAVE }
`;

/** Shows a batch to a viewer of the charter, or an account to its owner; the answer is sealed to who asked. */
export const LEDGER_DISCLOSE_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-disclose
version: 1
inputs:
  request: { class: financial-state, type: json, bytesMax: 65536 }
steps:
  disclose:
    operation: ledger.disclose
    in: { request: inputs/request }
outputs:
  answer: disclose/answer
rejected: []
minimums:
  classes:
    financial-state: { confidentiality: ENCLAVE }
`;
