import { slotCount } from '#ciphertext';

/** Bounds of a page ledger. All untrusted input is held against them before anything is made of it. */
export const ledgerLimits = {
  /** Intents of one batch, and additions that one page takes before it is encrypted afresh. */
  batchIntentsMax: 4_096,
  /** One signed intent, canonical JSON. A delegation with a full allowlist is the longest. */
  intentBytesMax: 16 * 1024,
  /** Signed intents of one submitter that travel in one envelope. */
  envelopeIntentsMax: 512,
  envelopeBytesMax: 1024 * 1024,
  /** The batch input as it lies in the blob store. */
  intentsBlobBytesMax: 8 * 1024 * 1024,
  accountsPerPage: slotCount,
  pagesMax: 64,
  delegatesMax: 16,
  allowMax: 64,
  /** Amounts of one account that are set aside at one time. */
  reservationsMax: 64,
  /** First outcomes that an account remembers, to answer the same intent again. */
  recentMax: 16,
  /** How far beyond its window a nonce may lie: one slip of a signer must not use up all nonces of an account. */
  nonceStepMax: 2 ** 20,
  charterBytesMax: 4 * 1024 * 1024,
  recoveryHoldersMax: 16,
  viewersMax: 16,
  /** Unspent notes of one account, on a ledger in `zk-check`. */
  notesMax: 1_024,
  movesBlobBytesMax: 8 * 1024 * 1024,
  snapshotBytesMax: 256 * 1024 * 1024,
} as const;
