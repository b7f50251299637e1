/**
 * How the secrets of a ledger survive the enclave that made them.
 *
 * A fresh key seals the whole record as a blob that anybody may keep; that key is split by Shamir's scheme, and each
 * share is sealed to one holder of the charter. Fewer holders than the threshold learn nothing. As many as the
 * threshold could rebuild the secrets on their own, without any enclave: whom the charter names is whom the
 * tenant trusts with that.
 *
 * Shares carry no check of their own; a wrong one gives a wrong key, under which the blob does not open.
 */
import { combine, split } from 'shamir-secret-sharing';
import {
  aes256GcmOpen,
  aes256GcmSeal,
  canonicalBytes,
  concatBytes,
  type Digest,
  digestOf,
  fromBase64,
  fromUtf8,
  type JsonObject,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import { recoveryVersion, shareKind, shareSubject } from '#ledger';
import { sealMessage } from '#sealing';
import { refusal } from '../shared/ledger-error.js';
import { type LedgerRecord, recordVersion } from './ledger-secrets.js';

export const holdersMax = 16;
/** The scheme appends its x coordinate to a share of the 32 bytes of a key. */
export const shareBytes = 33;

const packageMagic = utf8('SLR1');
const nonceBytes = 12;
const packageBytesMax = 4 * 1024 * 1024;

export interface SealedShare {
  readonly holder: string;
  /** X25519 key of the holder, base64. */
  readonly key: string;
  /** The share, sealed to that key, base64. */
  readonly sealed: string;
}

export interface RecoveryKit {
  /** The newest whose keys are in it. */
  readonly epoch: number;
  /** The record under the split key. Public: useless without the threshold of shares. */
  readonly packaged: Uint8Array;
  readonly digest: Digest;
  readonly shares: readonly SealedShare[];
}

/** Splits a fresh key; the holders of earlier kits have nothing of this one. */
export async function makeRecoveryKit(
  record: LedgerRecord,
  epoch: number,
  random: (count: number) => Uint8Array,
): Promise<RecoveryKit> {
  const { tenant, ledger, recovery } = record;
  // The sharing library takes a plain byte array, no Buffer.
  const key = concatBytes(random(32));
  try {
    const nonce = random(nonceBytes);
    const content = canonicalBytes(toJson(record));
    const sealed = aes256GcmSeal(key, nonce, content, packageContext(tenant, ledger));
    const packaged = concatBytes(packageMagic, nonce, sealed);
    const parts = await split(key, recovery.holders.length, recovery.threshold);
    const shares = await Promise.all(
      recovery.holders.map(async (holder, index): Promise<SealedShare> => {
        const plaintext = parts[index];
        if (plaintext === undefined) throw new Error('the sharing library made too few shares');
        const message = await sealMessage({
          kind: shareKind,
          associated: shareSubject(tenant, ledger, epoch, holder.name),
          publicKey: fromBase64(holder.key),
          plaintext,
          random,
        });
        plaintext.fill(0);
        return { holder: holder.name, key: holder.key, sealed: toBase64(message) };
      }),
    );
    return { epoch, packaged, digest: digestOf(packaged), shares };
  } finally {
    key.fill(0);
  }
}

/** What the holders are handed: their shares, and by its digest the package that they open. */
export function recoveryDocument(record: LedgerRecord, kit: RecoveryKit): JsonObject {
  const { tenant, ledger, recovery } = record;
  return {
    v: recoveryVersion,
    ...{ tenant, ledger, epoch: kit.epoch },
    threshold: recovery.threshold,
    package: kit.digest,
    shares: kit.shares.map(({ holder, key, sealed }) => ({ holder, key, sealed })),
  };
}

/** Refuses with `RECOVERY_FAILED` when the shares are too few, wrong, or of another ledger. */
export async function openRecoveryPackage(
  packaged: Uint8Array,
  shares: readonly Uint8Array[],
  tenant: string,
  ledger: string,
): Promise<LedgerRecord> {
  if (packaged.length > packageBytesMax || !startsWith(packaged, packageMagic)) {
    throw refusal('RECOVERY_FAILED', 'package: expected a sealed record of a ledger');
  }
  const distinct = new Set(shares.map((share) => toBase64(share)));
  const well = shares.every((share) => share.length === shareBytes);
  if (!well || distinct.size !== shares.length || shares.length < 2 || shares.length > holdersMax) {
    throw refusal(
      'RECOVERY_FAILED',
      `shares: expected 2 to ${holdersMax} different ones of ${shareBytes} bytes`,
    );
  }
  const content = await openUnderShares(packaged, shares, packageContext(tenant, ledger));
  if (content === null) {
    throw refusal(
      'RECOVERY_FAILED',
      'the shares do not open the package: one is wrong or of another epoch, or there are fewer than the threshold',
    );
  }
  const record = JSON.parse(fromUtf8(content)) as LedgerRecord;
  if (record.v !== recordVersion) {
    throw refusal('RECOVERY_FAILED', `package: record of version ${record.v}, expected ${recordVersion}`);
  }
  return record;
}

async function openUnderShares(
  packaged: Uint8Array,
  shares: readonly Uint8Array[],
  context: Uint8Array,
): Promise<Uint8Array | null> {
  const key = await combine(shares.map((share) => concatBytes(share))).catch(() => null);
  if (key === null || key.length !== 32) return null;
  try {
    const nonce = packaged.subarray(packageMagic.length, packageMagic.length + nonceBytes);
    return aes256GcmOpen(key, nonce, packaged.subarray(packageMagic.length + nonceBytes), context);
  } finally {
    key.fill(0);
  }
}

function packageContext(tenant: string, ledger: string): Uint8Array {
  return utf8(`sealflow/ledger-recovery/v1|${tenant}|${ledger}`);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length > prefix.length && prefix.every((byte, index) => bytes[index] === byte);
}
