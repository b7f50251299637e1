/** Makes a page ledger from a charter that its issuer signed: keys, first pages, shares for recovery. */
export const LEDGER_FOUND_WORKFLOW = `schema: sealflow/workflow/v1
name: ledger-found
version: 1
inputs:
  charter: { class: financial-state, type: json, bytesMax: 4194304 }
steps:
  found:
    operation: ledger.found
    in: { charter: inputs/charter }
outputs:
  receipt: found/receipt
  shares: found/shares
rejected: []
minimums:
  classes:
    financial-state: { confidentiality: ENCLAVE }
`;
