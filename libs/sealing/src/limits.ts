const KIB = 1024;
const MIB = 1024 * KIB;

export const RECIPIENTS_MAX = 8;

/** Eight recipients and the longest fields take under 8 KiB. */
export const HEADER_BYTES_MAX = 16 * KIB;

/**
 * Plaintext of one envelope, by suite. tweetnacl seals in one blocking call, so suite 1 is for short messages;
 * suite 2 works in memory too, and larger bytes belong into blobs.
 */
export const PLAINTEXT_BYTES_MAX: Readonly<Record<SuiteId, number>> = { 1: MIB, 2: 64 * MIB };

/** Above every envelope that these limits allow: suite 2 adds 16 bytes for each 16 KiB. */
export const ENVELOPE_BYTES_MAX = 65 * MIB;

export type SuiteId = 1 | 2;
