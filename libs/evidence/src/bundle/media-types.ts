import { COLLATERAL_MEDIA_TYPE } from '#attestation';

export const bundleMediaType = 'application/vnd.sealflow.evidence-bundle.v1+json';

/** What a blob of a bundle is. A blob is read only as the type that its reference asks for. */
export const blobMediaTypes = {
  evidencePackage: 'application/vnd.sealflow.evidence-package.v1+json',
  /** A signed plan or ledger receipt. */
  envelope: 'application/vnd.dsse.envelope.v1+json',
  appraisalPolicy: 'application/vnd.sealflow.appraisal-policy.v1+json',
  circuitManifest: 'application/vnd.sealflow.circuit-manifest.v1+json',
  verificationKey: 'application/vnd.sealflow.groth16-vkey.v1+json',
  /** What a vendor published about the devices of a package. */
  collateral: COLLATERAL_MEDIA_TYPE,
  /** What a batch of a ledger in zk-check did to notes. */
  ledgerMoves: 'application/vnd.sealflow.ledger-moves.v1+json',
  /** Signed receipts of the calls of a conversation. */
  usageReceipts: 'application/vnd.sealflow.usage-receipts.v1+json',
  ciphertext: 'application/vnd.sealflow.bfv-ciphertext.v1',
} as const;
export type BlobMediaType = (typeof blobMediaTypes)[keyof typeof blobMediaTypes];
