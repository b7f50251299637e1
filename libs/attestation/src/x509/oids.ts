/** Object identifiers by the document that defines them. */
export const oid = {
  // RFC 5758, NIST CSOR
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  sha384: '2.16.840.1.101.3.4.2.2',
  // RFC 5280
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  organizationName: '2.5.4.10',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  // Intel SGX PCK certificate specification
  sgxExtensions: '1.2.840.113741.1.13.1',
  // TCG DICE attestation architecture
  diceCompositeDeviceId: '2.23.133.5.4.1',
  diceTcbInfo: '2.23.133.5.4.1.1',
} as const;

/** Bits of KeyUsage, RFC 5280 section 4.2.1.3. */
export const keyUsageBit = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;
