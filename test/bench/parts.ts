/** What can be measured alone: `npm run bench -- --only engine`; `ledger` means all whose names begin so. */
export const parts = [
  'demos',
  'start',
  'credit',
  'attestation',
  'log',
  'engine',
  'open-runs',
  'unary',
  'console',
  'overview',
  'client',
  'conversation',
  'blobs',
  'verify-proofs',
  'prover',
  'zkml',
  'ledger-fhe',
  'ledger',
  'ledger-enclave',
  'zk-ledger',
] as const;

export type Part = (typeof parts)[number];
