/**
 * What the recovery holders of a charter do. The founding run, and each rotation, state a document with a share for each
 * of them; as many as the threshold hand theirs to an enclave that takes the ledger over. Whoever collects them could
 * put them together itself: it has to be somebody whom the holders trust with the ledger.
 */
import {
  type Bytes,
  CanonicalError,
  type Digest,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  toBase64,
  utf8,
} from '#canonical';
import { openMessage, SealingError } from '#sealing';
import { LedgerError } from '../ledger-error.js';

export const recoveryVersion = 'sealflow/ledger-recovery/v1';
export const sharesVersion = 'sealflow/ledger-shares/v1';
export const shareKind = 'sealflow/ledger-share/v1';

/** What a share belongs to; one of another ledger, epoch or holder does not open in its place. */
export function shareSubject(tenant: string, ledger: string, epoch: number, holder: string): Bytes {
  return utf8(`${tenant}|${ledger}|${epoch}|${holder}`);
}

/**
 * The share of one holder.
 *
 * @param document the fact `shares` of the run that founded the ledger, or rotated it last
 * @param secretKey X25519 key that the charter names for the holder
 * @throws LedgerError `SHARE_MALFORMED`
 */
export async function openShare(document: Json, holder: string, secretKey: Uint8Array): Promise<Bytes> {
  const { v, tenant, ledger, epoch, shares } = isJsonObject(document) ? document : {};
  if (v !== recoveryVersion || typeof tenant !== 'string' || typeof ledger !== 'string') {
    throw malformed(`expected a document ${recoveryVersion}`);
  }
  const entries = Array.isArray(shares) ? shares.filter(isJsonObject) : [];
  const sealed = entries.find((entry: JsonObject) => entry['holder'] === holder)?.['sealed'];
  if (typeof sealed !== 'string' || typeof epoch !== 'number') throw malformed(`no share of ${holder}`);
  try {
    const associated = shareSubject(tenant, ledger, epoch, holder);
    return await openMessage({ kind: shareKind, associated, secretKey, message: fromBase64(sealed) });
  } catch (error) {
    if (error instanceof SealingError || error instanceof CanonicalError) throw malformed(error.message);
    throw error;
  }
}

export interface HandedSharesDraft {
  readonly ledger: string;
  /** Where the ledger stands; the enclave takes nothing over that does not lead there. */
  readonly head: { readonly version: number; readonly receipt: Digest };
  /** The blob that the shares open, which the same document names. */
  readonly package: Digest;
  readonly shares: readonly Uint8Array[];
}

/** The sealed input `shares` of a run of `ledger-recover`. */
export function handShares({ ledger, head, shares, ...rest }: HandedSharesDraft): JsonObject {
  return {
    v: sharesVersion,
    ledger,
    version: `${head.version}`,
    receipt: head.receipt,
    package: rest.package,
    shares: shares.map((share) => toBase64(share)),
  };
}

function malformed(message: string): LedgerError {
  return new LedgerError('SHARE_MALFORMED', `share: ${message}`);
}
