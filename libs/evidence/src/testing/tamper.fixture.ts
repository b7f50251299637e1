import { canonicalBytes, type Json, parseJsonStrict } from '#canonical';

/** A bundle as plain data that a test may change at will. */
export interface OpenBundle {
  mediaType: string;
  root: OpenEnvelope;
  steps: OpenEnvelope[];
  stepProofs: { stepDigest: string; index: number; leafSalt: string; path: string[] }[];
  withheldSteps?: { index: number; leafHash: string; path: string[] }[];
  withheldAppraisals?: string[];
  disclosures?: string[];
  appraisals: OpenEnvelope[];
  blobs: Record<string, { mediaType: string; size: number; data?: string; detached?: boolean }>;
  log?: { origin: string; proof: string; leaf: string }[];
  timestamps: Json[];
}

interface OpenEnvelope {
  payload: string;
  payloadType: string;
  signatures: { sig: string }[];
}

/** A copy of the bundle with one thing changed. */
export function tampered(bytes: Uint8Array, change: (bundle: OpenBundle) => void): Uint8Array {
  const bundle: OpenBundle = JSON.parse(new TextDecoder().decode(bytes));
  change(bundle);
  return canonicalBytes(parseJsonStrict(new TextEncoder().encode(JSON.stringify(bundle))));
}

/** The item at an index; a fixture that lacks it is a broken test. */
export function at<T>(items: readonly T[] | undefined, index: number): T {
  const item = items?.[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
