/** Object identifiers by the document that defines them. */
export const oid = {
  // RFC 5758, NIST CSOR
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaSha512: '1.2.840.10045.4.3.4',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  // RFC 8017
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaSha256: '1.2.840.113549.1.1.11',
  rsaSha384: '1.2.840.113549.1.1.12',
  rsaSha512: '1.2.840.113549.1.1.13',
  mgf1: '1.2.840.113549.1.1.8',
  rsassaPss: '1.2.840.113549.1.1.10',
  // RFC 5280
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  organizationName: '2.5.4.10',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  crlReason: '2.5.29.21',
  // RFC 6960
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  // Intel SGX PCK certificate specification
  sgxExtensions: '1.2.840.113741.1.13.1',
  // AMD VCEK certificate and KDS interface specification
  amdSnp: '1.3.6.1.4.1.3704.1',
  // TCG DICE attestation architecture
  diceCompositeDeviceId: '2.23.133.5.4.1',
  diceTcbInfo: '2.23.133.5.4.1.1',
} as const;

/** Bits of KeyUsage, RFC 5280 section 4.2.1.3. */
export const keyUsageBit = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;
