/** Every bound of this lib. */
export const tlsLimits = {
  /** Of one file: a bundle of roots may be long, a certificate never is. */
  fileBytesMax: 1024 * 1024,
  certificatesMax: 256,
  /** How often files are looked at. */
  reloadMs: 2_000,
  /** A peer that opens a connection and says nothing. */
  handshakeMs: 10_000,
  rsaBitsMin: 2_048,
} as const;

/** NIST SP 800-57: 112 bits of strength or more. */
export const curves = ['prime256v1', 'secp384r1', 'secp521r1'] as const;
