/** Part of the catalogue in `text.ts`: ledgers and their replay. */
export const ledgerTexts = {
  why: 'Ledgers by name. Balances are ciphertexts: without a view right nobody reads them here.',
  whyOne: 'Balances are ciphertexts: without a view right nobody reads them here.',
  empty: 'No ledger was opened yet.',
  paged: 'pages and batches',
  single: 'two books',
  back: 'All ledgers',
  title: (name: string) => `Ledger ${name}`,
  version: 'Version',
  newest: 'Newest receipt',
  waiting: 'Intents that wait',
  pages: 'Pages as they stand',
  page: 'Page',
  book: 'Book',
  ciphertext: 'Ciphertext',
  additions: 'Additions since it was encrypted',
  batches: 'Batches',
  noBatches: 'No batch was made yet.',
  batch: 'Batch',
  state: 'State',
  envelopes: 'Envelopes',
  reason: 'Reason',
  entries: 'Changes',
  replay: 'Replay in this browser',
  replayWhy:
    'Fetches every signed receipt from the founding on and holds each against the one before: signature, version, keys, roots of pages and commitments. Then it adds the ciphertexts of the versions that you choose and compares each sum with the receipt.',
  replayHow: 'Additions of',
  newestOf: (count: number) => `the newest ${count} versions`,
  allOf: 'all versions',
  noneOf: 'no version: receipts alone',
  begin: 'Replay',
  stop: 'Stop',
  receiptsRead: (count: number) => `${count} receipts read…`,
  adding: (done: number, all: number) => `Additions of ${done} of ${all} versions made again…`,
  holds: (versions: number, added: number, of: number) =>
    added === 0
      ? `${versions} ${versions === 1 ? 'receipt continues' : 'receipts continue'} each other from the founding on. No addition was made again.`
      : `${versions} ${versions === 1 ? 'receipt continues' : 'receipts continue'} each other from the founding on, and ${added} additions of ${of} versions gave the very ciphertexts that the receipts name.`,
  broken: (findings: number) =>
    findings === 1
      ? 'One finding speaks against this history.'
      : `${findings} findings speak against this history.`,
  notDone: 'What this replay does not show',
  limits: [
    'That real hardware stands behind the ledger key: verify the founding run, which says so where it is simulated.',
    'That a delta holds the amounts of its batch: that rests on the key enclave, and on openings that an auditor asks for.',
    'That the ledger key is the ledger’s own: compare it with the key in the bundle of the founding run.',
    'That this is the newest version: the server says which is; owners’ statements and bundles name others.',
  ],
  refreshed: (count: number) =>
    `${count} pages were encrypted afresh by the enclave, which nobody can repeat: they count as signed.`,
  notAdded: (versions: number) =>
    `The additions of ${versions} ${versions === 1 ? 'version' : 'versions'} were not made again: choose more, or use the command line.`,
  notes: 'Proofs of transfers over notes, which “sealflow ledger replay” verifies: this page does not.',
  key: 'Ledger key',
  event: 'Event',
  intents: 'Intents',
  result: 'Additions',
  made: (count: number) => `${count} made again`,
  notMade: 'not made again',
  nothing: 'nothing to add',
  byHand: 'The same on your own machine:',
  commands: (ledger: string) => [
    `sealflow ciphertexts RUN --out ciphertexts`,
    `sealflow ledger replay BUNDLES --ledger ${ledger} --ciphertexts ciphertexts`,
  ],
} as const;
