/** Makes a ledger of encrypted balances from a charter that its issuer signed. */
export const LEDGER_OPEN_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-open
version: 1
inputs:
  charter: { class: financial-state, type: json, bytesMax: 65536 }
steps:
  open:
    operation: ledger.open
    in: { charter: inputs/charter }
outputs:
  receipt: open/receipt
rejected: []
minimums:
  classes:
    financial-state: { confidentiality: ENCLAVE }
`;
