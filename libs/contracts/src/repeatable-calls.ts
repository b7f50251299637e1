/** Calls that change nothing, or nothing more when they come again: made again, elsewhere where there is an elsewhere, when a replica goes away under them. */
export const repeatableCalls = [
  { service: 'sealflow.run.v1.RunService', methods: ['GetRun', 'ListRuns', 'ListParkedRuns', 'WaitRun'] },
  {
    service: 'sealflow.evidence.v1.EvidenceService',
    methods: ['GetBundle', 'ListBundles', 'DownloadBundle', 'GetCheckpoint', 'GetLogProof', 'RedactBundle'],
  },
  { service: 'sealflow.blob.v1.BlobService', methods: ['ReadBlob', 'StatBlob'] },
  { service: 'sealflow.attestation.v1.AttestationService', methods: ['GetWorkerOffers', 'ListWorkers'] },
  {
    service: 'sealflow.ledger.v1.LedgerService',
    // An envelope that is submitted again is there once, by its digest.
    methods: ['GetLedger', 'ListLedgerEntries', 'SubmitIntents', 'GetIntents', 'ListLedgerBatches'],
  },
];

/** Attempts, and the pauses between them: each so much longer than the one before, up to the most. */
export const repetition = { attemptsMax: 4, firstMs: 200, mostMs: 2_000, times: 2 } as const;
